/**
 * A crew in production, as its document has it: a task's output goes to a webhook, signed; the crew hears the decision
 * at `/resume`, or at a callback of its own. Knows nothing of this project.
 */
import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface Heard {
  path: string;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
}

export interface Crew {
  url: string;
  /** What it was told, in order of arrival. */
  heard: Heard[];
  arrived(count: number): Promise<Heard[]>;
  /** What it answers from now on; `null` cuts the connection. */
  answers(status: number | null, body?: unknown): void;
  /** Sends a task's output for review. */
  ask(webhook: string, task: Record<string, unknown>, timestamp?: number): Promise<{ status: number; body: unknown }>;
  close(): Promise<void>;
}

/** `hmac.new(secret_key, request.body, hashlib.sha256).hexdigest()` */
export function signatureOf(secret: string, body: string | Buffer): string {
  return createHmac("sha256", secret).update(body).digest("hex");
}

export async function crew({ secret, token }: { secret: string; token: string }): Promise<Crew> {
  let [status, said]: [number | null, unknown] = [200, {}];
  const waiting = new Set<() => void>();
  const server = createServer(async (request, response) => {
    const sent = await text(request);
    if (status === null) return void request.socket.destroy();
    if (request.headers.authorization !== `Bearer ${token}`) return void response.writeHead(401).end();
    self.heard.push({ path: request.url ?? "", headers: request.headers, body: JSON.parse(sent) });
    for (const wake of waiting) wake();
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(said));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const self: Crew = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard: [],
    async arrived(count) {
      while (self.heard.length < count) {
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting.add(resolve);
        await promise;
        waiting.delete(resolve);
      }
      return self.heard;
    },
    answers: (next, body = {}) => {
      [status, said] = [next, body];
    },
    async ask(webhook, task, timestamp) {
      const body = JSON.stringify(task);
      const stamped = timestamp === undefined ? body : `${timestamp}.${body}`;
      const response = await fetch(webhook, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "x-webhook-signature": signatureOf(secret, stamped),
          ...(timestamp === undefined ? {} : { "x-webhook-timestamp": String(timestamp) }),
        },
        body,
      });
      return { status: response.status, body: await response.json() };
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return self;
}
