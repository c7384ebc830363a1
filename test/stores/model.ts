/** What a store is, said in the fewest words: plain maps and arrays, one call after the other, nothing to be fast. */
import type { Checkpoint } from "../../src/checkpoint.ts";
import type { Change, Committed, Conflict, Entry, Operation, Query, Replayed, Sight, Work } from "../../src/ports.ts";

export interface Model {
  now: number;
  records: Map<string, { record: Checkpoint; sight: Sight }>;
  operations: Map<string, Operation>;
  log: Entry[];
  work: Map<string, { due: number; attempt: number; holder: number }>;
  /** Every claim ever given out; a holder is an index into it, -1 nobody. */
  claims: Work[];
}

export function emptyModel(now: number): Model {
  return { now, records: new Map(), operations: new Map(), log: [], work: new Map(), claims: [] };
}

export function commitTo(model: Model, change: Change): Committed | Replayed | Conflict {
  const operation = model.operations.get(change.operation.id);
  if (operation) return { type: "replayed", operation };
  for (const { record, from, until } of change.writes) {
    if (from != null && model.now < from) return { type: "conflict", id: record.id, why: "early" };
    if (until != null && until <= model.now) return { type: "conflict", id: record.id, why: "late" };
  }
  for (const { record, expect } of change.writes) {
    const revision = model.records.get(record.id)?.record.revision ?? 0;
    if (revision !== expect) return { type: "conflict", id: record.id, why: expect === 0 ? "exists" : "revision" };
  }
  for (const { record, sight, look, outbox, entries, erase } of change.writes) {
    model.records.set(record.id, { record, sight });
    model.work.delete(`look:${record.id}`);
    if (look !== null) model.work.set(`look:${record.id}`, { due: look, attempt: 0, holder: -1 });
    for (const { key, after = 0, keep } of outbox)
      if (!keep || !model.work.has(key)) model.work.set(key, { due: model.now + after, attempt: 0, holder: -1 });
    if (erase) model.log = model.log.map((each) => (each.id === record.id ? { ...each, data: {} } : each));
    model.log.push(...entries);
  }
  model.operations.set(change.operation.id, change.operation);
  return { type: "committed", seq: model.log.length };
}

export function listed(model: Model, query: Query): string[] {
  return [...model.records.values()]
    .filter(({ record }) => query.status === undefined || record.status === query.status)
    .filter(({ record }) => query.kind === undefined || record.kind === query.kind)
    .filter(({ record }) => query.agent === undefined || record.source.agent === query.agent)
    .filter(({ record }) => query.session === undefined || record.source.session === query.session)
    .filter(
      ({ record: { status, due_at } }) =>
        query.dueBefore === undefined || (status === "pending" && due_at !== null && due_at <= query.dueBefore),
    )
    .filter(({ record }) => query.delivery === undefined || record.callback?.state === query.delivery)
    .filter(({ record }) => query.endpoint === undefined || record.callback?.endpoint === query.endpoint)
    .filter(
      ({ record: { ended_at } }) =>
        query.endedBefore === undefined || (ended_at !== null && ended_at <= query.endedBefore),
    )
    .filter(({ sight }) => query.decide === undefined || query.decide.some((ref) => sight.decide.includes(ref)))
    .filter(
      ({ sight: { decide, see } }) =>
        query.sight === undefined || query.sight.some((ref) => decide.includes(ref) || see.includes(ref)),
    )
    .map(({ record }) => record)
    .sort((a, b) => b.created_at - a.created_at || (a.id < b.id ? 1 : -1))
    .map(({ id }) => id);
}

/** Keys that are due, the longest overdue first. */
export function dueKeys(model: Model): string[] {
  return [...model.work]
    .filter(([, { due }]) => due <= model.now)
    .sort(([a, first], [b, second]) => first.due - second.due || (a < b ? -1 : 1))
    .map(([key]) => key);
}

export function nextDue(model: Model): number | null {
  const due = [...model.work.values()].map((each) => each.due);
  return due.length === 0 ? null : Math.min(...due);
}
