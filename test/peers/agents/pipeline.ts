/**
 * A pipeline that pauses at phase boundaries, as its document describes it, and a dashboard that watches one. The
 * stream tells of what happens while somebody listens, once, without ids. Knows nothing of this project.
 */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface Boundary {
  checkpoint_id: string;
  phase: string;
  type: string;
  summary: string;
  outputs: Record<string, unknown>;
}

export interface Resolved {
  checkpoint: string;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
}

export interface Pipeline {
  url: string;
  /** What it was told, in order of arrival. */
  resolved: Resolved[];
  arrived(count: number): Promise<Resolved[]>;
  /** Reaches a boundary: the build stays paused until it is resolved. */
  pause(boundary: Boundary, session?: string): void;
  /** Somebody resolves it here. */
  goOn(checkpoint: string): void;
  /** It forgets that it was resolved. */
  forget(checkpoint: string): void;
  /** Streams are cut after so many bytes each, in turn; then no more. */
  cutAfter(bytes: number[]): void;
  cutsLeft(): number;
  /** Listeners of the stream. */
  listeners(): number;
  /** Everything is answered with this status from now on; null: it is well again. */
  fails(status: number | null): void;
  close(): Promise<void>;
}

interface Paused extends Boundary {
  session_id: string;
  status: "pending" | "resolved";
}

export async function pipeline(token: string): Promise<Pipeline> {
  const paused = new Map<string, Paused>();
  const streams = new Map<ServerResponse, number>();
  const waiting = new Set<() => void>();
  let cuts: number[] = [];
  let broken: number | null = null;

  function write(stream: ServerResponse, said: string): void {
    const room = streams.get(stream) ?? 0;
    const bytes = Buffer.from(said).subarray(0, room);
    streams.set(stream, room - bytes.length);
    stream.write(bytes, () => room <= Buffer.byteLength(said) && stream.destroy());
  }

  const server = createServer(async (request, response) => {
    const say = (status: number, value: unknown) =>
      void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    const sent = await text(request);
    const { pathname, searchParams } = new URL(request.url ?? "", "http://pipeline");
    if (broken !== null) return say(broken, { detail: "broken" });
    if (request.headers.authorization !== `Bearer ${token}`) return say(401, { detail: "who are you?" });
    if (pathname === "/pipeline/v2/events") {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.flushHeaders();
      streams.set(response, cuts.shift() ?? Number.POSITIVE_INFINITY);
      return void response.on("close", () => streams.delete(response));
    }
    if (pathname === "/api/checkpoints") {
      const wanted = [...paused.values()].filter(({ status }) => status === searchParams.get("status"));
      // The outputs are stored with each one.
      return say(200, { checkpoints: wanted.map(({ outputs: _, ...rest }) => rest) });
    }
    const [, resolving, reading] =
      /^\/pipeline\/v2\/checkpoint\/([^/]+)\/resolve$|^\/api\/checkpoints\/([^/]+)$/.exec(pathname) ?? [];
    const found = paused.get(decodeURIComponent(resolving ?? reading ?? ""));
    if (found === undefined) return say(404, { detail: "no such checkpoint" });
    if (reading !== undefined) return say(200, found);
    self.resolved.push({ checkpoint: found.checkpoint_id, headers: request.headers, body: JSON.parse(sent) });
    for (const wake of waiting) wake();
    if (found.status === "resolved") return say(409, { detail: "already resolved" });
    found.status = "resolved";
    say(200, { status: "resumed" });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  const self: Pipeline = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    resolved: [],
    async arrived(count) {
      while (self.resolved.length < count) {
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting.add(resolve);
        await promise;
        waiting.delete(resolve);
      }
      return self.resolved;
    },
    pause(boundary, session = "session_1") {
      paused.set(boundary.checkpoint_id, { ...boundary, session_id: session, status: "pending" });
      for (const stream of streams.keys()) write(stream, `event: checkpoint\ndata: ${JSON.stringify(boundary)}\n\n`);
    },
    goOn: (checkpoint) => {
      const found = paused.get(checkpoint);
      if (found !== undefined) found.status = "resolved";
    },
    forget: (checkpoint) => {
      const found = paused.get(checkpoint);
      if (found !== undefined) found.status = "pending";
    },
    cutAfter: (bytes) => {
      cuts = [...bytes];
      for (const stream of streams.keys()) streams.set(stream, cuts.shift() ?? Number.POSITIVE_INFINITY);
    },
    cutsLeft: () => cuts.length + [...streams.values()].filter(Number.isFinite).length,
    listeners: () => streams.size,
    fails: (status) => {
      broken = status;
      if (status !== null) for (const stream of streams.keys()) stream.destroy();
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return self;
}

export interface Dashboard {
  /** `[event, data]`, as they came. */
  seen: [string, Boundary][];
  saw(count: number): Promise<[string, Boundary][]>;
  leave(): void;
}

/** Watches `GET /pipeline/v2/events`. */
export async function dashboard(url: string, token: string): Promise<Dashboard> {
  const gone = new AbortController();
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/pipeline/v2/events`, { headers, signal: gone.signal });
  if (response.status !== 200) throw new Error(`it answered ${response.status}`);
  const waiting = new Set<() => void>();
  const self: Dashboard = {
    seen: [],
    async saw(count) {
      while (self.seen.length < count) {
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting.add(resolve);
        await promise;
        waiting.delete(resolve);
      }
      return self.seen;
    },
    leave: () => gone.abort(),
  };
  async function read(): Promise<void> {
    let rest = "";
    for await (const chunk of response.body ?? []) {
      const blocks = (rest + Buffer.from(chunk).toString()).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const [, event, data] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
        if (event === undefined || data === undefined) continue;
        self.seen.push([event, JSON.parse(data)]);
        for (const wake of waiting) wake();
      }
    }
  }
  read().catch(() => {});
  return self;
}
