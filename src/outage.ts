/**
 * Whether the store answers and keeps what it is given: told in the log once when it no longer does and once when it
 * does again, however many calls fail over it meanwhile. A full disk can still be read, so the two are known apart.
 */
import type { Log } from "./log.ts";
import { type Shelf, type Store, StoreUnavailable } from "./ports.ts";

export interface Outage {
  /** The same store, listened to. */
  store: Store;
  /** Why nothing can be read or kept, in a sentence; null: as far as is known, all is well. */
  why(): string | null;
  /** A fault that says only what the log says already. */
  isKnown(error: unknown): boolean;
}

/** A claim writes where something is due and reads where nothing is: what a lane meets tells nothing of other calls. */
type Side = "reading" | "keeping" | "claiming" | "looking";

/** While nothing could be kept, that is tried so often (ms): it may be that nobody decides anything meanwhile. */
const TRY_MS = 5_000;
const TRIED = "kept-again";

export function watchStore(store: Store, shelf: Pick<Shelf, "set">, log: Pick<Log, "error" | "info">): Outage {
  const away = new Map<Side, string>();
  let tried = Number.NEGATIVE_INFINITY;

  async function heard<T>(side: Side, call: Promise<T>): Promise<T> {
    try {
      const answer = await call;
      isBack(side);
      return answer;
    } catch (error) {
      if (error instanceof StoreUnavailable) isAway(side, error);
      throw error;
    }
  }

  function isAway(side: Side, error: StoreUnavailable): void {
    if (!away.has(side) && (side === "keeping" || away.size === 0))
      log.error({ error }, side === "keeping" ? CANNOT_KEEP : "the store is away; trying again");
    away.set(
      side,
      error.reason === undefined ? "The store does not answer." : `The store is out of reach: ${error.reason}.`,
    );
  }

  function isBack(side: Side): void {
    if (away.delete(side) && away.size === 0) log.info("the store answers again, and keeps what it is given");
    if (side === "reading" && away.has("keeping")) void tryToKeep();
  }

  async function tryToKeep(): Promise<void> {
    const now = performance.now();
    if (now - tried < TRY_MS) return;
    tried = now;
    await heard("keeping", shelf.set(TRIED, "1", TRY_MS)).catch(() => {});
  }

  return {
    store: {
      commit: (change) => heard("keeping", store.commit(change)),
      read: (id, operation) => heard("reading", store.read(id, operation)),
      list: (query) => heard("reading", store.list(query)),
      log: (query, signal) => store.log(query, signal),
      async due(limit, lease, only) {
        const due = await heard(only === undefined ? "claiming" : "looking", store.due(limit, lease, only));
        isBack("reading");
        return due;
      },
      done: (work, result) => heard("keeping", store.done(work, result)),
    },
    why: () => away.get("keeping") ?? [...away.values()][0] ?? null,
    isKnown: (error) => error instanceof StoreUnavailable && away.size > 0,
  };
}

const CANNOT_KEEP = "the store keeps nothing: no decision can be recorded; trying again";
