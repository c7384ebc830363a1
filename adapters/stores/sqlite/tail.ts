/**
 * Wakes those who follow the log: at once for commits of this process, within `poll` ms for those of others, seen by
 * `PRAGMA data_version`. One poller serves all followers and runs only while there is one.
 */
import { type Database, headOf } from "./database.ts";

export interface Tail {
  /** Begins to follow, before the first read; what is written from here on wakes. Returns how to stop. */
  join(): () => void;
  /** Resolves when there may be new entries of `id` (undefined: of any), on abort, and on close. */
  news(id: string | undefined, signal: AbortSignal | undefined): Promise<void>;
  wake(ids: Iterable<string>): void;
  readonly closed: boolean;
  close(): void;
}

/** Waits for entries of any checkpoint; no id is empty. */
const ANY = "";

export function createTail(db: Database, poll: number): Tail {
  const waiting = new Map<string, Set<() => void>>();
  let followers = 0;
  let timer: NodeJS.Timeout | undefined;
  let version: unknown;
  let head = 0;
  let closed = false;

  const dataVersion = () => db.sql("PRAGMA data_version").get()?.data_version;

  function wake(ids: Iterable<string>): void {
    for (const id of new Set([ANY, ...ids])) for (const resolve of [...(waiting.get(id) ?? [])]) resolve();
  }

  function look(): void {
    try {
      const current = dataVersion();
      if (current === version) return;
      version = current;
      const rows = db.sql("SELECT seq, id FROM log WHERE seq > ? ORDER BY seq").all(head);
      if (rows.length === 0) return;
      head = Number(rows.at(-1)?.seq);
      wake(rows.map((row) => String(row.id)));
    } catch {
      // Each follower's own read then meets the fault, and throws it where somebody is listening.
      wake(waiting.keys());
    }
  }

  return {
    join() {
      if (followers === 0) {
        version = dataVersion();
        head = headOf(db);
        timer = setInterval(look, poll);
      }
      followers += 1;
      return () => {
        followers -= 1;
        if (followers === 0) clearInterval(timer);
      };
    },
    news: (id = ANY, signal) =>
      new Promise((resolve) => {
        const same = waiting.get(id) ?? new Set();
        waiting.set(id, same);
        const done = () => {
          same.delete(done);
          if (same.size === 0) waiting.delete(id);
          signal?.removeEventListener("abort", done);
          resolve();
        };
        same.add(done);
        signal?.addEventListener("abort", done);
      }),
    wake,
    get closed() {
      return closed;
    },
    close() {
      closed = true;
      clearInterval(timer);
      wake(waiting.keys());
    },
  };
}
