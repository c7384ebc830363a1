/**
 * Reads what stats.ts counts: page by page with pauses, at most so many records, one reading at a time, and the same
 * answer for a while. Whoever asks gets the figures of what they may see.
 */
import { setImmediate as turn } from "node:timers/promises";
import { type Caller, sightOf } from "./access.ts";
import { type Refusal, refuse } from "./card.ts";
import type { Checkpoint, Ref } from "./checkpoint.ts";
import type { Clock, Page, Query, Store } from "./ports.ts";
import { type Facts, factsOf, statsOf } from "./stats.ts";
import type { StatsView } from "./stats-answer.ts";
import { parseDuration } from "./time.ts";
import { Turns } from "./turns.ts";

export interface Tally {
  /** `since`: RFC 3339, or a duration back from now. */
  stats(caller: Caller, since: string): Promise<{ type: "stats"; stats: StatsView } | Refusal>;
}

export interface TallyParts {
  store: Pick<Store, "list">;
  clock: Clock;
  /** Records that one answer reads (20,000: about a second's work). */
  most?: number;
}

const MOST = 20_000;
const PAGE = 100;
/** Ms that an answer is good for. */
const FRESH = 10_000;
/** Answers kept, of different callers and times. */
const KEPT = 100;

export function makeTally({ store, clock, most = MOST }: TallyParts): Tally {
  const kept = new Map<string, { at: number; made: Promise<StatsView> }>();
  const lane = new Turns();

  function fresh(key: string, now: number, make: () => Promise<StatsView>): Promise<StatsView> {
    const known = kept.get(key);
    if (known !== undefined && now - known.at < FRESH) return known.made;
    const held = { at: now, made: lane.take("", make) };
    // A fault is told to whoever asked meanwhile; the next one asks anew.
    held.made.catch(() => kept.get(key) === held && kept.delete(key));
    kept.delete(key);
    kept.set(key, held);
    for (const oldest of kept.keys()) {
      if (kept.size <= KEPT) break;
      kept.delete(oldest);
    }
    return held.made;
  }

  return {
    async stats(caller, since) {
      const now = clock();
      const from = startOf(since, now);
      if (from === undefined) return badSince();
      const sight = sightOf(caller);
      const key = JSON.stringify([sight ?? "all", since]);
      return { type: "stats", stats: await fresh(key, now, () => scan(store, from, now, sight, most)) };
    },
  };
}

/** Of a moment or of a duration; undefined where it is neither, or still to come. */
export function startOf(since: string, now: number): number | undefined {
  const back = parseDuration(/^\d{1,9}$/.test(since) ? Number(since) : since);
  if (back !== undefined) return Math.max(0, now - back);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(since)) return undefined;
  const moment = Date.parse(since);
  return moment <= now ? moment : undefined;
}

function badSince(): Refusal {
  const message = 'must be a duration back from now ("90s", "12h", "7d") or a moment that has passed (RFC 3339)';
  return refuse("invalid_request", `\`since\` ${message}.`, [{ pointer: "/query/since", message }]);
}

async function scan(
  store: TallyParts["store"],
  since: number,
  now: number,
  sight: Ref[] | undefined,
  most: number,
): Promise<StatsView> {
  const left = { records: most };
  const pending: Facts[] = [];
  const raised: Facts[] = [];
  const deliveries = { waiting: 0, dead: 0 };
  const seen = sight === undefined ? {} : { sight };
  const read = (query: Filters, take: (record: Checkpoint) => void, enough?: (record: Checkpoint) => boolean) =>
    readAll(store, { ...seen, ...query }, left, take, enough);
  // What presses comes first, in case not everything can be read.
  const complete = [
    await read({ status: "pending" }, (record) => pending.push(factsOf(record))),
    await read({ delivery: "dead" }, () => (deliveries.dead += 1)),
    await read({ delivery: "waiting" }, () => (deliveries.waiting += 1)),
    await read(
      {},
      (record) => raised.push(factsOf(record)),
      (record) => record.created_at < since,
    ),
  ];
  return statsOf({ since, now, raised, pending, deliveries, complete: !complete.includes(false) });
}

export type Filters = Omit<Query, "limit" | "cursor">;

/** Newest first, until there is enough; false where the limit came first. Others have their turn between pages. */
export async function readAll(
  store: Pick<Store, "list">,
  query: Filters,
  left: { records: number },
  take: (record: Checkpoint) => void,
  enough: (record: Checkpoint) => boolean = () => false,
): Promise<boolean> {
  let cursor: string | null = null;
  do {
    const limit = Math.min(PAGE, left.records);
    if (limit === 0) return false;
    const page: Page = await store.list({ ...query, limit, ...(cursor === null ? {} : { cursor }) });
    left.records -= page.items.length;
    for (const record of page.items) {
      if (enough(record)) return true;
      take(record);
    }
    cursor = page.next;
    await turn();
  } while (cursor !== null);
  return true;
}
