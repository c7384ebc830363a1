/**
 * What a kind of checkpoint is: the payload it takes, what a person may do, how it is pictured, what an answer or an
 * edit must look like. Everything here is a pure function of values; kinds know no channel, and channels no kind.
 */
import { z } from "zod";
import type { Block, Fact, Field } from "../card.ts";
import type { ActionName, Answers, KindName, OfferedAction, TimeoutWord } from "../checkpoint.ts";
import type { Json, JsonObject, Problem } from "../json.ts";
import { oneLine } from "../text.ts";

export interface Kind {
  name: KindName;
  /** Takes the seeds' payloads as they are; unknown fields are kept. */
  payload: z.ZodType;
  /** In the order in which they are offered. */
  actions: OfferedAction[];
  icon(payload: JsonObject): string;
  /** What a card is called when the raiser gave no title: never blank, one line. */
  title(payload: JsonObject): string;
  facts(payload: JsonObject): Fact[];
  /** All of the payload that is not among the facts, fields that the kind does not know included. */
  body(payload: JsonObject): Block[];
  /** The member of the payload that an `edit` replaces. */
  subject?: "tool_args" | "output";
  /** The questions that `answer` asks. */
  questions?(payload: JsonObject): Field[];
  /** What was filled into those fields (all of their names, blank where nothing was), in the agent's shape. */
  gather?(payload: JsonObject, filled: Answers): Answers;
  /** Checks answers and puts them into the agent's shape. */
  answers?(payload: JsonObject, answers: Answers | undefined): Answers | Problem[];
  /** Ms; null: never. */
  timeout: number | null;
  on_timeout: TimeoutWord;
  /** Every part must be visible where it is approved. */
  seeAll: boolean;
}

const HOUR = 3_600_000;

/** An hour, then `cancel`. */
export const DEFAULTS = { timeout: HOUR, on_timeout: "cancel", seeAll: false } as const;

const LABELS: Record<ActionName, string> = {
  proceed: "Proceed",
  revise: "Revise",
  refine: "Refine",
  reject: "Reject",
  cancel: "Cancel",
  answer: "Answer",
  edit: "Edit",
};

/** Feedback is required where something is to change, optional elsewhere. */
export function offer(action: ActionName, label: string = LABELS[action]): OfferedAction {
  const comment = action === "revise" || action === "refine" ? "required" : action === "answer" ? "none" : "optional";
  return { action, label, comment, reasons: [] };
}

export const string = z.string("must be text");
export const strings = z.array(string, "must be a list of texts");
/** Any JSON value, but not its absence. */
export const anything = z
  .custom<Json>((value) => value !== undefined, "is required")
  .meta({ description: "any JSON value" });

export function text(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/** Long enough for a sentence, short enough for a list on a phone. */
const TITLE = 150;
const MARKS = /^\s*(?:(?:#{1,6}|[*•>-])\s+)+/;

/** A title from what the agent wrote: its first line that says something, without Markdown's marks. */
export function titled(value: Json | undefined, otherwise: string): string {
  const line = text(value)
    .split("\n")
    .map((each) => oneLine(each.replace(MARKS, ""), TITLE))
    .find((each) => each !== "");
  return line ?? otherwise;
}
