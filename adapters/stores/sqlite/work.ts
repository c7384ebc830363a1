/**
 * What is to be done, and when: the outbox and the agenda in one table. A claim moves the due time behind its lease
 * and takes a fence that was never given before; 0 means nobody holds it. A commit that renews a key sets it to 0,
 * so that whoever held it can no longer call it done.
 */
import { type Clock, type Due, type Errand, leaseOf, type Work, type WorkResult } from "../../../src/ports.ts";
import type { Database } from "./database.ts";

export interface PackedErrand {
  key: string;
  after: number;
  keep: boolean;
  task: string;
}

export function packErrand(errand: Errand): PackedErrand {
  const { key, after = 0, keep = false } = errand;
  return { key, after, keep, task: JSON.stringify(errand) };
}

export function addErrand(db: Database, { key, after, keep, task }: PackedErrand, now: number): void {
  if (keep)
    db.sql("INSERT INTO work (key, due, attempt, fence, task) VALUES (?, ?, 0, 0, ?) ON CONFLICT (key) DO NOTHING").run(
      key,
      now + after,
      task,
    );
  else renew(db, key, task, now + after);
}

function renew(db: Database, key: string, task: string, due: number): void {
  db.sql(
    `INSERT INTO work (key, due, attempt, fence, task) VALUES (?, ?, 0, 0, ?)
     ON CONFLICT (key) DO UPDATE SET due = excluded.due, attempt = 0, fence = 0, task = excluded.task`,
  ).run(key, due, task);
}

export function setLook(db: Database, id: string, look: number | null): void {
  const key = `look:${id}`;
  if (look === null) db.sql("DELETE FROM work WHERE key = ?").run(key);
  else renew(db, key, JSON.stringify({ do: "look", key, id }), look);
}

export function nextDue(db: Database): number | null {
  const next = db.sql("SELECT min(due) AS next FROM work").get()?.next;
  return typeof next === "number" ? next : null;
}

export function claim(db: Database, limit: number, lease: number, clock: Clock, only?: "looks"): Due {
  const now = clock();
  const looks = only === "looks" ? "AND key >= 'look:' AND key < 'look;'" : "";
  const rows = db
    .sql(`SELECT key, due, attempt, task FROM work WHERE due <= ? ${looks} ORDER BY due, key LIMIT ?`)
    .all(now, limit);
  const work = rows.map(({ key, due, attempt, task: text }): Work => {
    const task: Work["task"] = JSON.parse(String(text));
    const fence = Number(db.sql("UPDATE fence SET last = last + 1 RETURNING last").get()?.last);
    db.sql("UPDATE work SET due = ?, attempt = attempt + 1, fence = ? WHERE key = ?").run(
      now + leaseOf(task, lease),
      fence,
      String(key),
    );
    return { task, due: Number(due), attempt: Number(attempt) + 1, fence };
  });
  return { work, next: nextDue(db) };
}

export function finish(db: Database, { task, fence }: Pick<Work, "task" | "fence">, result: WorkResult): boolean {
  const { changes } =
    result.type === "finished"
      ? db.sql("DELETE FROM work WHERE key = ? AND fence = ?").run(task.key, fence)
      : db.sql("UPDATE work SET due = ?, fence = 0 WHERE key = ? AND fence = ?").run(result.at, task.key, fence);
  return changes === 1;
}
