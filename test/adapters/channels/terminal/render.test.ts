import fc from "fast-check";
import { expect, test } from "vitest";
import { type Look, render, renderQuestion } from "../../../../adapters/channels/terminal/render.ts";
import { widthOf } from "../../../../adapters/channels/terminal/width.ts";
import type { Card } from "../../../../src/card.ts";
import { KINDS } from "../../../../src/checkpoint.ts";
import { cardOf } from "../../../../src/picture.ts";
import { checkpoint, DIGEST, person, RAISED } from "../../../make.ts";
import { SEEDS } from "../../../seeds.ts";
import { expectText } from "./golden.ts";

const boxed: Look = { width: 72, plain: false, colour: false };
const narrow: Look = { width: 30, plain: false, colour: false };
const plain: Look = { width: 72, plain: true, colour: false };
const NOW = RAISED + 15 * 60_000;

const seeded = KINDS.map((kind) => {
  const payload = (SEEDS[kind][1] ?? SEEDS[kind][0]).payload;
  return [kind, cardOf(checkpoint({ kind, payload }), NOW)] as const;
});

test.each(seeded)("draws %s in boxes", (kind, card) => {
  expectText(`${kind}-boxed`, render(card, boxed));
});

test.each(seeded)("writes %s plainly, without frames or pictures", (kind, card) => {
  const lines = render(card, plain);
  expectText(`${kind}-plain`, lines);
  expect(lines.join("\n")).not.toMatch(/[╭╮╰╯│\u{1f300}-\u{1faff}]/u);
});

test.each(seeded)("all lines of the boxes of %s are equally wide, at any width", (_, card) => {
  for (const look of [boxed, narrow, { ...boxed, width: 500 }]) {
    const frames = render(card, look).filter((line) => /^[╭│╰]/.test(line));
    expect([...new Set(frames.map(widthOf))]).toEqual([Math.max(40, Math.min(100, look.width))]);
  }
});

test("asks a question in a box of its own", () => {
  const field = {
    name: "level",
    label: "What level of detail?",
    hint: "Who reads it",
    type: "multiline",
    required: true,
  } as const;
  expect(renderQuestion(field, 1, 2, { ...boxed, width: 40 })).toEqual([
    "",
    "╭──────────── Question 1/2 ────────────╮",
    "│ What level of detail?                │",
    "╰──────────────────────────────────────╯",
    "  Who reads it",
  ]);
  expect(renderQuestion(field, 1, 2, plain)).toEqual([
    "",
    "Question 1/2:",
    "  What level of detail?",
    "  Who reads it",
  ]);
});

test("shows a new round's changes first, and what was asked for", () => {
  const feedback = "Target experts";
  const by = person("bob");
  const first = checkpoint({
    payload: { summary: "• Target: beginners", path: "skills/async" },
    status: "resolved",
    decision: { action: "revise", outcome: "changes", by, at: RAISED, digest: DIGEST, feedback },
  });
  const second = checkpoint({
    id: "chk_round_two",
    round: 2,
    previous: first.id,
    payload: { summary: "• Target: experts", path: "skills/async" },
  });
  expectText("round-two", render(cardOf(second, NOW, { previous: first }), boxed));
});

test("shows who decided what after the end", () => {
  const decision = { action: "proceed", outcome: "approved", by: person("bob"), at: NOW, digest: DIGEST } as const;
  expectText("ended", render(cardOf(checkpoint({ status: "resolved", ended_at: NOW, decision }), NOW), boxed));
});

test("colours frames and added lines where it may", () => {
  const lines = render(
    { ...card([]), body: [{ type: "diff", label: "Edited", text: "-old\n+new" }] },
    { ...boxed, width: 40, colour: true },
  );
  const line = (text: string) => lines.find((each) => each.includes(text));
  expect(line("+new")).toContain("\u001b[32m+new");
  expect(line("-old")).toContain("\u001b[31m-old");
});

test("puts a table that is too wide into one line a cell", () => {
  const rows = [
    ["path", "x".repeat(60)],
    ["mode", "0644"],
  ];
  const lines = render(card([{ type: "table", label: "Arguments", columns: ["Argument", "Value"], rows }]), {
    ...boxed,
    width: 40,
  });
  expect(lines.filter((line) => line.startsWith("│"))).toEqual([
    "│ path:                                │",
    `│ ${"x".repeat(36)} │`,
    `│ ${"x".repeat(24)}             │`,
    "│ mode: 0644                           │",
  ]);
});

/** Every text of the card holds the same hostile words. */
function hostile(words: string): Card {
  return {
    ...card([
      { type: "text", label: words, text: words },
      { type: "list", label: words, items: [words] },
      { type: "code", label: words, text: words, language: words },
      { type: "table", label: words, columns: [words, "b"], rows: [[words, words]] },
      { type: "diff", label: words, text: words },
    ]),
    title: words,
    source: words,
    state: words,
    notes: [words],
    facts: [{ label: words, value: words }],
  };
}

function card(body: Card["body"]): Card {
  return { ...cardOf(checkpoint(), NOW), body, facts: [] };
}

test("lets nothing through that steers a terminal or hides on it", () => {
  const hidden = [
    "\x1b[2J",
    "\x1b]0;title\x07",
    "\r",
    "\x9b1m",
    "\u202e",
    "\u200b",
    "\u2066",
    "\x08",
    "\x7f",
    "\u{e0041}",
  ];
  for (const look of [boxed, plain])
    for (const bad of hidden) {
      const shown = render(hostile(`before${bad}after`), look);
      expect(shown.filter((line) => line.includes("before")).length).toBeGreaterThanOrEqual(9);
      expect(shown.join("")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
});

test("an agent's words never begin a line of their own at the left margin, so they cannot pass for ours", () => {
  const words = fc.string({ unit: fc.constantFrom("a", " ", "\n", "│", "╰", "\x1b", "漢", "\u2028", "\r\n") });
  fc.assert(
    fc.property(words, (text) => {
      const lines = render(card([{ type: "text", label: "Summary", text: `x\n${text}\nProceed?` }]), boxed);
      const [from, to] = [
        lines.findIndex((line) => line.startsWith("╭")),
        lines.findLastIndex((line) => line.startsWith("╰")),
      ];
      for (const line of lines.slice(from + 1, to)) expect(line).toMatch(/^│ .* │$/u);
      expect(lines.filter((line) => line.includes("Proceed?"))).toHaveLength(1);
      for (const line of render(card([{ type: "text", label: "Summary", text: `Proceed?\n${text}` }]), plain))
        if (line.includes("Proceed?")) expect(line).toBe("  Proceed?");
    }),
  );
});
