/** Plain key-value with time to live. What has passed its time is as good as gone, and swept out as others are set. */
import type { Clock, Shelf } from "../../../src/ports.ts";
import type { Database } from "./database.ts";
import { guarded } from "./faults.ts";
import type { Writer } from "./writer.ts";

/** Per set; more than one, so that the shelf shrinks again after a flood. */
const SWEEP = 20;

export function createShelf(db: Database, writer: Writer, clock: Clock): Shelf {
  const sweep = (now: number) =>
    db.sql("DELETE FROM shelf WHERE key IN (SELECT key FROM shelf WHERE expires <= ? LIMIT ?)").run(now, SWEEP);
  const expiry = (now: number, ttl: number | undefined) => (ttl === undefined ? null : now + ttl);
  return {
    get: async (key) =>
      guarded(() => {
        const row = db
          .sql("SELECT value FROM shelf WHERE key = ? AND (expires IS NULL OR expires > ?)")
          .get(key, clock());
        return row && String(row.value);
      }),
    set: (key, value, ttl) =>
      writer.write(() => {
        const now = clock();
        sweep(now);
        db.sql("INSERT OR REPLACE INTO shelf (key, value, expires) VALUES (?, ?, ?)").run(key, value, expiry(now, ttl));
      }),
    add: (key, value, ttl) =>
      writer.write(() => {
        const now = clock();
        sweep(now);
        const { changes } = db
          .sql(
            `INSERT INTO shelf (key, value, expires) VALUES (?, ?, ?)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires = excluded.expires WHERE expires <= ?`,
          )
          .run(key, value, expiry(now, ttl), now);
        return changes === 1;
      }),
    take: (key) =>
      writer.write(() => {
        const row = db.sql("DELETE FROM shelf WHERE key = ? RETURNING value, expires").get(key);
        if (row === undefined || (typeof row.expires === "number" && row.expires <= clock())) return undefined;
        return String(row.value);
      }),
  };
}
