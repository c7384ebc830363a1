/**
 * One change, all or nothing: operation → window → revision, and only then the writes. Runs inside a transaction
 * that holds the write lock, so what was checked still stands when it is written.
 */
import { lifeOf } from "../../../src/operation.ts";
import { lateFrom } from "../../../src/overdue.ts";
import { sessionOf } from "../../../src/policy/sight.ts";
import type { Change, Clock, Committed, Conflict, Operation, Replayed, Sight, Write } from "../../../src/ports.ts";
import { type Database, headOf } from "./database.ts";
import { eraseData } from "./log.ts";
import { addErrand, type PackedErrand, packErrand, setLook } from "./work.ts";

/** A change as text and columns, made when it is handed in: what the caller does to it afterwards changes nothing. */
export interface Packed {
  operation: Operation;
  writes: PackedWrite[];
}

interface PackedWrite extends Omit<Write, "record" | "sight" | "outbox" | "entries" | "erase"> {
  id: string;
  revision: number;
  columns: Columns;
  record: string;
  sight: Sight;
  outbox: PackedErrand[];
  entries: { id: string; entry: string }[];
  erase: boolean;
}

interface Columns {
  status: string;
  kind: string;
  agent: string;
  session: string | null;
  created: number;
  due: number | null;
  ended: number | null;
  delivery: string | null;
  endpoint: string | null;
}

/** Operations swept per commit; more than the one it adds, so that they become fewer again after a flood. */
const SWEEP = 3;

export function pack(change: Change): Packed {
  return { operation: { ...change.operation }, writes: change.writes.map(packWrite) };
}

function packWrite({ record, expect, from, until, look, outbox, entries, sight, erase }: Write): PackedWrite {
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
      session: sessionOf(record) ?? null,
      created: record.created_at,
      due: lateFrom(record),
      ended: record.ended_at,
      delivery: record.callback?.state ?? null,
      endpoint: record.callback?.endpoint ?? null,
    },
    record: JSON.stringify(record),
    sight: { decide: [...sight.decide], see: [...sight.see] },
    outbox: outbox.map(packErrand),
    entries: entries.map((entry) => ({ id: entry.id, entry: JSON.stringify(entry) })),
    erase: erase === true,
  };
}

export function commit(db: Database, change: Packed, clock: Clock): Committed | Replayed | Conflict {
  const operation = operationOf(db, change.operation.id);
  if (operation !== undefined) return { type: "replayed", operation };
  const now = clock();
  const conflict = windowConflict(change.writes, now) ?? revisionConflict(db, change.writes);
  if (conflict !== undefined) return conflict;
  for (const write of change.writes) apply(db, write, now);
  remember(db, change.operation, change.writes[0]?.id ?? "", now);
  return { type: "committed", seq: headOf(db) };
}

function remember(db: Database, { id, hash, answer }: Operation, record: string, now: number): void {
  const life = lifeOf(id);
  db.sql("INSERT INTO operations (id, hash, answer, kept_with, expires) VALUES (?, ?, ?, ?, ?)").run(
    id,
    hash,
    answer,
    record,
    life === null ? null : now + life,
  );
  db.sql("DELETE FROM operations WHERE id IN (SELECT id FROM operations WHERE expires <= ? LIMIT ?)").run(now, SWEEP);
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
  for (const errand of write.outbox) addErrand(db, errand, now);
  if (write.erase) eraseData(db, write.id);
  for (const { id, entry } of write.entries) db.sql("INSERT INTO log (id, entry) VALUES (?, ?)").run(id, entry);
}

function insert(db: Database, { id, revision, columns, sight, record }: PackedWrite): void {
  db.sql(
    `INSERT INTO records
       (id, revision, status, kind, agent, session, created_at, due_at, ended_at, delivery, endpoint, sight, record)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    id,
    revision,
    columns.status,
    columns.kind,
    columns.agent,
    columns.session,
    columns.created,
    columns.due,
    columns.ended,
    columns.delivery,
    columns.endpoint,
    JSON.stringify(sight),
    record,
  );
  addSight(db, id, columns.created, columns.status, sight);
}

function update(db: Database, { id, revision, expect, columns, sight, record }: PackedWrite): void {
  const text = JSON.stringify(sight);
  const former = db.sql("SELECT status, created_at, sight FROM records WHERE id = ? AND revision = ?").get(id, expect);
  if (former === undefined) throw new Error(`a change may write the record ${id} only once`);
  db.sql(
    `UPDATE records SET revision = ?, status = ?, due_at = ?, ended_at = ?, delivery = ?, endpoint = ?, sight = ?,
       record = ? WHERE id = ?`,
  ).run(revision, columns.status, columns.due, columns.ended, columns.delivery, columns.endpoint, text, record, id);
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
