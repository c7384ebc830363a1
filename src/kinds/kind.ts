/**
 * What a kind of checkpoint is: the payload it takes, what a person may do, how it is pictured, what an answer or an
 * edit must look like. Everything here is a pure function of values; kinds know no channel, and channels no kind.
 */
import type { z } from "zod";
import type { Block, Fact, Field, Problem } from "../card.ts";
import type { ActionName, Answers, KindName, OfferedAction, TimeoutWord } from "../checkpoint.ts";
import type { Json, JsonObject } from "../json.ts";

export interface Kind {
  name: KindName;
  icon: string;
  /** Takes the seeds' payloads as they are; unknown fields are kept. */
  payload: z.ZodType;
  /** In the order in which they are offered. */
  actions: OfferedAction[];
  /** What a card is called when the raiser gave no title (rules.md 17). */
  title(payload: JsonObject): string;
  facts(payload: JsonObject): Fact[];
  body(payload: JsonObject): Block[];
  /** The member of the payload that an `edit` replaces. */
  subject?: "tool_args" | "output";
  /** The questions that `answer` asks. */
  questions?(payload: JsonObject): Field[];
  /** Checks answers and puts them into the agent's shape (rules.md 14). */
  answers?(payload: JsonObject, answers: Answers | undefined): Answers | Problem[];
  /** Ms; null: never (rules.md 9). */
  timeout: number | null;
  on_timeout: TimeoutWord;
  /** Every part must be visible where it is approved (rules.md 12). */
  seeAll: boolean;
}

const HOUR = 3_600_000;

/** rules.md 9: an hour, then `cancel`. */
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

/** rules.md 8: feedback is required where something is to change, optional elsewhere. */
export function offer(action: ActionName, label: string = LABELS[action]): OfferedAction {
  const comment = action === "revise" || action === "refine" ? "required" : action === "answer" ? "none" : "optional";
  return { action, label, comment, reasons: [] };
}

export function text(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/** The first line that says something, without Markdown's heading marks. */
export function firstLine(value: Json | undefined): string {
  const line = text(value)
    .split("\n")
    .map((each) => each.replace(/^[\s#*•>-]+/, "").trim())
    .find((each) => each !== "");
  return line ?? "";
}

/** The fields that the kind does not know, so that nothing an agent sent stays unseen. */
export function extras(payload: JsonObject, known: readonly string[]): Block[] {
  return Object.entries(payload)
    .filter(([key]) => !known.includes(key))
    .map(([key, value]) =>
      typeof value === "string"
        ? { type: "text", label: key, text: value }
        : { type: "code", label: key, text: text(value), language: "json" },
    );
}
