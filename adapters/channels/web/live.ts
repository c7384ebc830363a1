/**
 * `/events`: that something changed, for the pages that are open. It names the checkpoint and what happened; the page
 * fetches itself anew, so that what is shown is always what a reload would show. Pulled, never pushed: a reader that
 * stopped reading holds one line and is let go.
 */
import type { DeskPort } from "../../../src/desk-port.ts";
import type { Happening, Quiet } from "../../../src/stream.ts";
import { oneLine } from "../../../src/text.ts";
import type { Visit } from "./transport.ts";

export interface LiveParts {
  desk: Pick<DeskPort, "follow">;
  /** Whether the visit's session still stands. */
  holds(visit: Visit): Promise<boolean>;
}

/** Streams of this process, and of one person: every open tab is one. */
const MOST = 1_000;
const MOST_EACH = 30;
/** Ms between signs of life; the session is looked at then. */
const HEARTBEAT = 15_000;
/** Ms that a socket may take for one line. */
const STALL = 60_000;
const RETRY = 3_000;

const HEADERS = {
  "Content-Type": "text/event-stream",
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
  "X-Accel-Buffering": "no",
};

const encoder = new TextEncoder();

export function makeLive({ desk, holds }: LiveParts) {
  const open = new Map<string, number>();
  let all = 0;

  function enter(person: string): boolean {
    if (all >= MOST || (open.get(person) ?? 0) >= MOST_EACH) return false;
    all += 1;
    open.set(person, (open.get(person) ?? 0) + 1);
    return true;
  }

  function leave(person: string): void {
    all -= 1;
    const left = (open.get(person) ?? 1) - 1;
    if (left === 0) open.delete(person);
    else open.set(person, left);
  }

  async function* lines(visit: Visit, events: AsyncIterable<Happening | Quiet>): AsyncGenerator<string, void> {
    let looked = performance.now();
    for await (const event of events) {
      // Also where it is never quiet.
      if (event.type === "quiet" || performance.now() - looked >= HEARTBEAT) {
        if (!(await holds(visit))) return;
        looked = performance.now();
      }
      yield event.type === "quiet" ? `: quiet\nid: ${event.seq}\n\n` : lineOf(event);
    }
  }

  return async (visit: Visit): Promise<Response> => {
    const { outgoing, incoming } = visit.call.env;
    const { person } = visit.session;
    if (visit.call.req.method === "HEAD" || outgoing.destroyed) return new Response(null, { headers: HEADERS });
    if (!enter(person)) return new Response(null, { status: 503, headers: { "Retry-After": "30" } });
    const gone = new AbortController();
    outgoing.once("close", () => {
      gone.abort();
      leave(person);
    });
    const last = String(incoming.headers["last-event-id"] ?? "");
    const request = { quiet: HEARTBEAT, after: /^\d{1,15}$/.test(last) ? Number(last) : ("head" as const) };
    let followed = await desk.follow(visit.caller, request, gone.signal);
    // An id of before the store was replaced: the page reloads itself when it connects anew, so nothing is missed.
    if (followed.type === "refused")
      followed = await desk.follow(visit.caller, { ...request, after: "head" }, gone.signal);
    if (followed.type === "refused") return new Response(null, { status: 503, headers: { "Retry-After": "5" } });
    followed.stopping.addEventListener("abort", () => setTimeout(() => outgoing.destroy(), 250).unref(), {
      signal: gone.signal,
    });
    return new Response(
      bodyOf(lines(visit, followed.events), followed.seq, gone.signal, () => outgoing.destroy()),
      {
        headers: HEADERS,
      },
    );
  };
}

function lineOf({ seq, type, checkpoint }: Happening): string {
  const { id, revision, status, title } = checkpoint;
  const data = { type: type.slice("checkpoint.".length), id, revision, status, title: oneLine(title, 120) };
  return `id: ${seq}\ndata: ${JSON.stringify(data)}\n\n`;
}

function bodyOf(lines: AsyncGenerator<string, void>, seq: number, gone: AbortSignal, evict: () => void) {
  let timer: NodeJS.Timeout | undefined;
  gone.addEventListener("abort", () => clearTimeout(timer), { once: true });
  let first: string | undefined = `retry: ${RETRY}\nid: ${seq}\n\n`;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        clearTimeout(timer);
        const line = first ?? (await lines.next().catch(() => undefined))?.value;
        first = undefined;
        if (gone.aborted) return;
        if (line === undefined) return controller.close();
        controller.enqueue(encoder.encode(line));
        timer = setTimeout(evict, STALL);
      },
    },
    { highWaterMark: 0 },
  );
}
