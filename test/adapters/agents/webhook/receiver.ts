/** A real receiver on a free port, for one test file: it keeps what it gets and answers as it is told. */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";
import { afterAll } from "vitest";
import { webhookSecretText } from "../../../../src/keys.ts";

export const SECRET = Buffer.alloc(32, 9);

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** A status, or whatever else a server may do. */
export type Manner = number | ((response: ServerResponse, request: Received) => void);

export interface Receiver {
  url: string;
  /** As HITL_CALLBACK_ALLOW names it. */
  at: string;
  got: Received[];
  /** Ids of the events in order of arrival. */
  ids(): string[];
  manner: Manner;
  /** Resolves with what has arrived when there are so many. */
  arrived(count: number): Promise<Received[]>;
  close(): Promise<void>;
}

export async function receiver(manner: Manner = 204, port = 0): Promise<Receiver> {
  const waiting = new Set<() => void>();
  const server = createServer(async (request, response) => {
    response.on("error", () => {});
    const body = await buffer(request).catch(() => null);
    if (body === null) return;
    const received = { path: request.url ?? "", headers: request.headers, body };
    self.got.push(received);
    for (const each of waiting) each();
    if (typeof self.manner === "number") response.writeHead(self.manner).end();
    else self.manner(response, received);
  });
  const at = await listen(server, port);
  const self: Receiver = {
    url: `http://${at}/hook`,
    at,
    got: [],
    ids: () => self.got.map(({ headers }) => String(headers["webhook-id"])),
    manner,
    async arrived(count) {
      while (self.got.length < count) {
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting.add(resolve);
        await promise;
        waiting.delete(resolve);
      }
      return self.got;
    },
    close: () => closed(server),
  };
  afterAll(self.close);
  return self;
}

/** Speaks whatever it is told to, byte for byte; counts who connects and what it wrote. */
export async function socketServer(speak: (socket: Socket) => void, host = "127.0.0.1", port = 0) {
  const self = { at: "", connections: 0, written: 0 };
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    self.connections += 1;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => {
      self.written += socket.bytesWritten;
      sockets.delete(socket);
    });
    speak(socket);
  });
  server.listen(port, host);
  await once(server, "listening");
  self.at = `${host}:${(server.address() as AddressInfo).port}`;
  afterAll(() => {
    for (const each of sockets) each.destroy();
    server.close();
  });
  return self;
}

/** Throws where the signature is not that of the secret over what arrived. */
export function verify({ headers, body }: Received, secret: Buffer = SECRET): unknown {
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature } = headers;
  return new Webhook(webhookSecretText(secret)).verify(body, {
    "webhook-id": String(id),
    "webhook-timestamp": String(timestamp),
    "webhook-signature": String(signature),
  });
}

async function listen(server: Server, port: number): Promise<string> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function closed(server: Server): Promise<void> {
  if (!server.listening) return;
  server.close();
  server.closeAllConnections();
  await once(server, "close");
}
