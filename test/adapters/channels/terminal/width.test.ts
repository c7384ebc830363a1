import fc from "fast-check";
import { expect, test } from "vitest";
import { clip, padEnd, widthOf, wrap } from "../../../../adapters/channels/terminal/width.ts";

test.each([
  ["plain", 5],
  ["漢字", 4],
  ["ｱｲｳ", 3],
  ["한국어", 6],
  ["📋", 2],
  ["🇩🇪", 2],
  ["👨‍👩‍👧", 2],
  ["✓", 1],
  ["✔️", 2],
  ["e\u0301", 1],
  ["╭─╮", 3],
  ["", 0],
])('"%s" takes %i cells', (text, cells) => {
  expect(widthOf(text)).toBe(cells);
});

test("fills up to a width by cells, not by characters", () => {
  expect(padEnd("漢", 4)).toBe("漢  ");
});

test("shows that a text was cut", () => {
  expect(clip("technical_skills", 8)).toBe("technic…");
  expect(clip("漢字漢字", 6)).toBe("漢字…");
  expect(clip("short", 8)).toBe("short");
});

test("breaks at spaces and indents what follows like the bullet's text", () => {
  expect(wrap("  • a point that is too long for its line", 18)).toEqual([
    "  • a point that",
    "    is too long",
    "    for its line",
  ]);
});

test("breaks what has no spaces, and never inside a character", () => {
  expect(wrap("漢字漢字漢字", 5)).toEqual(["漢字", "漢字", "漢字"]);
  expect(wrap("aaaaaaaaaa", 4)).toEqual(["aaaa", "aaaa", "aa"]);
});

test("no line is wider than asked, and nothing but spaces is lost", () => {
  const piece = fc.constantFrom("word", " ", "  ", "漢字", "📋", "👨‍👩‍👧", "- ", "x".repeat(30), "é", "\t", "1. ");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.integer({ min: 8, max: 40 }), (pieces, width) => {
      const line = pieces.join("");
      const lines = wrap(line, width);
      for (const each of lines) expect(widthOf(each)).toBeLessThanOrEqual(width);
      expect(lines.join("").replace(/\s/g, "")).toBe(line.replace(/\s/g, ""));
    }),
  );
});
