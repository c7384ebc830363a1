/**
 * `GET /v1/events`: what happens, as server-sent events. The answer is pulled, never pushed: the next event is fetched
 * once the socket has taken the last one, so a slow reader holds at most one slice, and one that stopped reading is let
 * go. Whatever ends a stream, the reader comes back with `Last-Event-ID` and misses nothing.
 */
import type { Caller } from "../../../src/access.ts";
import type { DeskPort } from "../../../src/desk-port.ts";
import type { Call, FrameParts, Handler } from "../../../src/http/frame.ts";
import { SECURITY, type Trouble, trouble } from "../../../src/http/problem.ts";
import { readQuery } from "../../../src/http/query.ts";
import type { Metrics } from "../../../src/metrics.ts";
import type { Followed, FollowRequest, Happening, Quiet } from "../../../src/stream.ts";
import { iso } from "../../../src/time.ts";
import { viewOf } from "../../../src/view.ts";
import { eventsQuery, seqOf } from "./query.ts";

export interface StreamLimits {
  /** Streams of this process at the same time. */
  most: number;
  /** Ms between signs of life. */
  heartbeat: number;
  /** Ms that a socket may take for one slice. */
  stall: number;
}

export const STREAM_LIMITS: StreamLimits = { most: 1_000, heartbeat: 15_000, stall: 30_000 };

export interface EventParts {
  desk: Pick<DeskPort, "follow">;
  baseUrl: string;
  log: FrameParts["log"];
  metrics: Pick<Metrics, "streams" | "evicted">;
  limits?: Partial<StreamLimits>;
}

const HEADERS = {
  ...SECURITY,
  "Content-Type": "text/event-stream",
  // Proxies like nginx would hold events back to fill a buffer.
  "X-Accel-Buffering": "no",
};

/** Ms after which a reader comes back when the stream has ended. */
const RETRY = 3_000;
/** Bytes handed to a socket at once; with what Node itself holds, far below 256 KB a reader. */
const SLICE = 128 * 1024;
/** Ms that a reader has for what it was sent last, once the bot stops. */
const FAREWELL = 250;

const encoder = new TextEncoder();
const NOTHING = new Uint8Array(0);

export function eventHandler({ desk, baseUrl, log, metrics, limits }: EventParts): Handler {
  const { most, heartbeat, stall } = { ...STREAM_LIMITS, ...limits };
  /** One text for all agents, and one for all others, who see an event; they go when the event does. */
  const forAgents = new WeakMap<Happening, Uint8Array<ArrayBuffer>>();
  const forOthers = new WeakMap<Happening, Uint8Array<ArrayBuffer>>();
  let open = 0;

  function frameOf(event: Happening, to: Caller): Uint8Array<ArrayBuffer> {
    const frames = to.role === "agent" ? forAgents : forOthers;
    const known = frames.get(event);
    if (known !== undefined) return known;
    const { seq, type, at, checkpoint } = event;
    const data = JSON.stringify({ type, at: iso(at), checkpoint: viewOf(checkpoint, baseUrl, to) });
    const frame = encoder.encode(`event: ${type}\nid: ${seq}\ndata: ${data}\n\n`);
    frames.set(event, frame);
    return frame;
  }

  const bytesOf = (event: Happening | Quiet, to: Caller): Uint8Array<ArrayBuffer> =>
    // An id without data is no event, but it moves the place where the reader would resume.
    event.type === "quiet" ? encoder.encode(`: quiet\nid: ${event.seq}\n\n`) : frameOf(event, to);

  /** Asks for the next event only once the socket has taken the last one. */
  function bodyOf({ seq, events, stopping }: Followed, to: Caller, { outgoing }: Call["env"], gone: AbortSignal) {
    const iterator = events[Symbol.asyncIterator]();
    let rest = encoder.encode(`: hitl-bot\nretry: ${RETRY}\nid: ${seq}\n\n`);
    let isSending = false;
    const stalled = setTimeout(() => {
      if (!isSending) return;
      metrics.evicted.inc();
      outgoing.destroy();
    }, stall);
    const stop = () => setTimeout(() => outgoing.destroy(), FAREWELL).unref();
    stopping.addEventListener("abort", stop, { signal: gone });
    gone.addEventListener("abort", () => clearTimeout(stalled), { once: true });

    function send(controller: ReadableStreamDefaultController<Uint8Array>): void {
      const isLong = rest.length > SLICE;
      controller.enqueue(isLong ? rest.subarray(0, SLICE) : rest);
      rest = isLong ? rest.subarray(SLICE) : NOTHING;
      isSending = true;
      stalled.refresh();
    }

    return new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          isSending = false;
          if (rest.length > 0) return send(controller);
          return iterator.next().then(
            (next) => {
              if (gone.aborted) return;
              if (next.done) return controller.close();
              rest = bytesOf(next.value, to);
              send(controller);
            },
            (error: unknown) => {
              log.error({ err: error, route: "GET /v1/events" }, "a stream was cut");
              if (!gone.aborted) controller.close();
            },
          );
        },
      },
      { highWaterMark: 0 },
    );
  }

  return async (call, caller) => {
    const request = requestOf(call);
    if (request.type === "refused") return request;
    const { outgoing } = call.env;
    if (open >= most) return full(most);
    const gone = new AbortController();
    open += 1;
    metrics.streams.inc();
    outgoing.once("close", () => {
      gone.abort();
      open -= 1;
      metrics.streams.dec();
    });
    const followed = await desk.follow(caller, { ...request.value, quiet: heartbeat }, gone.signal);
    if (followed.type === "refused") return followed;
    const wanted = call.req.method !== "HEAD" && !outgoing.destroyed;
    return new Response(wanted ? bodyOf(followed, caller, call.env, gone.signal) : null, { headers: HEADERS });
  };
}

type Asked = Omit<FollowRequest, "quiet">;

/** The header is newer than the address: a reader that comes back by itself keeps the one and sends the other. */
function requestOf(call: Call): { type: "request"; value: Asked } | Trouble {
  const query = readQuery(call.req.url, eventsQuery);
  if (query.type === "refused") return query;
  const header = call.env.incoming.headers["last-event-id"];
  const { after, ...watched } = query.value;
  const value: Asked = { after: after ?? "head", ...(watched as Omit<Asked, "after">) };
  if (header === undefined || header === "") return { type: "request", value };
  const seq = typeof header === "string" ? seqOf(header) : undefined;
  if (seq !== undefined) return { type: "request", value: { ...value, after: seq } };
  const message = "must be the id of an event of this bot, a whole number";
  return trouble(
    "invalid_request",
    `The header Last-Event-ID ${message}; leave it out to begin with what comes next.`,
    [{ pointer: "/headers/last-event-id", message }],
  );
}

function full(most: number): Trouble {
  const detail = `${most} streams are open here already; come back in a moment, or ask with ?wait= instead.`;
  return { ...trouble("unavailable", detail), headers: { "Retry-After": "5" } };
}
