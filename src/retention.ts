/**
 * Empties ended checkpoints after their time: once an hour, of all replicas whoever takes the lease, in small pages,
 * each through the desk. What was emptied before is met again and left alone.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { Breath } from "./breath.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { Desk } from "./desk.ts";
import type { Callback, Clock, Page, Shelf, Store } from "./ports.ts";

const LEASE = "retention:lease";
const EVERY_MS = 3_600_000;
/** Shorter than the pause, so that nobody's clock lets an hour out. */
const LEASE_MS = EVERY_MS - 60_000;
const PAGE = 50;

export interface RetentionParts {
  store: Pick<Store, "list">;
  shelf: Pick<Shelf, "add">;
  clock: Clock;
  desk: Pick<Desk, "erase">;
  /** What is kept to call an agent again holds the content, too. */
  callback: Pick<Callback, "forget"> | null;
  /** Ms that content is kept after the end. */
  keep: number;
  onDone: (erased: number) => void;
  onFault: (error: unknown) => void;
}

export interface Retention {
  stop(): Promise<void>;
}

export function startRetention(parts: RetentionParts): Retention {
  const stop = new AbortController();
  const running = (async () => {
    while (!stop.signal.aborted) {
      await sweep(parts, stop.signal).then(parts.onDone, parts.onFault);
      await pause(EVERY_MS, undefined, { signal: stop.signal, ref: false }).catch(() => {});
    }
  })();
  return {
    stop() {
      stop.abort();
      return running;
    },
  };
}

/** One round; answers how many were emptied. */
export async function sweep(parts: RetentionParts, signal: AbortSignal): Promise<number> {
  if (!(await parts.shelf.add(LEASE, randomUUID(), LEASE_MS))) return 0;
  const endedBefore = parts.clock() - parts.keep;
  const breath = new Breath();
  let erased = 0;
  let cursor: string | null = null;
  do {
    const page: Page = await parts.store.list({ endedBefore, limit: PAGE, ...(cursor === null ? {} : { cursor }) });
    for (const each of page.items) {
      if (signal.aborted) return erased;
      if (each.erased_at === undefined && (await empty(parts, each, endedBefore))) erased += 1;
    }
    await breath.take();
    cursor = page.next;
  } while (cursor !== null && !signal.aborted);
  return erased;
}

async function empty({ desk, callback }: RetentionParts, { id }: Checkpoint, endedBefore: number): Promise<boolean> {
  const erased = await desk.erase(id, endedBefore);
  if (erased) await callback?.forget?.(id);
  return erased;
}
