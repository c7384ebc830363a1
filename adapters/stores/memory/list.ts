/** A page of records, newest first: looks at all of them, which is what a store for tests may do. */
import type { Checkpoint, Ref } from "../../../src/checkpoint.ts";
import { type Cursor, decodeCursor, encodeCursor } from "../../../src/cursor.ts";
import { lateFrom } from "../../../src/overdue.ts";
import { sessionOf } from "../../../src/policy/sight.ts";
import type { Page, Query, Sight } from "../../../src/ports.ts";
import type { State } from "./state.ts";

export function list(state: State, query: Query): Page {
  const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
  const found = [...state.records.values()]
    .filter(({ own, sight }) => matches(query, own) && isVisible(query, sight))
    .filter(({ own }) => after === undefined || newestFirst(after, placeOf(own)) < 0)
    .sort((a, b) => newestFirst(placeOf(a.own), placeOf(b.own)));
  const page = found.slice(0, query.limit);
  const last = page.at(-1);
  return {
    items: page.map(({ text }) => JSON.parse(text)),
    next: last !== undefined && found.length > page.length ? encodeCursor(placeOf(last.own)) : null,
  };
}

function placeOf({ created_at: created, id }: Checkpoint): Cursor {
  return { created, id };
}

function newestFirst(a: Cursor, b: Cursor): number {
  return b.created - a.created || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}

function matches(query: Query, record: Checkpoint): boolean {
  const { status, kind, agent, session, dueBefore, delivery, endpoint, endedBefore } = query;
  return (
    (status === undefined || record.status === status) &&
    (kind === undefined || record.kind === kind) &&
    (agent === undefined || record.source.agent === agent) &&
    (session === undefined || sessionOf(record) === session) &&
    (dueBefore === undefined ||
      (record.status === "pending" && (lateFrom(record) ?? Number.POSITIVE_INFINITY) <= dueBefore)) &&
    (delivery === undefined || record.callback?.state === delivery) &&
    (endpoint === undefined || record.callback?.endpoint === endpoint) &&
    (endedBefore === undefined || (record.ended_at !== null && record.ended_at <= endedBefore))
  );
}

function isVisible({ decide, sight }: Query, of: Sight): boolean {
  const has = (refs: Ref[], wanted: Ref[] | undefined) =>
    wanted === undefined || wanted.some((ref) => refs.includes(ref));
  return has(of.decide, decide) && has([...of.decide, ...of.see], sight);
}
