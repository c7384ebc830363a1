/**
 * Reading records: one by its id, or a page of them, newest first. A page is read reference by reference along the
 * sight table's order and merged here, so that it costs about a page's worth of rows whatever else the file holds.
 */
import type { SQLInputValue } from "node:sqlite";
import type { Checkpoint, Ref } from "../../../src/checkpoint.ts";
import { type Cursor, decodeCursor, encodeCursor } from "../../../src/cursor.ts";
import type { Page, Query, Stored } from "../../../src/ports.ts";
import type { Database } from "./database.ts";

/** Record and operation in one statement: of one moment, also while other processes commit. */
export function readRecord(db: Database, id: string, operation: string | undefined): Stored | undefined {
  const row = db
    .sql(
      `SELECT record, operations.id AS operation, hash, answer
       FROM records LEFT JOIN operations ON operations.id = ? WHERE records.id = ?`,
    )
    .get(operation ?? null, id);
  if (row === undefined) return undefined;
  const replay =
    row.operation === null ? null : { id: String(row.operation), hash: String(row.hash), answer: String(row.answer) };
  return { record: JSON.parse(String(row.record)), replay };
}

export function listRecords(db: Database, query: Query): Page {
  const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
  const count = query.limit + 1;
  // Several statements, one moment: a record never comes in another state than the one it was found by.
  db.sql("BEGIN").run();
  try {
    const refs = isOwn(query) ? query.decide : query.sight;
    const found =
      refs === undefined
        ? keys(db, query, after, count)
        : merge(refs.map((ref) => keys(db, query, after, count, ref))).slice(0, count);
    const page = found.slice(0, query.limit);
    const last = page.at(-1);
    return {
      items: page.map(({ id }) => record(db, id)),
      next: found.length > page.length && last !== undefined ? encodeCursor(last) : null,
    };
  } finally {
    if (db.inTransaction()) db.sql("COMMIT").run();
  }
}

/**
 * Whoever asks what others may decide is led along what they may see themselves: how long that takes tells them nothing
 * about the rest.
 */
function isOwn({ decide, sight }: Query): boolean {
  return decide?.every((ref) => sight === undefined || sight.includes(ref)) ?? false;
}

/** The first `count` keys of a query; with `ref` of those that the reference may decide or, if asked so, see. */
function keys(db: Database, query: Query, after: Cursor | undefined, count: number, ref?: Ref): Cursor[] {
  const pending = query.status === "pending" || query.dueBefore !== undefined;
  const where: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (condition: string, ...bound: SQLInputValue[]) => {
    where.push(condition);
    values.push(...bound);
  };
  // Written out, not bound: SQLite uses a partial index only where it reads the same words.
  if (pending) add("records.status = 'pending'");
  if (query.status !== undefined && query.status !== "pending") add("records.status = ?", query.status);
  if (query.dueBefore !== undefined) add("records.due_at <= ?", query.dueBefore);
  if (query.kind !== undefined) add("records.kind = ?", query.kind);
  if (query.agent !== undefined) add("records.agent = ?", query.agent);
  if (query.session !== undefined) add("records.session = ?", query.session);
  if (query.delivery !== undefined) add("records.delivery = ?", query.delivery);
  if (query.endpoint !== undefined) add("records.endpoint = ?", query.endpoint);
  if (query.endedBefore !== undefined) add("records.ended_at <= ?", query.endedBefore);
  const order = ref === undefined ? "records" : "sight";
  if (ref !== undefined) {
    add("sight.ref = ?", ref);
    if (pending) add("sight.open = 1");
    if (isOwn(query)) add("sight.decides = 1");
    else if (query.decide !== undefined)
      add(
        `EXISTS (SELECT 1 FROM sight asked WHERE asked.ref IN (SELECT value FROM json_each(?))
           AND asked.created_at = sight.created_at AND asked.id = sight.id AND asked.decides = 1)`,
        JSON.stringify(query.decide),
      );
  }
  if (after !== undefined) add(`(${order}.created_at, ${order}.id) < (?, ?)`, after.created, after.id);
  const from = ref === undefined ? "records" : "sight CROSS JOIN records ON records.id = sight.id";
  return db
    .sql(
      `SELECT ${order}.created_at AS created, ${order}.id AS id FROM ${from}
       ${where.length > 0 ? `WHERE ${where.join(" AND ")}` : ""}
       ORDER BY ${order}.created_at DESC, ${order}.id DESC LIMIT ?`,
    )
    .all(...values, count)
    .map(({ created, id }) => ({ created: Number(created), id: String(id) }));
}

function merge(lists: Cursor[][]): Cursor[] {
  const byId = new Map(lists.flat().map((key) => [key.id, key]));
  return [...byId.values()].sort((a, b) => b.created - a.created || (a.id < b.id ? 1 : -1));
}

function record(db: Database, id: string): Checkpoint {
  return JSON.parse(String(db.sql("SELECT record FROM records WHERE id = ?").get(id)?.record));
}
