/**
 * `GET /pipeline/v2/events`: a checkpoint is an event when it begins to wait. What waits already is sent first, so that
 * whoever comes back after a cut, to a stream without ids, has missed nothing.
 */
import type { Caller } from "../../../src/access.ts";
import type { Checkpoint } from "../../../src/checkpoint.ts";
import type { Denied, DeskPort } from "../../../src/desk-port.ts";
import type { DoorParts } from "../../../src/door.ts";
import type { Handler } from "../../../src/http/frame.ts";
import { SECURITY, trouble } from "../../../src/http/problem.ts";
import { pulledBody } from "../../../src/http/pulled.ts";
import { noQuery, readQuery } from "../../../src/http/query.ts";
import { eventOf, PROTOCOL } from "./mapping.ts";

export interface EventParts {
  desk: Pick<DeskPort, "follow">;
  pending(caller: Caller): Promise<Checkpoint[] | Denied>;
  log: Pick<DoorParts["log"], "error">;
}

const HEADERS = {
  ...SECURITY,
  "Content-Type": "text/event-stream",
  // Proxies like nginx would hold events back to fill a buffer.
  "X-Accel-Buffering": "no",
};

/** Streams of this process at the same time. */
const MOST = 500;
/** Ms between signs of life. */
const HEARTBEAT = 15_000;

const encoder = new TextEncoder();
const HELLO = encoder.encode(": hitl-bot\n\n");
const QUIET = encoder.encode(": quiet\n\n");

export function eventStream({ desk, pending, log }: EventParts): Handler {
  let open = 0;
  return async (call, caller) => {
    const query = readQuery(call.req.url, noQuery);
    if (query.type === "refused") return query;
    if (open >= MOST)
      return { ...trouble("unavailable", `${MOST} streams are open here already.`), headers: { "Retry-After": "5" } };
    const { outgoing } = call.env;
    const gone = new AbortController();
    open += 1;
    outgoing.once("close", () => {
      gone.abort();
      open -= 1;
    });
    // What is raised between the two is in both, and sent once.
    const followed = await desk.follow(caller, { after: "head", kind: "phase", quiet: HEARTBEAT }, gone.signal);
    if (followed.type === "refused") return followed;
    const waiting = await pending(caller);
    if ("type" in waiting) return waiting;
    const sent = new Set(waiting.map(({ id }) => id));
    const events = followed.events[Symbol.asyncIterator]();

    // In the order in which they began to wait.
    const queue = waiting.toReversed();

    async function next() {
      const [earliest] = queue.splice(0, 1);
      if (earliest !== undefined) return encoder.encode(frameOf(earliest));
      for (;;) {
        const { done, value } = await events.next();
        if (done) return null;
        if (value.type === "quiet") return QUIET;
        const { type, checkpoint } = value;
        if (type !== "checkpoint.raised" || checkpoint.door?.protocol !== PROTOCOL) continue;
        if (checkpoint.status === "pending" && !sent.has(checkpoint.id)) return encoder.encode(frameOf(checkpoint));
      }
    }

    const onFault = (error: unknown) => log.error({ err: error }, "a pipeline's stream was cut");
    const parts = { first: HELLO, next, outgoing, gone: gone.signal, stopping: followed.stopping, onFault };
    const wanted = call.req.method !== "HEAD" && !outgoing.destroyed;
    return new Response(wanted ? pulledBody(parts) : null, { headers: HEADERS });
  };
}

function frameOf(checkpoint: Checkpoint): string {
  return `event: checkpoint\ndata: ${JSON.stringify(eventOf(checkpoint))}\n\n`;
}
