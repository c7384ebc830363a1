/**
 * The client side: hangs on a pipeline's stream of events, which has no ids. So whenever the stream has been opened
 * anew, and every now and then, all that waits there is asked for: nothing that a cut swallowed is missed.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { PipelineConnection } from "../../../src/connections.ts";
import type { DoorParts } from "../../../src/door.ts";
import { isObject, parseStrict } from "../../../src/json.ts";
import { reasonOf } from "../../../src/outbound/exchange.ts";
import { makeBook } from "./book.ts";
import { sentEvents } from "./sse.ts";

/** In ms. */
export interface Pace {
  /** Until the next try after a failure; doubled with each one, up to the longest. */
  first: number;
  longest: number;
  /** Between two looks at the list while all is well. */
  every: number;
}

const PACE: Pace = { first: 250, longest: 30_000, every: 30_000 };
const OPENING_MS = 10_000;
/** A stream that was open for so long was well. */
const LIVED_MS = 10_000;
const LIMITS = { depth: 64, keys: 100_000 };

export function watch(
  connection: PipelineConnection,
  parts: DoorParts,
  signal: AbortSignal,
  pace = PACE,
): Promise<void> | undefined {
  const { events, pending } = connection;
  if (events === undefined && pending === undefined) return undefined;
  const tell = teller(connection.name, parts.log);
  const book = makeBook(connection, parts, signal);
  const bell = makeBell();
  const listening = events === undefined ? undefined : listen(events);
  const looking = pending === undefined ? undefined : look(pending);
  return Promise.all([listening, looking]).then(() => {});

  async function listen(url: string): Promise<void> {
    for (let failures = 0; !signal.aborted; failures += 1) {
      const since = performance.now();
      try {
        for await (const { event, data } of sentEvents(await open(url, connection, signal, opened))) {
          if (event !== "checkpoint") continue;
          failures = 0;
          await take(data);
        }
        tell("stream", "it ended");
      } catch (error) {
        if (signal.aborted) return;
        tell("stream", reasonOf(error) ?? messageOf(error));
      }
      if (performance.now() - since > LIVED_MS) failures = 0;
      await pause(pauseAfter(failures), undefined, { signal }).catch(() => {});
    }
  }

  /** Only now, because what begins to wait after the list was made comes by the stream. */
  function opened(): void {
    tell("stream", undefined);
    bell.ring();
  }

  /** Nobody sends an event twice: it is kept in hand until it is stored. */
  async function take(data: string): Promise<void> {
    const parsed = parseStrict(data, LIMITS);
    if (!parsed.ok || !isObject(parsed.value)) {
      parts.log.warn({ agent: connection.name }, "an event of the pipeline cannot be read; looking at its list");
      return bell.ring();
    }
    const found = parsed.value;
    for (let failures = 0; !signal.aborted && !(await attempt(() => book.enter(found))); failures += 1)
      await pause(pauseAfter(failures), undefined, { signal }).catch(() => {});
  }

  async function look(url: string): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      bell.muffle();
      const isDone = await attempt(async () => {
        const why = await book.reconcile(url);
        tell("list", why);
        return why === undefined;
      });
      failures = isDone ? 0 : failures + 1;
      await bell.rung(isDone ? pace.every : pauseAfter(failures), signal);
    }
  }

  async function attempt(work: () => Promise<boolean>): Promise<boolean> {
    try {
      return await work();
    } catch (error) {
      if (!signal.aborted)
        parts.log.warn({ error, agent: connection.name }, "watching a pipeline failed; trying again");
      return false;
    }
  }

  function pauseAfter(failures: number): number {
    return Math.min(pace.first * 2 ** Math.min(failures, 20), pace.longest);
  }
}

async function open(url: string, { token }: PipelineConnection, signal: AbortSignal, opened: () => void) {
  const opening = new AbortController();
  const timer = setTimeout(() => opening.abort(new DOMException("", "TimeoutError")), OPENING_MS);
  try {
    const headers = {
      accept: "text/event-stream",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const response = await fetch(url, {
      headers,
      redirect: "manual",
      signal: AbortSignal.any([signal, opening.signal]),
    });
    const type = response.headers.get("content-type") ?? "";
    if (response.status === 200 && type.startsWith("text/event-stream") && response.body !== null) {
      opened();
      return response.body;
    }
    await response.body?.cancel();
    throw new Error(response.status === 200 ? "it answered no stream of events" : `it answered ${response.status}`);
  } finally {
    clearTimeout(timer);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A line in the log when something has changed, and not at every try. */
function teller(agent: string, log: DoorParts["log"]) {
  const last = new Map<string, string | undefined>();
  return (what: "stream" | "list", why: string | undefined): void => {
    if (last.get(what) === why) return;
    last.set(what, why);
    if (why === undefined) log.info({ agent }, `the pipeline's ${what} is heard again`);
    else log.warn({ agent, why }, `the pipeline's ${what} is away; trying again`);
  };
}

/** Rung while nobody listens, it is heard by the next who does. */
function makeBell() {
  let isRung = false;
  let wake = () => {};
  return {
    ring(): void {
      isRung = true;
      wake();
    },
    muffle(): void {
      isRung = false;
    },
    async rung(ms: number, signal: AbortSignal): Promise<void> {
      if (isRung || signal.aborted) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, ms);
      wake = resolve;
      signal.addEventListener("abort", wake, { once: true });
      await promise;
      clearTimeout(timer);
      signal.removeEventListener("abort", wake);
    },
  };
}
