/**
 * A question and its answer, typed for each kind: what may be asked, and what can come back. Only what a person (or a
 * policy of the bot's operator) decided comes back at all; silence and a question that was taken back are thrown.
 */
import { ACTIONS, type ActionName, type KindName, outcomeOf } from "../checkpoint.ts";
import type { Json, JsonObject } from "../json.ts";
import { HitlError } from "./call.ts";
import type { CheckpointView } from "./checks.ts";

export interface Question {
  question: string;
  options?: string[] | null;
  rationale?: string | null;
  key?: string | null;
}

/** What each kind takes; further fields are shown and kept. */
export interface Payloads {
  /** `questions` may be one Markdown text with a numbered list. */
  clarify: { questions: string | (string | Question)[]; rationale?: string };
  confirm: { summary: string; path?: string; key_assumptions?: string[]; confidence?: number };
  preview: { content: string; highlights?: string[]; potential_issues?: string[] };
  validate: {
    report: string;
    passed: boolean;
    skill_content?: string;
    saved_path?: string;
    validation_score?: number;
  };
  tool: { tool_name: string; tool_args: Json; policy_note?: string };
  task: { agent: string; output: Json; context: JsonObject };
  phase: { phase: string; summary: string; outputs: JsonObject };
}

interface Decided {
  /** Of the checkpoint. */
  id: string;
  round: number;
  by: NonNullable<CheckpointView["decision"]>["by"];
  at: string;
  /** Of what was shown and decided on. */
  digest: string;
  /** What people said beside it. */
  comments: CheckpointView["comments"];
}

export type Proceed = Decided & { action: "proceed"; outcome: "approved"; feedback?: string };
/** `edited` is what was approved, instead of what was sent. A redaction mark in it stands for your own value. */
export type Edit = Decided & { action: "edit"; outcome: "approved"; edited: Json; feedback?: string };
export type Revise = Decided & { action: "revise"; outcome: "changes"; feedback: string };
export type Refine = Decided & { action: "refine"; outcome: "changes"; feedback: string };
export type Reject = Decided & { action: "reject"; outcome: "rejected"; reason?: string };
export type Cancel = Decided & { action: "cancel"; outcome: "rejected"; reason?: string };
export type Answer = Decided & { action: "answer"; outcome: "answered"; answers: Record<string, string> };

/** A policy may say `on_timeout: cancel` or `reject`, but those are thrown as TimedOut: nobody said no. */
export interface Decisions {
  clarify: Answer | Cancel;
  confirm: Proceed | Revise | Cancel;
  preview: Proceed | Refine | Cancel;
  validate: Proceed | Refine | Cancel;
  tool: Proceed | Edit | Reject;
  task: Proceed | Edit | Revise | Reject;
  phase: Proceed | Refine | Revise;
}

const OFFERED: Record<KindName, readonly ActionName[]> = {
  clarify: ["answer", "cancel"],
  confirm: ["proceed", "revise", "cancel"],
  preview: ["proceed", "refine", "cancel"],
  validate: ["proceed", "refine", "cancel"],
  tool: ["proceed", "edit", "reject"],
  task: ["proceed", "edit", "revise", "reject"],
  phase: ["proceed", "refine", "revise"],
};

/** Nobody decided in time. */
export class TimedOut extends HitlError {}
/** The question was taken back, by its agent, by who asked for it, or because another took its place. */
export class Withdrawn extends HitlError {}

export function decisionOf<K extends KindName>(kind: K, checkpoint: CheckpointView): Decisions[K] {
  const { id, status, decision, withdrawn, round, comments } = checkpoint;
  if (status === "expired") {
    const detail = `Nobody decided on "${checkpoint.title}" in time.`;
    throw new TimedOut({ status: 200, code: "timed_out", detail, checkpoint });
  }
  if (status === "withdrawn") {
    const detail = `"${checkpoint.title}" was taken back: ${withdrawn?.reason ?? "no reason was given"}.`;
    throw new Withdrawn({ status: 200, code: "withdrawn", detail, checkpoint });
  }
  if (status !== "resolved" || decision === null || checkpoint.kind !== kind) throw unusable(checkpoint);
  const { action, outcome, by, at, digest, feedback, reason, answers, edited } = decision;
  const isKnown = ACTIONS.includes(action) && OFFERED[kind].includes(action) && outcome === outcomeOf(action);
  const isWhole =
    (action !== "answer" || answers !== undefined) &&
    (action !== "edit" || edited !== undefined) &&
    (outcome !== "changes" || feedback !== undefined);
  if (!isKnown || !isWhole) throw unusable(checkpoint);
  return {
    ...{ id, round, by, at, digest, comments, action, outcome },
    ...(feedback === undefined ? {} : { feedback }),
    ...(reason === undefined ? {} : { reason }),
    ...(answers === undefined ? {} : { answers }),
    ...(edited === undefined ? {} : { edited }),
  } as Decisions[K];
}

function unusable(checkpoint: CheckpointView): HitlError {
  const detail = `The bot's answer about ${checkpoint.id} is no decision that this client knows.`;
  return new HitlError({ status: 200, code: "malformed_answer", detail, checkpoint });
}
