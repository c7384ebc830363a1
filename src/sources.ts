/**
 * What is looked at when somebody scrapes: never on the way of a commit, at most so many records, and only once in a
 * few seconds however many scrape.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { KINDS } from "./checkpoint.ts";
import type { Feed } from "./feed.ts";
import type { Sources } from "./metrics.ts";
import { lateFrom } from "./overdue.ts";
import type { Clock, Store } from "./ports.ts";
import { type Filters, readAll } from "./tally.ts";

/** Beyond so many the gauges stand still; whoever has as many waiting knows enough. */
const MOST = 5_000;
/** Ms that what was read is good for. */
const FRESH = 5_000;

/** Ms between looks at the event loop; what is measured holds them, too. */
const RESOLUTION = 20;

export interface SourceParts {
  store: Pick<Store, "list">;
  clock: Clock;
  feed: Pick<Feed, "waiting">;
}

export function makeSources({ store, clock, feed }: SourceParts): Sources {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  delay.enable();

  async function pending() {
    const now = clock();
    const kinds = new Map(KINDS.map((kind) => [kind, { kind, count: 0, overdue: 0, oldest: 0 }]));
    await readAll(store, { status: "pending" }, { records: MOST }, (record) => {
      const each = kinds.get(record.kind);
      if (each === undefined) return;
      each.count += 1;
      if ((lateFrom(record) ?? now + 1) <= now) each.overdue += 1;
      each.oldest = Math.max(each.oldest, (now - record.created_at) / 1_000);
    });
    return [...kinds.values()];
  }

  async function count(query: Filters): Promise<number> {
    const left = { records: MOST };
    await readAll(store, query, left, () => {});
    return MOST - left.records;
  }

  return {
    pending: once(clock, pending),
    deliveries: once(clock, async () => ({
      waiting: await count({ delivery: "waiting" }),
      dead: await count({ delivery: "dead" }),
    })),
    waits: () => feed.waiting,
    lag() {
      const [half, most, worst] = [delay.percentile(50), delay.percentile(99), delay.max].map(lateness);
      delay.reset();
      return { "0.5": half ?? 0, "0.99": most ?? 0, "1": worst ?? 0 };
    },
  };
}

/** From ns between two looks to seconds beyond what was asked for. */
function lateness(ns: number): number {
  return Math.max(0, ns / 1e6 - RESOLUTION) / 1_000;
}

/** The same answer for a while, faults too. */
function once<T>(clock: Clock, read: () => Promise<T>): () => Promise<T> {
  let kept: { at: number; value: Promise<T> } | undefined;
  return () => {
    const now = clock();
    if (kept === undefined || now - kept.at >= FRESH) kept = { at: now, value: read() };
    return kept.value;
  };
}
