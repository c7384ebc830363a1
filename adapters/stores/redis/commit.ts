/** A change as the arguments of its script, and the script's answer as the port's. */
import { randomBytes } from "node:crypto";
import { lifeOf } from "../../../src/operation.ts";
import { lateFrom } from "../../../src/overdue.ts";
import type { Change, Committed, Conflict, Errand, Operation, Replayed, Write } from "../../../src/ports.ts";
import { packEntry } from "./entry.ts";
import { seal, unseal } from "./envelope.ts";
import { facetsOf } from "./facets.ts";
import type { Reply } from "./script.ts";

export interface Packed {
  /** Known to this change alone: by it a repeat tells its own first attempt from somebody else's. */
  mark: string;
  args: string[];
}

const PROCESS = randomBytes(6).toString("base64url");
let changes = 0;

/** Text from here on: what the caller does to the change afterwards changes nothing. */
export function pack({ operation: { id, hash, answer }, writes }: Change, news: string): Packed {
  if (new Set(writes.map(({ record }) => record.id)).size < writes.length)
    throw new Error("a change may write a record only once");
  changes += 1;
  const mark = `${PROCESS}.${changes.toString(36)}`;
  // Left open: the script adds the number of the last entry, which nobody knows before.
  const known = seal({ id, hash, answer }, { mark }).slice(0, -1);
  const plan = JSON.stringify({ life: lifeOf(id) ?? undefined, news, writes: writes.map(planOf) });
  const texts = writes.flatMap(({ record, entries }) => [seal(record), ...entries.map(packEntry)]);
  return { mark, args: [id, known, plan, ...texts] };
}

/**
 * All of a write but the record and the entries, whose texts the script keeps as they are. What is absent is not there.
 * Scores are texts already: Redis would print them anew for each set that they go into.
 */
function planOf({ record, expect, from, until, look, outbox, entries, sight, erase }: Write) {
  if (record.revision !== expect + 1)
    throw new RangeError(`revision ${record.revision} of ${record.id} does not follow on ${expect}`);
  const { id, status, created_at, ended_at } = record;
  return {
    ...{ id, expect, from: from ?? undefined, till: until ?? undefined, status, erase },
    ...{
      created: score(created_at),
      due: score(status === "pending" ? lateFrom(record) : null),
      ended: score(ended_at),
    },
    look: score(look),
    facets: JSON.stringify(facetsOf(record, sight)),
    errands: outbox.map(planErrand),
    entries: entries.length,
  };
}

function score(value: number | null): string | undefined {
  return value === null ? undefined : String(value);
}

function planErrand(errand: Errand) {
  const { key, after = 0, keep } = errand;
  return { key, after, keep, task: JSON.stringify(errand) };
}

export function answerOf([, type, detail, why]: Reply[], mark: string): Committed | Replayed | Conflict {
  if (type === "committed") return { type, seq: Number(detail) };
  if (type === "conflict") return { type, id: String(detail), why: String(why) as Conflict["why"] };
  const known = unseal(String(detail));
  return known.mark === mark
    ? { type: "committed", seq: Number(known.seq) }
    : { type: "replayed", operation: known.value as Operation };
}
