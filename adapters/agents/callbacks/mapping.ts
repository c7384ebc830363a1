/**
 * Callback prompts and checkpoints, each in the other's words. A prompt of a type that nobody knows is shown as what
 * it holds, to be confirmed; an end that is no decision (a time-out, a withdrawal) reads as `cancel`, never as more.
 */
import type { Checkpoint, KindName } from "../../../src/checkpoint.ts";
import type { Door } from "../../../src/connections.ts";
import type { JsonObject } from "../../../src/json.ts";
import { kindOf } from "../../../src/kinds/index.ts";
import type { RaiseRequest } from "../../../src/request.ts";
import { formatDuration } from "../../../src/time.ts";
import type { Prompt } from "./schema.ts";

export const PROTOCOL = "callbacks";

const KINDS: readonly KindName[] = ["clarify", "confirm", "preview", "validate"];
const REFINED: readonly string[] = ["preview", "validate"];

export function doorOf({ checkpoint, job_id }: Prompt, connection: string | null): Door {
  return { protocol: PROTOCOL, connection, thread: job_id, id: checkpoint };
}

/** Who calls is told what is wrong with a payload; what was found by looking is shown whatever it is. */
export function raiseOf({ checkpoint, payload, job_id }: Prompt, agent?: string, watched = false): RaiseRequest {
  const kind = KINDS.find((each) => each === checkpoint);
  const source = { session: job_id, ...(agent === undefined ? {} : { agent }) };
  if (kind !== undefined && (!watched || kindOf(kind).payload.safeParse(payload).success))
    return { kind, payload, source };
  if (kind === "clarify")
    return { kind, payload: fitted(kind, payload, "questions", "What should the agent know?"), source };
  const title = checkpoint.replace(/\s+/g, " ");
  const shown = fitted("confirm", payload, "summary", checkpoint);
  return { kind: "confirm", payload: shown, title, source: { ...source, step: title } };
}

/** What the kind would refuse stands under another name, so that nothing of it goes unseen. */
function fitted(kind: KindName, payload: JsonObject, needed: string, words: string): JsonObject {
  const issues = kindOf(kind).payload.safeParse(payload).error?.issues ?? [];
  const refused = new Set(issues.map(({ path: [name] }) => name));
  const named = Object.entries(payload).map(([name, value]) => [refused.has(name) ? `${name} (as sent)` : name, value]);
  const shown: JsonObject = Object.fromEntries(named);
  const said = shown[needed];
  return said === undefined || (typeof said === "string" && said.trim() === "") ? { ...shown, [needed]: words } : shown;
}

/** The protocol's response; undefined while it is pending. */
export function responseOf(checkpoint: Checkpoint): JsonObject | undefined {
  const { status, decision, withdrawn, created_at, door } = checkpoint;
  if (status === "withdrawn") return { action: "cancel", feedback: `Withdrawn: ${withdrawn?.reason}`, withdrawn: true };
  if (decision === null) return undefined;
  if (status === "expired") {
    const after = formatDuration(decision.at - created_at);
    return { action: "cancel", feedback: `Timed out after ${after}: nobody decided`, timed_out: true };
  }
  const { outcome, action, answers } = decision;
  if (outcome === "answered") return { answers: answers ?? {} };
  const words = decision.feedback ?? decision.reason;
  const changes = REFINED.includes(door?.id ?? "") ? "refine" : action;
  const word = outcome === "approved" ? "proceed" : outcome === "changes" ? changes : "cancel";
  return { action: word, ...(words === undefined ? {} : { feedback: words }) };
}

/** What a policy that approves without asking anybody answers to questions: as the protocol's own auto-approve mode. */
export function autoAnswersOf({ checkpoint }: Prompt): { response: string } | undefined {
  return checkpoint === "clarify" ? { response: "" } : undefined;
}
