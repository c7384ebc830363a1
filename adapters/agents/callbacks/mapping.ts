/**
 * Callback prompts and checkpoints, each in the other's words. A prompt of a type that nobody knows is shown as what
 * it holds, to be confirmed; an end that is no decision (a time-out, a withdrawal) reads as `cancel`, never as more.
 */
import type { Checkpoint, KindName } from "../../../src/checkpoint.ts";
import type { Door } from "../../../src/connections.ts";
import type { JsonObject } from "../../../src/json.ts";
import type { RaiseRequest } from "../../../src/request.ts";
import { formatDuration } from "../../../src/time.ts";
import type { Prompt } from "./schema.ts";

export const PROTOCOL = "callbacks";

const KINDS: readonly KindName[] = ["clarify", "confirm", "preview", "validate"];

export function doorOf({ checkpoint, job_id }: Prompt, connection: string | null): Door {
  return { protocol: PROTOCOL, connection, thread: job_id, id: checkpoint };
}

export function raiseOf({ checkpoint, payload, job_id }: Prompt, agent: string | undefined): RaiseRequest {
  const kind = KINDS.find((each) => each === checkpoint);
  const source = { session: job_id, ...(agent === undefined ? {} : { agent }) };
  if (kind !== undefined) return { kind, payload, source };
  const summary = typeof payload.summary === "string" && payload.summary.trim() !== "" ? payload.summary : checkpoint;
  const title = checkpoint.replace(/\s+/g, " ");
  return { kind: "confirm", payload: { ...payload, summary }, title, source: { ...source, step: title } };
}

/** The protocol's response; undefined while it is pending. */
export function responseOf(checkpoint: Checkpoint): JsonObject | undefined {
  const { status, decision, withdrawn, created_at } = checkpoint;
  if (status === "withdrawn") return { action: "cancel", feedback: `Withdrawn: ${withdrawn?.reason}`, withdrawn: true };
  if (decision === null) return undefined;
  if (status === "expired") {
    const after = formatDuration(decision.at - created_at);
    return { action: "cancel", feedback: `Timed out after ${after}: nobody decided`, timed_out: true };
  }
  if (decision.outcome === "answered") return { answers: decision.answers ?? {} };
  const words = decision.feedback ?? decision.reason;
  return { action: wordOf(decision.outcome, decision.action), ...(words === undefined ? {} : { feedback: words }) };
}

function wordOf(outcome: string, action: string): string {
  if (outcome === "approved") return "proceed";
  return outcome === "changes" ? action : "cancel";
}

/** Fields that tell of the job, not of the prompt. */
const OF_JOB = ["status", "type", "current_phase", "progress_message", "job_id"];
const WAITING = ["pending_hitl", "pending_user_input"];
const OVER = ["completed", "failed", "cancelled"];

export type Looked =
  | { type: "prompt"; prompt: Prompt }
  /** At work, or waiting to be. */
  | { type: "away" }
  | { type: "over"; status: string };

/** One answer of `GET …/prompt`: flat, with the fields of other types empty. */
export function lookedAt(value: JsonObject, job_id: string): Looked {
  const { status, type } = value;
  if (typeof status === "string" && OVER.includes(status)) return { type: "over", status };
  if (typeof status !== "string" || !WAITING.includes(status) || typeof type !== "string" || type.trim() === "")
    return { type: "away" };
  const fields = Object.entries(value).filter(([name, field]) => !OF_JOB.includes(name) && field !== null);
  return {
    type: "prompt",
    prompt: { checkpoint: type.trim().slice(0, 100), payload: Object.fromEntries(fields), job_id },
  };
}
