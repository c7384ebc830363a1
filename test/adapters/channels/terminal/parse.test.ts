import fc from "fast-check";
import { expect, test } from "vitest";
import { parseTyped, promptOf, wordOf } from "../../../../adapters/channels/terminal/parse.ts";
import type { Card, CardAction } from "../../../../src/card.ts";
import { isApproving, KINDS, type KindName } from "../../../../src/checkpoint.ts";
import { cardOf } from "../../../../src/picture.ts";
import { checkpoint, RAISED } from "../../../make.ts";

function card(kind: KindName, over: Partial<CardAction>[] = []): Card {
  const made = cardOf(checkpoint({ kind }), RAISED);
  return { ...made, actions: made.actions.map((action, index) => ({ ...action, ...over[index] })) };
}

/** `proceed`, `revise: words`, `again` and so on. */
function read(text: string, on: Card, enter = true): string {
  const typed = parseTyped(text, on, enter);
  if (typed.type !== "action") return typed.type;
  return typed.words === "" ? typed.action.action : `${typed.action.action}: ${typed.words}`;
}

test.each<[KindName, string]>([
  ["confirm", "Proceed? (proceed/revise/cancel) [proceed]:"],
  ["preview", "Looks good? (proceed/refine/cancel) [proceed]:"],
  ["validate", "Accept? (proceed/refine/cancel) [proceed]:"],
  ["tool", "Run it? (approve/edit/reject):"],
  ["task", "Take it? (approve/edit/revise/reject):"],
  ["phase", "Go on? (approve/modify/redo):"],
])("asks about %s: %s", (kind, prompt) => {
  expect(promptOf(card(kind), true)).toBe(prompt);
  expect(promptOf(card(kind), false)).toBe(prompt.replace(" [proceed]", ""));
});

test.each([
  ["proceed", "proceed"],
  ["  Proceed ", "proceed"],
  ["p", "proceed"],
  ["rev", "revise"],
  ["c", "cancel"],
  ["yes", "proceed"],
  ["y", "proceed"],
  ["ok", "proceed"],
  ["revise: shorter, please", "revise: shorter, please"],
  ["revise:\ntwo: lines", "revise: two: lines"],
  ["proceed: well done", "proceed: well done"],
  ["skip", "skip"],
  ["quit", "stop"],
  ["proceed please", "again"],
  ["yes but make it shorter", "again"],
  ["don't proceed", "again"],
  ["reject", "again"],
  ["no", "again"],
  ["n", "again"],
  ["proceed!", "again"],
  [": shorter", "again"],
])('reads "%s" as %s', (text, meaning) => {
  expect(read(text, card("confirm"))).toBe(meaning);
});

test("takes Enter for proceed where the protocol says so, and only from a person at a terminal", () => {
  const meaning = (enter: boolean) => KINDS.map((kind) => [kind, read("", card(kind), enter)]);
  expect(Object.fromEntries(meaning(true))).toEqual({
    clarify: "again",
    confirm: "proceed",
    preview: "proceed",
    validate: "proceed",
    tool: "again",
    task: "again",
    phase: "again",
  });
  expect(meaning(false).every(([, read]) => read === "again")).toBe(true);
});

test("never takes Enter for a proceed that needs words first, or is not offered", () => {
  const form = { action: "proceed", title: "Proceed", submit: "Proceed", fields: [] } as const;
  expect(read("", card("confirm", [{ form: { ...form, fields: [] } }]))).toBe("again");
  const without = card("confirm");
  expect(read("", { ...without, actions: without.actions.slice(1) })).toBe("again");
});

test("asks for more where a beginning could mean two actions", () => {
  expect(parseTyped("re", card("phase"), true)).toEqual({
    type: "again",
    reason: "That could be modify or redo; type more of it.",
  });
  expect(read("red", card("phase"))).toBe("revise");
  expect(read("mod", card("phase"))).toBe("refine");
  expect(read("refine", card("phase"))).toBe("refine");
});

test("an agent's label never turns one action's name into another action", () => {
  const tricky = card("confirm", [{ label: "Cancel" }, { label: "skip" }, { label: "Proceed" }]);
  expect(tricky.actions.map(wordOf)).toEqual(["proceed", "revise", "cancel"]);
  expect(read("cancel", tricky)).toBe("cancel");
  expect(read("proceed", tricky)).toBe("proceed");
  const renamed = card("confirm", [{ label: "no" }, { label: "Change it!" }, { label: "Drop" }]);
  expect(renamed.actions.map(wordOf)).toEqual(["proceed", "revise", "drop"]);
  expect(read("no", renamed)).toBe("again");
});

test("says which words there are when none was meant", () => {
  expect(parseTyped("x", card("confirm"), true)).toEqual({
    type: "again",
    reason: '"x" is not offered. Type one of: proceed, revise, cancel.',
  });
});

test("no text but a word for it approves anything", () => {
  const approving =
    /^\s*\/?\s*(y|yes|ok|accept|a|ap|app|appr|appro|approv|approve|p|pr|pro|proc|proce|procee|proceed|e|ed|edi|edit)\s*(:.*)?$/is;
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(..."aceiknoprdyt:/ \n".split("")), maxLength: 12 }),
      fc.constantFrom(...KINDS),
      (text, kind) => {
        const typed = parseTyped(text, card(kind), false);
        if (typed.type === "action" && isApproving(typed.action.action)) expect(text).toMatch(approving);
      },
    ),
  );
});
