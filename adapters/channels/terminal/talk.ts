/** What people and agents said about a checkpoint, below its card: who, when and the words, as the timeline has them. */
import type { By } from "../../../src/checkpoint.ts";
import type { LogView } from "../../../src/client/checks.ts";
import { nameOf } from "../../../src/state-line.ts";
import { literal, oneLine } from "./literal.ts";
import { minute } from "./outcome.ts";
import { type Look, widthFor } from "./render.ts";
import { wrap } from "./width.ts";

/** Of the timeline and not of the record: there the words stand without secrets, by the rules of the policy. */
export function renderComments(timeline: readonly LogView[], look: Look): string[] {
  const lines = timeline.filter(({ type }) => type === "checkpoint.commented").flatMap(said);
  if (lines.length === 0) return [];
  return ["", "Comments:", ...(look.plain ? lines : lines.flatMap((line) => wrap(line, widthFor(look))))];
}

function said({ by, at, data }: LogView): string[] {
  // Retention takes the words, not who spoke.
  const words = typeof data.text === "string" ? literal(data.text) : ["(erased)"];
  // JSON holds no undefined.
  return [`  ${oneLine(nameOf(by as By))}, ${minute(at)}:`, ...words.map((line) => `    ${line}`)];
}
