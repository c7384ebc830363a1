/**
 * Socket Mode: tickets from apps.connections.open, hello, envelopes that must be acknowledged by their id, and the
 * ways in which Slack ends a connection. Each envelope goes to one socket, picked at random.
 */
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { isObject, type Json, type JsonObject } from "../../../src/json.ts";
import type { World } from "./world.ts";

/** docs.slack.dev, Socket Mode: ten connections an app. */
export const MOST = 10;
const PING_MS = 5_000;

export interface Sockets {
  /** How many are connected and said hello to. */
  count(): number;
  /** Waits until so many are connected. */
  connected(count?: number): Promise<void>;
  /** Breaks connections without a word, as a network does. */
  drop(count?: number): void;
  /** Asks the clients to reconnect, as Slack does every few hours, and closes shortly after. */
  refresh(): void;
  /** The next connections are refused with `too_many_websockets`. */
  refuse(count: number): void;
  /** Neither pings nor pongs nor acknowledgements any more: connections that look alive and are not. */
  freeze(): void;
  thaw(): void;
}

/** What came back to an envelope; null: the socket went away first. */
export type SocketAck = { payload: Json } | null;

export interface SocketDoor extends Sockets {
  newUrl(origin: string): string;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** undefined: nobody is connected. */
  send(envelope: JsonObject): { ack: Promise<SocketAck>; forget(): void } | undefined;
  close(): Promise<void>;
}

export function makeSockets(world: World, random: () => number): SocketDoor {
  const server = new WebSocketServer({ noServer: true, autoPong: false });
  const tickets = new Set<string>();
  const open = new Set<WebSocket>();
  const waiting = new Map<string, { socket: WebSocket; settle: (ack: SocketAck) => void }>();
  let refusals = 0;
  let frozen = false;
  const pings = setInterval(() => {
    if (!frozen) for (const socket of open) socket.ping("Ping from applink-fake");
  }, PING_MS);
  pings.unref();

  function welcome(socket: WebSocket): void {
    socket.on("error", () => socket.terminate());
    socket.on("close", () => left(socket));
    if (refusals > 0 || open.size >= MOST) {
      refusals = Math.max(0, refusals - 1);
      socket.send(JSON.stringify({ type: "disconnect", reason: "too_many_websockets", debug_info: { host: "fake" } }));
      socket.close(1000);
      return;
    }
    socket.on("ping", (data) => {
      if (!frozen) socket.pong(data);
    });
    socket.on("message", (data) => hear(String(data)));
    open.add(socket);
    socket.send(
      JSON.stringify({
        type: "hello",
        num_connections: open.size,
        connection_info: { app_id: world.app.id },
        debug_info: { host: "applink-fake", build_number: 1, approximate_connection_time: 18_060 },
      }),
    );
    if (!frozen) socket.ping("Ping from applink-fake");
    world.changed();
  }

  function left(socket: WebSocket): void {
    open.delete(socket);
    for (const [id, { socket: its, settle }] of waiting) {
      if (its !== socket) continue;
      waiting.delete(id);
      settle(null);
    }
    world.changed();
  }

  function hear(text: string): void {
    const message: unknown = JSON.parse(text);
    if (frozen || !isObject(message)) return;
    const id = String(message.envelope_id);
    waiting.get(id)?.settle({ payload: message.payload ?? null });
    waiting.delete(id);
  }

  return {
    count: () => open.size,
    connected: async (count = 1) => {
      await world.until(() => open.size >= count, `${count} socket(s)`, 10_000);
    },
    drop: (count = Number.POSITIVE_INFINITY) => {
      for (const socket of [...open].slice(0, count)) socket.terminate();
    },
    refresh: () => {
      for (const socket of open) {
        socket.send(JSON.stringify({ type: "disconnect", reason: "refresh_requested", debug_info: { host: "fake" } }));
        // No more envelopes for a socket that is about to go.
        open.delete(socket);
      }
    },
    refuse: (count) => {
      refusals = count;
    },
    freeze: () => {
      frozen = true;
    },
    thaw: () => {
      frozen = false;
    },
    newUrl(origin) {
      const ticket = randomUUID();
      tickets.add(ticket);
      return `${origin.replace("http", "ws")}/link/?ticket=${ticket}&app_id=${world.app.id}`;
    },
    upgrade(request, socket, head) {
      const ticket = new URL(request.url ?? "", "http://peer").searchParams.get("ticket") ?? "";
      if (!tickets.delete(ticket)) {
        socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n");
        return;
      }
      server.handleUpgrade(request, socket, head, welcome);
    },
    send(envelope) {
      const sockets = [...open];
      const socket = sockets[Math.floor(random() * sockets.length)];
      if (socket === undefined) return undefined;
      const id = String(envelope.envelope_id);
      const { promise, resolve } = Promise.withResolvers<SocketAck>();
      waiting.set(id, { socket, settle: resolve });
      socket.send(JSON.stringify(envelope));
      return { ack: promise, forget: () => waiting.delete(id) };
    },
    async close() {
      clearInterval(pings);
      // Without the closing handshake the client's library would wait half a minute for it.
      await Promise.all([...server.clients].map(ended));
    },
  };
}

function ended(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const impatient = setTimeout(() => socket.terminate(), 500);
    socket.once("close", () => {
      clearTimeout(impatient);
      resolve();
    });
    socket.close(1001);
  });
}
