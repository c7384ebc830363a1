/** One change, all or nothing: everything that can fail (checks, turning into text) comes before the first write. */
import type { Change, Committed, Conflict, Replayed, Write } from "../../../src/ports.ts";
import type { State } from "./state.ts";

export function commit(state: State, change: Change, now: number): Committed | Replayed | Conflict {
  const packed = change.writes.map(pack);
  const known = state.operations.get(change.operation.id);
  if (known !== undefined) return { type: "replayed", operation: { ...known } };
  const conflict = check(state, change.writes, now);
  if (conflict !== undefined) return conflict;
  for (const { id, kept, look, outbox, entries, erase } of packed) {
    if (erase) eraseData(state, id);
    state.records.set(id, kept);
    const key = `look:${id}`;
    if (look === null) state.work.delete(key);
    else state.work.set(key, { task: JSON.stringify({ do: "look", key, id }), due: look, attempt: 0, fence: 0 });
    for (const { key: name, after, keep, task } of outbox)
      if (!keep || !state.work.has(name)) state.work.set(name, { task, due: now + after, attempt: 0, fence: 0 });
    state.log.push(...entries);
  }
  state.operations.set(change.operation.id, { ...change.operation });
  return { type: "committed", seq: state.log.length };
}

/** The entries stay, provable by the digests of what they held. */
function eraseData(state: State, id: string): void {
  for (const [index, each] of state.log.entries())
    if (each.id === id) state.log[index] = { id, entry: JSON.stringify({ ...JSON.parse(each.entry), data: {} }) };
}

function pack({ record, expect, look, outbox, entries, sight, erase }: Write) {
  if (record.revision !== expect + 1)
    throw new RangeError(`revision ${record.revision} of ${record.id} does not follow on ${expect}`);
  const text = JSON.stringify(record);
  return {
    id: record.id,
    kept: { text, own: JSON.parse(text), sight: { decide: [...sight.decide], see: [...sight.see] } },
    look,
    outbox: outbox.map((errand) => {
      const { key, after = 0, keep = false } = errand;
      return { key, after, keep, task: JSON.stringify(errand) };
    }),
    entries: entries.map((entry) => ({ id: entry.id, entry: JSON.stringify(entry) })),
    erase: erase === true,
  };
}

function check(state: State, writes: Write[], now: number): Conflict | undefined {
  for (const { record, from, until } of writes) {
    if (from != null && now < from) return { type: "conflict", id: record.id, why: "early" };
    if (until != null && now >= until) return { type: "conflict", id: record.id, why: "late" };
  }
  for (const { record, expect } of writes) {
    const revision = state.records.get(record.id)?.own.revision ?? 0;
    if (revision !== expect) return { type: "conflict", id: record.id, why: expect === 0 ? "exists" : "revision" };
  }
  if (new Set(writes.map(({ record }) => record.id)).size < writes.length)
    throw new Error("a change may write a record only once");
  return undefined;
}
