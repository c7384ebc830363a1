/** A page of records, newest first: looks at all of them, which is what a store for tests may do. */
import type { Checkpoint, Ref } from "../../../src/checkpoint.ts";
import type { Page, Query, Sight } from "../../../src/ports.ts";
import type { State } from "./state.ts";

export function list(state: State, query: Query): Page {
  const after = query.cursor === undefined ? undefined : decode(query.cursor);
  const found = [...state.records.values()]
    .filter(({ own, sight }) => matches(query, own) && isVisible(query, sight))
    .filter(({ own }) => after === undefined || newestFirst(after, own) < 0)
    .sort((a, b) => newestFirst(a.own, b.own));
  const page = found.slice(0, query.limit);
  const last = page.at(-1);
  return {
    items: page.map(({ text }) => JSON.parse(text)),
    next: last !== undefined && found.length > page.length ? encode(last.own) : null,
  };
}

type Place = Pick<Checkpoint, "created_at" | "id">;

function newestFirst(a: Place, b: Place): number {
  return b.created_at - a.created_at || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}

function matches(query: Query, record: Checkpoint): boolean {
  const { status, kind, agent, session, dueBefore, delivery, endpoint, endedBefore } = query;
  return (
    (status === undefined || record.status === status) &&
    (kind === undefined || record.kind === kind) &&
    (agent === undefined || record.source.agent === agent) &&
    (session === undefined || record.source.session === session) &&
    (dueBefore === undefined ||
      (record.status === "pending" && record.due_at !== null && record.due_at <= dueBefore)) &&
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

function encode({ created_at, id }: Place): string {
  return Buffer.from(JSON.stringify([created_at, id])).toString("base64url");
}

function decode(cursor: string): Place {
  try {
    const [created_at, id, ...rest]: unknown[] = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (typeof created_at === "number" && typeof id === "string" && rest.length === 0) return { created_at, id };
  } catch {
    // Falls through to the one answer for everything that no list gave out.
  }
  throw new RangeError("cursor is not one that a list gave; leave it out to start with the newest");
}
