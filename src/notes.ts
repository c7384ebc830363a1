/** What a card says below its content: what looks like something else, what is hidden, what to do about it. */
import type { Checkpoint } from "./checkpoint.ts";
import { lookalikeNotes } from "./lookalike.ts";
import { firstOf } from "./naming.ts";
import { pathOf } from "./policy/redact/raise.ts";
import { moment } from "./state-line.ts";
import { count, oneLine, visible } from "./text.ts";

/** Of one where there are others: a card may have room for 340 characters of notes in all, and each has to begin there. */
const SHARED = { named: 45, paths: 65 };

/** `texts`: all that the card shows. */
export function notesOn(checkpoint: Checkpoint, texts: readonly string[]): string[] {
  const isAlone = !holdsHidden(checkpoint);
  const alike = lookalikeNotes(texts, isAlone ? undefined : SHARED.named);
  const others = [...hiddenNotes(checkpoint, alike.length > 0), ...noteOf(checkpoint), ...toldOf(checkpoint)];
  return [...alike, ...others.map(visible)];
}

/** Of a long list the first; the others are in the record. */
const NAMED = 5;
const LONGEST_PATH = 80;

function holdsHidden({ hidden }: Checkpoint): boolean {
  return hidden !== undefined && hidden !== null;
}

/** How much is not shown, and where; and what follows from it. */
function hiddenNotes({ hidden, status, policy }: Checkpoint, isCrowded: boolean): string[] {
  if (hidden === undefined || hidden === null) return [];
  const why = status === "pending" ? blocked({ hidden, policy }) : null;
  const isBlocked = why !== null;
  const paths = namesOf(hidden.values.map(({ pointer }) => pointer));
  const named = firstOf(paths, { room: isCrowded || isBlocked ? SHARED.paths : Number.POSITIVE_INFINITY, most: NAMED });
  const others = paths.length > named.length ? " and others" : "";
  const count = `${hidden.count} ${hidden.count === 1 ? "value" : "values"} hidden: ${named.join(", ")}${others}`;
  return why === null ? [count] : [count, why];
}

/** Why it cannot be approved as it is; null: it can. */
export function blocked({ hidden, policy }: Pick<Checkpoint, "hidden" | "policy">): string | null {
  if (hidden === undefined || hidden === null || hidden.blocking.length === 0) return null;
  const blocking = namesOf(hidden.blocking).slice(0, NAMED);
  return `Approving is not offered: the policy "${policy.name}" forbids it while ${blocking.join(", ")} is hidden. The agent has to ask again without the secret`;
}

function namesOf(pointers: readonly string[]): string[] {
  return [...new Set(pointers.map((pointer) => oneLine(pathOf(pointer), LONGEST_PATH)))];
}

/** Where the agent did not take the answer as people would expect. */
function toldOf({ callback }: Checkpoint): string[] {
  if (callback?.remark !== undefined) return [callback.remark];
  return callback?.state === "dead" ? [`The agent could not be told: ${callback.error ?? "it cannot be reached"}`] : [];
}

function noteOf(checkpoint: Checkpoint): string[] {
  if (checkpoint.status === "pending" && checkpoint.approvers.length === 0)
    return ["Nobody but the admin may decide this yet. Set HITL_APPROVERS or `approvers:`"];
  if (checkpoint.erased_at !== undefined)
    return [`Its content was erased at ${moment(checkpoint.erased_at)}, after its time`];
  const [shown, of] = (checkpoint.decision?.shown ?? "").split("/").map(Number);
  if (shown === undefined || of === undefined) return [];
  return [`Decided with ${count(shown)} of ${count(of)} characters shown`];
}
