/**
 * The one HTTP server of the process. A branch (a vendor's own receiver) takes its requests by path prefix before
 * anything has touched their bodies; all others go to the app.
 *
 * Shutting down: `drain` answers new requests with 503 while those in hand finish, then closes.
 */
import { createServer, type RequestListener, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { makeArrivals } from "./arrivals.ts";

export interface Branch {
  prefix: string;
  listener: RequestListener;
}

/** What is wrong with where it was to listen, for whoever set that; undefined: something else is. */
export function listenFault(error: unknown, { host, port }: { host: string; port: number }): string | undefined {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const why = LISTEN_FAULTS.get(code);
  return why === undefined ? undefined : `HITL_PORT ${port} on ${host} ${why}.`;
}

const LISTEN_FAULTS: ReadonlyMap<string, string> = new Map([
  ["EADDRINUSE", "is taken, perhaps by another hitl-bot: stop that one, or set HITL_PORT to another port"],
  ["EACCES", "may not be opened: ports below 1024 take more rights; set HITL_PORT to another port"],
  ["EADDRNOTAVAIL", "is no address of this machine: set HITL_HOST to one that it has"],
]);

export interface Patience {
  /** Ms for the head of a request, and for all of it; a long poll's wait comes after both. */
  head: number;
  request: number;
  /** Ms that an idle connection is kept; longer than usual proxies keep theirs, so that they close first. */
  idle: number;
  /** Ms between looks at what is too slow. */
  look: number;
}

export interface Listener {
  server: Server;
  /** Answers the port, which the system picks for 0. */
  listen(port: number, host: string): Promise<number>;
  /** Ends about `grace` ms later at the latest, whoever is still being answered. */
  drain(grace: number): Promise<void>;
}

const PATIENCE: Patience = { head: 10_000, request: 30_000, idle: 75_000, look: 2_500 };

/** For the last answers to leave, and for whoever is in the middle of a request that will not be taken. */
const LINGER_MS = 250;

export function makeListener(
  app: RequestListener,
  branches: readonly Branch[] = [],
  patience: Partial<Patience> = {},
): Listener {
  const { head, request, idle, look } = { ...PATIENCE, ...patience };
  const inHand = new Set<ServerResponse>();
  const arrivals = makeArrivals();
  let drained: (() => void) | undefined;

  const server = createServer({
    headersTimeout: head,
    requestTimeout: request,
    keepAliveTimeout: idle,
    connectionsCheckingInterval: look,
    // Node's own refusal has no body; ours follows below.
    requireHostHeader: false,
    // A vanished peer of a long poll is noticed after minutes, not after hours.
    keepAlive: true,
    keepAliveInitialDelay: 60_000,
  });

  server.on("connection", arrivals.came);

  server.on("request", (incoming, outgoing) => {
    if (drained !== undefined) return refuse(outgoing, "unavailable", "This process is stopping; send it again.");
    if (incoming.headers.host === undefined && incoming.httpVersion === "1.1")
      return refuse(outgoing, "bad_request", "The Host header is missing.");
    inHand.add(outgoing);
    outgoing.once("close", () => {
      inHand.delete(outgoing);
      if (inHand.size === 0) drained?.();
    });
    const branch = branches.find(({ prefix }) => incoming.url?.startsWith(prefix));
    arrivals.serve(() => {
      // Nobody would be told of a connection that broke meanwhile.
      if (!outgoing.destroyed) (branch?.listener ?? app)(incoming, outgoing);
    });
  });

  // What the parser could not take, or what took too long.
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Duplex) => {
    const pending = [...inHand].filter((outgoing) => outgoing.req.socket === socket);
    const [first] = pending;
    // Where an answer to another request may be on its way, this one would be taken for it.
    const free = first === undefined || (pending.length === 1 && !first.req.complete && !first.headersSent);
    if (!free || !socket.writable || error.code === "ECONNRESET") socket.destroy();
    else socket.end(rawRefusal(error.code), () => socket.destroy());
  });

  return {
    server,

    listen(port, host) {
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      server.once("error", reject);
      server.listen(port, host, () => {
        server.off("error", reject);
        resolve((server.address() as AddressInfo).port);
      });
      return promise;
    },

    async drain(grace) {
      const { promise, resolve } = Promise.withResolvers<void>();
      drained = resolve;
      for (const outgoing of inHand) if (!outgoing.headersSent) outgoing.setHeader("Connection", "close");
      if (inHand.size === 0) resolve();
      const patienceEnds = setTimeout(resolve, grace);
      await promise;
      clearTimeout(patienceEnds);
      const closed = new Promise((done) => server.close(done));
      const linger = setTimeout(() => server.closeAllConnections(), LINGER_MS);
      await closed;
      clearTimeout(linger);
    },
  };
}

const REFUSALS = {
  unavailable: 503,
  bad_request: 400,
  request_timeout: 408,
  head_too_large: 431,
} as const;
type Refused = keyof typeof REFUSALS;

function refuse(outgoing: ServerResponse, code: Refused, detail: string): void {
  const body = bodyOf(code, detail);
  outgoing.writeHead(REFUSALS[code], headersOf(code, body));
  outgoing.end(body);
}

function rawRefusal(cause: string | undefined): string {
  const [code, detail]: [Refused, string] =
    cause === "ERR_HTTP_REQUEST_TIMEOUT"
      ? ["request_timeout", "The request was not complete in time; send it in one go."]
      : cause === "HPE_HEADER_OVERFLOW"
        ? ["head_too_large", "The request's headers or its address are too long."]
        : ["bad_request", "This is not HTTP as this server takes it."];
  const status = REFUSALS[code];
  const body = bodyOf(code, detail);
  const lines = Object.entries(headersOf(code, body))
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines}\r\n${body}`;
}

function headersOf(code: Refused, body: string): Record<string, string> {
  return {
    "Content-Length": String(Buffer.byteLength(body)),
    "Content-Type": "application/problem+json",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    Connection: "close",
    ...(code === "unavailable" ? { "Retry-After": "1" } : {}),
  };
}

function bodyOf(code: Refused, detail: string): string {
  const status = REFUSALS[code];
  return JSON.stringify({ type: `urn:hitl-bot:${code}`, title: STATUS_CODES[status], status, code, detail });
}
