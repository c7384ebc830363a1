/**
 * What a job server shows of a job, and whether a prompt is the question that was asked before. What cannot be told
 * from its words is neither "at work" nor an answer to anything.
 */
import type { Door } from "../../../src/connections.ts";
import { digestOf, isObject, type JsonObject } from "../../../src/json.ts";
import type { Prompt } from "./schema.ts";

/** Fields that tell of the job and not of the prompt; they may change while it waits. */
const OF_JOB = ["status", "type", "current_phase", "progress_message", "progress", "updated_at", "job_id"];
const WAITING = ["pending_hitl", "pending_user_input"];
const OVER = ["completed", "failed", "cancelled"];

export type Looked =
  | { type: "prompt"; prompt: Prompt }
  /** At work, or waiting to be. */
  | { type: "away" }
  | { type: "over"; status: string }
  /** No word of the protocol. */
  | { type: "unclear" };

/** One answer of `GET …/prompt`: flat, with the fields of other types empty. */
export function lookedAt(value: JsonObject, job_id: string): Looked {
  const { status, type } = value;
  if (typeof status !== "string" || status.trim() === "") return { type: "unclear" };
  if (OVER.includes(status)) return { type: "over", status };
  if (!WAITING.includes(status)) return { type: "away" };
  const checkpoint = typeof type === "string" && type.trim() !== "" ? type.trim().slice(0, 100) : status;
  const fields = Object.entries(value).filter(([name, field]) => !OF_JOB.includes(name) && field !== null);
  return { type: "prompt", prompt: { checkpoint, payload: Object.fromEntries(fields), job_id } };
}

/** Those that the protocol itself has, by which a workflow's call and what its server shows can be compared. */
const FIELDS = [
  ...["questions", "rationale", "summary", "path", "key_assumptions", "confidence", "content", "highlights"],
  ...["potential_issues", "report", "passed", "skill_content", "saved_path", "validation_score"],
];

/** Of the prompt as it came: what is kept of it may be redacted. */
export function carryOf(prompt: Prompt, watched: boolean): JsonObject {
  return { prompt: promptDigest(prompt), fields: fieldsOf(prompt), watched };
}

export function promptDigest({ checkpoint, payload }: Prompt): string {
  return digestOf([checkpoint, payload]);
}

function fieldsOf({ payload, job_id }: Prompt): JsonObject {
  const named = FIELDS.filter((name) => Object.hasOwn(payload, name) && payload[name] !== null);
  return Object.fromEntries(named.map((name) => [name, digestOf([job_id, name, payload[name] ?? null]).slice(7, 23)]));
}

/**
 * Whether it is the question that came in by this door; undefined: of one type, but they have no field in common. A
 * server shows other fields of a question than the workflow calls with, so between these two only what both have counts.
 */
export function isSame({ id, carry }: Door, prompt: Prompt, watched: boolean): boolean | undefined {
  if (id !== prompt.checkpoint) return false;
  if (carry?.prompt === promptDigest(prompt)) return true;
  if (carry?.watched === watched || carry?.fields === undefined || !isObject(carry.fields)) return false;
  const { fields } = carry;
  const both = Object.entries(fieldsOf(prompt)).filter(([name]) => Object.hasOwn(fields, name));
  return both.length === 0 ? undefined : both.every(([name, digest]) => fields[name] === digest);
}
