/** What was said about a checkpoint, below its card. */
import { expect, test } from "vitest";
import { renderComments } from "../../../../adapters/channels/terminal/talk.ts";
import { widthOf } from "../../../../adapters/channels/terminal/width.ts";
import type { LogView } from "../../../../src/client/checks.ts";
import { person } from "../../../make.ts";

const boxed = { width: 40, plain: false, colour: true };
const plain = { ...boxed, plain: true, colour: false };

function logged(type: LogView["type"], data: LogView["data"]): LogView {
  return { seq: 1, at: "2026-11-20T10:00:31.000Z", type, by: person("bob"), data };
}

test("says who, when and the words, line by line, and nothing that could steer the terminal", () => {
  const timeline = [
    logged("checkpoint.raised", {}),
    logged("checkpoint.commented", { text: "One\u202e\n  \x1b[2Jtwo" }),
  ];
  expect(renderComments(timeline, plain)).toEqual([
    "",
    "Comments:",
    "  Bob, 2026-11-20 10:00 UTC:",
    "    One\\u{202E}",
    "      \\u{1B}[2Jtwo",
  ]);
});

test("fits the terminal, and stays indented where a line is broken", () => {
  const lines = renderComments([logged("checkpoint.commented", { text: "漢字 and words ".repeat(20) })], boxed);
  expect(lines.length).toBeGreaterThan(8);
  for (const line of lines.slice(2)) {
    expect(line).toMatch(/^ {2}/);
    expect(widthOf(line)).toBeLessThanOrEqual(40);
  }
});

test("says that words were erased, and nothing where nothing was said", () => {
  expect(renderComments([logged("checkpoint.commented", {})], plain).slice(2)).toEqual([
    "  Bob, 2026-11-20 10:00 UTC:",
    "    (erased)",
  ]);
  expect(renderComments([logged("checkpoint.raised", {})], plain)).toEqual([]);
});
