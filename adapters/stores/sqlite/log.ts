/** Reading the log, to its head or beyond it. Reading and beginning to wait are one step, so no entry slips between. */
import type { Logged, LogQuery } from "../../../src/ports.ts";
import { type Database, headOf } from "./database.ts";
import { guarded } from "./faults.ts";
import type { Tail } from "./tail.ts";

const PAGE = 256;

export async function* readLog(
  db: Database,
  tail: Tail,
  { id, after, follow = false }: LogQuery,
  signal?: AbortSignal,
): AsyncGenerator<Logged, void> {
  const leave = follow ? guarded(() => tail.join()) : undefined;
  try {
    let last = after === "head" ? guarded(() => headOf(db)) : after;
    while (!signal?.aborted && !(follow && tail.closed)) {
      const page = guarded(() => readPage(db, id, last));
      for (const logged of page) {
        yield logged;
        last = logged.seq;
        if (signal?.aborted) return;
      }
      if (page.length > 0) continue;
      if (!follow) return;
      await tail.news(id, signal);
    }
  } finally {
    leave?.();
  }
}

/** Retention: the entries stay, provable by the digests of what they held. */
export function eraseData(db: Database, id: string): void {
  db.sql("UPDATE log SET entry = json_set(entry, '$.data', json('{}')) WHERE id = ?").run(id);
}

function readPage(db: Database, id: string | undefined, after: number): Logged[] {
  const rows =
    id === undefined
      ? db.sql("SELECT seq, entry FROM log WHERE seq > ? ORDER BY seq LIMIT ?").all(after, PAGE)
      : db.sql("SELECT seq, entry FROM log WHERE id = ? AND seq > ? ORDER BY seq LIMIT ?").all(id, after, PAGE);
  return rows.map(({ seq, entry }) => ({ seq: Number(seq), entry: JSON.parse(String(entry)) }));
}
