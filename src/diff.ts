/**
 * What changed between two texts, line by line: `- old`, `+ new`, two spaces before what stayed.
 * The only file that imports the diff library. Differences that nobody would see are spelled out.
 */
import { diffArrays } from "diff";
import { escaped } from "./text.ts";

/** Unchanged lines kept around a change. */
const CONTEXT = 3;
/** Comparing costs about lines × edits: past this, texts have little in common and are shown one after the other. */
const MAX_EDITS = 400;

interface Line {
  mark: "+" | "-" | " ";
  text: string;
}

/** Empty when nothing changed. */
export function diffText(before: string, after: string): string {
  if (before === after) return "";
  return nearChanges(compare(linesOf(before), linesOf(after)));
}

function linesOf(text: string): string[] {
  return text === "" ? [] : text.split("\n");
}

function compare(before: string[], after: string[]): Line[] {
  const changes = diffArrays(before, after, { maxEditLength: MAX_EDITS }) ?? [
    { value: before, removed: true, added: false },
    { value: after, removed: false, added: true },
  ];
  return changes.flatMap(({ value, added, removed }) =>
    value.map((text): Line => ({ mark: added ? "+" : removed ? "-" : " ", text })),
  );
}

function nearChanges(lines: Line[]): string {
  const near = new Set<number>();
  for (const [index, line] of lines.entries()) {
    if (line.mark === " ") continue;
    for (let at = index - CONTEXT; at <= index + CONTEXT; at += 1) near.add(at);
  }
  const shown: string[] = [];
  let skipped = false;
  for (const [index, line] of lines.entries()) {
    if (!near.has(index)) {
      skipped = true;
      continue;
    }
    if (skipped) shown.push("…");
    skipped = false;
    shown.push(`${line.mark} ${line.mark === " " ? line.text : spelled(line.text)}`);
  }
  if (skipped) shown.push("…");
  return shown.join("\n");
}

/** Tabs, carriage returns and spaces at the end would make two lines that look the same. */
function spelled(line: string): string {
  const text = line.replace(/[\t\r]/g, escaped);
  let end = text.length;
  while (end > 0 && text[end - 1] === " ") end -= 1;
  return text.slice(0, end) + escaped(" ").repeat(text.length - end);
}
