/**
 * One change, all or nothing: operation → window → revision, and only then the writes. Runs inside a transaction
 * that holds the write lock, so what was checked still stands when it is written.
 */
import type { Change, Clock, Committed, Conflict, Operation, Replayed, Sight, Write } from "../../../src/ports.ts";
import { type Database, headOf } from "./database.ts";
import { renewErrand, setLook } from "./work.ts";

/** A change as text and columns, made when it is handed in: what the caller does to it afterwards changes nothing. */
export interface Packed {
  operation: Operation;
  writes: PackedWrite[];
}

interface PackedWrite extends Omit<Write, "record" | "sight" | "outbox" | "entries"> {
  id: string;
  revision: number;
  columns: { status: string; kind: string; agent: string; session: string | null; created: number; due: number | null };
  record: string;
  sight: Sight;
  outbox: { key: string; task: string }[];
  entries: { id: string; entry: string }[];
}

export function pack(change: Change): Packed {
  return { operation: { ...change.operation }, writes: change.writes.map(packWrite) };
}

function packWrite({ record, expect, from, until, look, outbox, entries, sight }: Write): PackedWrite {
  if (record.revision !== expect + 1)
    throw new RangeError(`revision ${record.revision} of ${record.id} does not follow on ${expect}`);
  return {
    id: record.id,
    revision: record.revision,
    expect,
    from: from ?? null,
    until: until ?? null,
    look,
    columns: {
      status: record.status,
      kind: record.kind,
      agent: record.source.agent,
      session: record.source.session ?? null,
      created: record.created_at,
      due: record.due_at,
    },
    record: JSON.stringify(record),
    sight: { decide: [...sight.decide], see: [...sight.see] },
    outbox: outbox.map((errand) => ({ key: errand.key, task: JSON.stringify(errand) })),
    entries: entries.map((entry) => ({ id: entry.id, entry: JSON.stringify(entry) })),
  };
}

export function commit(db: Database, change: Packed, clock: Clock): Committed | Replayed | Conflict {
  const operation = operationOf(db, change.operation.id);
  if (operation !== undefined) return { type: "replayed", operation };
  const now = clock();
  const conflict = windowConflict(change.writes, now) ?? revisionConflict(db, change.writes);
  if (conflict !== undefined) return conflict;
  for (const write of change.writes) apply(db, write, now);
  const { id, hash, answer } = change.operation;
  db.sql("INSERT INTO operations (id, hash, answer, kept_with) VALUES (?, ?, ?, ?)").run(
    id,
    hash,
    answer,
    change.writes[0]?.id ?? "",
  );
  return { type: "committed", seq: headOf(db) };
}

function operationOf(db: Database, id: string): Operation | undefined {
  const row = db.sql("SELECT hash, answer FROM operations WHERE id = ?").get(id);
  return row && { id, hash: String(row.hash), answer: String(row.answer) };
}

function windowConflict(writes: PackedWrite[], now: number): Conflict | undefined {
  for (const { id, from, until } of writes) {
    if (from != null && now < from) return { type: "conflict", id, why: "early" };
    if (until != null && now >= until) return { type: "conflict", id, why: "late" };
  }
  return undefined;
}

function revisionConflict(db: Database, writes: PackedWrite[]): Conflict | undefined {
  for (const { id, expect } of writes) {
    const revision = Number(db.sql("SELECT revision FROM records WHERE id = ?").get(id)?.revision ?? 0);
    if (revision !== expect) return { type: "conflict", id, why: expect === 0 ? "exists" : "revision" };
  }
  return undefined;
}

function apply(db: Database, write: PackedWrite, now: number): void {
  if (write.expect === 0) insert(db, write);
  else update(db, write);
  setLook(db, write.id, write.look);
  for (const { key, task } of write.outbox) renewErrand(db, key, task, now);
  for (const { id, entry } of write.entries) db.sql("INSERT INTO log (id, entry) VALUES (?, ?)").run(id, entry);
}

function insert(db: Database, { id, revision, columns, sight, record }: PackedWrite): void {
  db.sql(
    `INSERT INTO records (id, revision, status, kind, agent, session, created_at, due_at, sight, record)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    id,
    revision,
    columns.status,
    columns.kind,
    columns.agent,
    columns.session,
    columns.created,
    columns.due,
    JSON.stringify(sight),
    record,
  );
  addSight(db, id, columns.created, columns.status, sight);
}

function update(db: Database, { id, revision, expect, columns, sight, record }: PackedWrite): void {
  const text = JSON.stringify(sight);
  const former = db.sql("SELECT status, created_at, sight FROM records WHERE id = ? AND revision = ?").get(id, expect);
  if (former === undefined) throw new Error(`a change may write the record ${id} only once`);
  db.sql("UPDATE records SET revision = ?, status = ?, due_at = ?, sight = ?, record = ? WHERE id = ?").run(
    revision,
    columns.status,
    columns.due,
    text,
    record,
    id,
  );
  if (former.status === columns.status && former.sight === text) return;
  const created = Number(former.created_at);
  const { decide, see }: Sight = JSON.parse(String(former.sight));
  for (const ref of new Set([...decide, ...see]))
    db.sql("DELETE FROM sight WHERE ref = ? AND created_at = ? AND id = ?").run(ref, created, id);
  addSight(db, id, created, columns.status, sight);
}

function addSight(db: Database, id: string, created: number, status: string, { decide, see }: Sight): void {
  const open = status === "pending" ? 1 : 0;
  for (const ref of new Set([...decide, ...see]))
    db.sql("INSERT INTO sight (ref, created_at, id, open, decides) VALUES (?, ?, ?, ?, ?)").run(
      ref,
      created,
      id,
      open,
      decide.includes(ref) ? 1 : 0,
    );
}
