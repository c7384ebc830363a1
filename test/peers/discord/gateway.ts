/**
 * The gateway: hello, identify or resume, heartbeats, dispatches. Several connections on one shard each get every
 * event, as with Discord. What a session misses while it is away is kept for its resume.
 */
import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";
import { dispatchFault } from "./faults.ts";
import { isObject } from "./limits/problems.ts";
import { INTENT } from "./numbers.ts";
import { type Close, greetings, isToken, objectionTo, type Session, WRONG_TOKEN, wants } from "./session.ts";
import { withoutContent } from "./told.ts";
import type { Message } from "./wire.ts";
import type { Audience, World } from "./world.ts";

const OP = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  resume: 6,
  reconnect: 7,
  members: 8,
  invalid: 9,
  hello: 10,
  ack: 11,
};
const DAY = 86_400_000;
/** How long a lost session can be resumed; Discord does not say. */
const RESUME_MS = 60_000;

export interface Gateway {
  /** Of `GET /gateway/bot`. */
  info(): Record<string, unknown>;
  dispatch(type: string, data: unknown, to?: Audience): void;
  /** Connections that have identified or resumed. */
  connected(): number;
  resumes: number;
  /** Op 7 to every connection. */
  reconnect(): void;
  /** Op 9; not resumable: the sessions are forgotten. */
  invalidate(resumable: boolean): void;
  /** Connections stay open and nothing comes out of them any more, not even a heartbeat's answer. */
  freeze(): void;
  /** The sockets close, with a code or torn. */
  drop(code?: number): void;
  down: boolean;
  close(): void;
}

export interface GatewaySettings {
  heartbeat: number;
  /** Identifies a day; one more and the token is reset. */
  budget: number;
}

export function openGateway(world: World, server: Server, { heartbeat, budget }: GatewaySettings): Gateway {
  const sockets = new WebSocketServer({ noServer: true });
  const sessions = new Map<string, Session>();
  const frozen = new WeakSet<WebSocket>();
  const authenticated = new WeakMap<WebSocket, Session>();

  server.on("upgrade", (request, socket, head) => {
    if (self.down || !request.url?.startsWith("/gateway")) return void socket.destroy();
    sockets.handleUpgrade(request, socket, head, greet);
  });

  function greet(socket: WebSocket): void {
    let beat = Date.now();
    const send = (payload: object) => {
      if (!frozen.has(socket)) socket.send(JSON.stringify(payload));
    };
    const refuse = (reason: Close | undefined) => {
      if (reason !== undefined) socket.close(...reason);
    };
    // Discord hangs up on a client that stops beating.
    const watch = setInterval(() => {
      if (Date.now() - beat > heartbeat * 1.5 + 1000) socket.close(4009, "Session timed out");
    }, heartbeat);
    socket.on("close", (code) => {
      clearInterval(watch);
      const session = authenticated.get(socket);
      if (session?.socket !== socket) return;
      session.socket = null;
      session.lostAt = world.now();
      // Leaving with 1000 or 1001 ends the session.
      if (code === 1000 || code === 1001) sessions.delete(session.id);
      world.changed();
    });
    socket.on("error", () => {});
    send({ op: OP.hello, t: null, s: null, d: { heartbeat_interval: heartbeat, _trace: [] } });
    socket.on("message", (bytes) => {
      if (frozen.has(socket)) return;
      const message = parse(String(bytes));
      if (message === null) return socket.close(4002, "Error while decoding payload.");
      const data = isObject(message.d) ? message.d : {};
      const known = authenticated.has(socket);
      if (known && (message.op === OP.identify || message.op === OP.resume))
        return socket.close(4005, "Already authenticated.");
      switch (message.op) {
        case OP.heartbeat:
          beat = Date.now();
          return send({ op: OP.ack, t: null, s: null, d: null });
        case OP.identify:
          return refuse(identify(socket, data));
        case OP.resume:
          return refuse(resume(socket, data, send));
        default:
          if (!known) return socket.close(4003, "Not authenticated.");
          // Presence and voice states change nothing here.
          if (message.op !== 3 && message.op !== 4 && message.op !== OP.members) socket.close(4001, "Unknown opcode.");
      }
    });
  }

  /** Why the connection is closed, or nothing. */
  function identify(socket: WebSocket, data: Record<string, unknown>): Close | undefined {
    const intents = Number(data.intents ?? 0);
    const shard = (Array.isArray(data.shard) ? data.shard : [0, 1]) as [number, number];
    const session: Session = { id: randomUUID(), intents, shard, seq: 0, sent: [], socket, lostAt: 0 };
    world.identifies.push({ session: session.id, intents, shard, at: world.now() });
    if (spent() > budget) revoke();
    const objection = objectionTo(world, data.token, session);
    if (objection !== undefined) return objection;
    sessions.set(session.id, session);
    authenticated.set(socket, session);
    for (const [type, event] of greetings(world, session, address())) deliver(session, type, event);
    world.changed();
    return undefined;
  }

  function resume(
    socket: WebSocket,
    data: Record<string, unknown>,
    send: (payload: object) => void,
  ): Close | undefined {
    const session = sessions.get(String(data.session_id));
    if (!isToken(world, data.token)) return WRONG_TOKEN;
    const seq = Number(data.seq);
    const gone = session?.socket === null && world.now() - session.lostAt > RESUME_MS;
    if (session === undefined || gone) {
      sessions.delete(String(data.session_id));
      send({ op: OP.invalid, t: null, s: null, d: false });
      return undefined;
    }
    if (seq > session.seq) return [4007, "Invalid seq."];
    session.socket?.terminate();
    session.socket = socket;
    authenticated.set(socket, session);
    self.resumes += 1;
    for (const each of session.sent) if (each.s > seq) send(each);
    deliver(session, "RESUMED", { _trace: [] });
    world.changed();
    return undefined;
  }

  function spent(): number {
    return world.identifies.filter(({ at }) => world.now() - at < DAY).length;
  }

  /** Beyond the day's budget every session ends and the token is void. */
  function revoke(): void {
    world.token = `reset-${randomUUID()}`;
    for (const each of sessions.values()) each.socket?.close(...WRONG_TOKEN);
    sessions.clear();
  }

  function deliver(session: Session, t: string, d: unknown): void {
    session.seq += 1;
    const payload = { op: OP.dispatch, t, s: session.seq, d: structuredClone(d) };
    session.sent.push(payload);
    const { socket } = session;
    if (socket !== null && !frozen.has(socket)) socket.send(JSON.stringify(payload));
  }

  function everySocket(act: (socket: WebSocket) => void): void {
    for (const { socket } of sessions.values()) if (socket !== null) act(socket);
  }

  const address = () => `${world.origin.replace(/^http/, "ws")}/gateway`;

  const self: Gateway = {
    down: false,
    resumes: 0,
    info: () => ({
      url: address(),
      shards: 1,
      session_start_limit: {
        total: budget,
        remaining: Math.max(0, budget - spent()),
        reset_after: Math.max(0, DAY - (world.now() - (world.identifies[0]?.at ?? world.now()))),
        max_concurrency: 1,
      },
    }),
    dispatch(type, data, to = {}) {
      const fault = dispatchFault(world.faults, type);
      const all = () => {
        for (const session of sessions.values()) {
          if (!wants(session, to)) continue;
          const seen = type.startsWith("MESSAGE_") && !(session.intents & INTENT.messageContent) && isMessage(data);
          deliver(session, type, seen ? withoutContent(world, data) : data);
        }
      };
      for (let copy = 0; copy < (fault?.copies ?? 1); copy += 1) {
        if (fault !== undefined && fault.ms > 0) setTimeout(all, fault.ms).unref();
        else all();
      }
    },
    connected: () => [...sessions.values()].filter(({ socket }) => socket !== null && !frozen.has(socket)).length,
    reconnect: () =>
      everySocket((socket) => socket.send(JSON.stringify({ op: OP.reconnect, t: null, s: null, d: null }))),
    invalidate(resumable) {
      for (const session of sessions.values()) {
        const { socket } = session;
        if (socket === null) continue;
        socket.send(JSON.stringify({ op: OP.invalid, t: null, s: null, d: resumable }));
        // The connection stays and may identify, or resume, anew.
        authenticated.delete(socket);
        session.socket = null;
        session.lostAt = world.now();
      }
      if (!resumable) sessions.clear();
      world.changed();
    },
    freeze: () => everySocket((socket) => frozen.add(socket)),
    drop: (code) => everySocket((socket) => (code === undefined ? socket.terminate() : socket.close(code))),
    close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
  return self;
}

function isMessage(data: unknown): data is Message {
  return isObject(data) && isObject(data.author);
}

function parse(text: string): { op?: unknown; d?: unknown } | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
