/**
 * One connection to Discord's gateway, from hello to its end: identify or resume, heartbeats, dispatches as they are.
 * It never begins anew by itself, as the library's does: whoever holds the lease decides that, and a session outlives
 * its connection and its process, so that another replica takes up where this one stopped.
 */
import { WebSocket } from "ws";

/** What a session needs to be resumed, by whomever. */
export interface Session {
  id: string;
  url: string;
  /** The last dispatch that need not come again. */
  seq: number;
}

export interface Dispatch {
  type: string;
  seq: number;
  data: unknown;
  /** It was missed before and comes late. */
  replayed: boolean;
}

export interface Ending {
  why: string;
  /** Whether the session goes on. */
  resume: boolean;
  /** Nothing will be different next time, until somebody changes something. */
  fatal: boolean;
}

export interface SocketParts {
  url: string;
  token: string;
  intents: number;
  session: Session | null;
  /** Spends an identify, where there is one left. */
  mayIdentify(): Promise<boolean>;
  onOpen(session: Session): void;
  onDispatch(dispatch: Dispatch): void;
}

export interface Socket {
  ended: Promise<Ending>;
  /** Leaves the session to be resumed. */
  close(): void;
}

const OP = { dispatch: 0, heartbeat: 1, identify: 2, resume: 6, reconnect: 7, invalid: 9, hello: 10, ack: 11 } as const;

/** Any code but 1000 and 1001 keeps the session. */
const LEAVING = 4_200;
const CLOSE_WITHIN = 1_000;
const HELLO_WITHIN = 10_000;
const READY_WITHIN = 15_000;
/** Discord asks for one each 41 s; a dead line is noticed after two. */
const LONGEST_BEAT = 20_000;

const FATAL: Readonly<Record<number, string>> = {
  4004: "Discord does not take the bot token: check DISCORD_TOKEN",
  4010: "invalid shard",
  4011: "the bot is in too many servers for one connection",
  4012: "Discord does not know this version of the gateway any more",
  4013: "invalid intents",
  4014: "the Message Content Intent is not switched on for the application (Bot, Privileged Gateway Intents): switch it on, or unset DISCORD_MESSAGE_CONTENT",
};
/** Closed with these, a session is over: left, wrong sequence, timed out. */
const OVER = [1_000, 1_001, 4_003, 4_007, 4_009];

export function openSocket(parts: SocketParts): Socket {
  const { promise: ended, resolve } = Promise.withResolvers<Ending>();
  const over = new AbortController();
  const line = new WebSocket(`${parts.url}?v=10&encoding=json`, { perMessageDeflate: false });
  let seq = parts.session?.seq ?? null;
  let session = parts.session;
  let isOpen = false;
  let acked = true;
  let alarm = setTimeout(() => end("it does not say hello", true), HELLO_WITHIN);
  let beating: ReturnType<typeof setInterval> | undefined;

  function end(why: string, resume: boolean, fatal = false): void {
    if (over.signal.aborted) return;
    over.abort();
    clearTimeout(alarm);
    clearTimeout(beating);
    clearInterval(beating);
    line.close(LEAVING);
    // A dead line would never say that it is closed, and keep the process from ending.
    setTimeout(() => line.terminate(), CLOSE_WITHIN).unref();
    resolve({ why, resume, fatal });
  }

  function send(op: number, d: unknown): void {
    if (line.readyState === WebSocket.OPEN) line.send(JSON.stringify({ op, d }));
  }

  function beat(): void {
    if (acked) send(OP.heartbeat, seq);
    else end("it does not answer heartbeats", true);
    acked = false;
  }

  async function greet(interval: number): Promise<void> {
    const every = Math.min(interval, LONGEST_BEAT);
    beating = setTimeout(() => {
      beat();
      if (!over.signal.aborted) beating = setInterval(beat, every);
    }, every * Math.random());
    clearTimeout(alarm);
    if (session === null) {
      const may = await parts.mayIdentify();
      if (!may) return end("no identify is left for now", false);
      const properties = { os: process.platform, browser: "hitl-bot", device: "hitl-bot" };
      send(OP.identify, { token: parts.token, intents: parts.intents, properties, shard: [0, 1] });
    } else send(OP.resume, { token: parts.token, session_id: session.id, seq: session.seq });
    if (over.signal.aborted) return;
    alarm = setTimeout(() => end("it does not let us in", true), READY_WITHIN);
  }

  function dispatched(type: string, at: number, data: unknown): void {
    seq = at;
    if (type === "READY") {
      const { session_id, resume_gateway_url } = Object(data) as { session_id?: unknown; resume_gateway_url?: unknown };
      const url = typeof resume_gateway_url === "string" ? resume_gateway_url : parts.url;
      session = { id: String(session_id), url, seq: at };
    }
    if (session !== null && (type === "READY" || type === "RESUMED")) {
      clearTimeout(alarm);
      isOpen = true;
      parts.onOpen({ ...session, seq: at });
    } else parts.onDispatch({ type, seq: at, data, replayed: !isOpen });
  }

  line.on("message", (data) => {
    if (over.signal.aborted) return;
    const { op, t, s, d } = read(data);
    switch (op) {
      case OP.hello:
        return void greet(intervalOf(d)).catch((error: unknown) => end(`no identify can be spent: ${error}`, true));
      case OP.dispatch:
        if (Number.isInteger(s)) dispatched(String(t), Number(s), d);
        return;
      case OP.heartbeat:
        return send(OP.heartbeat, seq);
      case OP.ack:
        acked = true;
        return;
      case OP.reconnect:
        return end("Discord asks for a new connection", true);
      case OP.invalid:
        return end("Discord does not know the session any more", d === true);
      default:
    }
  });
  line.on("close", (code) => {
    const fatal = FATAL[code];
    end(fatal ?? `it was closed with ${code}`, fatal === undefined && !OVER.includes(code), fatal !== undefined);
  });
  line.on("error", () => end("it broke, or could not be opened", true));

  return { ended, close: () => end("we are leaving", true) };
}

function read(data: unknown): { op?: unknown; t?: unknown; s?: unknown; d?: unknown } {
  try {
    return Object(JSON.parse(String(data)));
  } catch {
    return {};
  }
}

function intervalOf(hello: unknown): number {
  const { heartbeat_interval } = Object(hello) as { heartbeat_interval?: unknown };
  return typeof heartbeat_interval === "number" && heartbeat_interval > 0 ? heartbeat_interval : LONGEST_BEAT;
}
