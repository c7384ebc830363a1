import { describe, expect, it } from "vitest";
import {
  actOf,
  type Fields,
  inputOf,
  isSpelled,
  OTHER_CHOICE,
  otherInputOf,
  shownValue,
  wordsIn,
} from "../../../../adapters/channels/web/parse.ts";
import type { CardAction, Field } from "../../../../src/card.ts";
import type { ActionName, Checkpoint } from "../../../../src/checkpoint.ts";
import type { Json } from "../../../../src/json.ts";
import { cardOf } from "../../../../src/picture.ts";
import { checkpoint, DIGEST, RAISED } from "../../../make.ts";
import { SEEDS } from "../../../seeds.ts";

function action(of: Checkpoint, name: ActionName): CardAction {
  const found = cardOf(of, RAISED).actions.find((each) => each.action === name);
  if (found === undefined) throw new Error(`${name} is not offered`);
  return found;
}

const tool = (tool_args: Json) => checkpoint({ kind: "tool", payload: { tool_name: "run", tool_args } });

/** What a browser makes of a value on its way through a form. */
function throughBrowser(text: string, type: Field["type"]): string {
  const parsed = text.replaceAll("\0", "\uFFFD").replaceAll(/\r\n?/g, "\n");
  return type === "text" ? parsed.replaceAll("\n", "") : parsed.replaceAll("\n", "\r\n");
}

function filled(of: CardAction, values: Record<string, string> = {}): Fields {
  const fields = new Map([["digest", DIGEST]]);
  for (const field of of.form?.fields ?? [])
    if (field.value !== undefined) fields.set(inputOf(field.name), throughBrowser(shownValue(field), field.type));
  for (const [name, value] of Object.entries(values)) fields.set(name, value);
  return fields;
}

describe("a posted form", () => {
  it("is the act that its action and fields amount to, with the digest that was shown", () => {
    const confirm = checkpoint();
    expect(actOf(action(confirm, "proceed"), confirm, filled(action(confirm, "proceed")))).toEqual({
      action: "proceed",
      digest: DIGEST,
    });
    const revise = action(confirm, "revise");
    expect(actOf(revise, confirm, filled(revise, { "f.feedback": "One\r\nTwo" }))).toEqual({
      action: "revise",
      feedback: "One\r\nTwo".replaceAll("\r", ""),
      digest: DIGEST,
    });
    expect(actOf(revise, confirm, filled(revise, { "f.feedback": " \r\n " }))).toEqual([
      { pointer: "/feedback", message: "This is still blank." },
    ]);
  });

  it("takes a note along where an action asks nothing", () => {
    const confirm = checkpoint();
    const proceed = action(confirm, "proceed");
    expect(actOf(proceed, confirm, filled(proceed, { note: "Thanks\r\nBob" }))).toMatchObject({
      feedback: "Thanks\nBob",
    });
    expect(actOf(proceed, confirm, filled(proceed, { note: "  " }))).not.toHaveProperty("feedback");
  });

  it("reads a choice by its number, one's own words where they were chosen, and never both", () => {
    const clarify = checkpoint({
      kind: "clarify",
      payload: { questions: [{ question: "Level?", options: ["low", "high"], key: "level" }] },
    });
    const answer = action(clarify, "answer");
    const read = (values: Record<string, string>) => actOf(answer, clarify, filled(answer, values));
    expect(read({ "f.level": "1" })).toMatchObject({ answers: { level: "high" } });
    expect(read({ "f.level": OTHER_CHOICE, "o.level": "middle" })).toMatchObject({ answers: { level: "middle" } });
    expect(read({ "o.level": "middle" })).toMatchObject({ answers: { level: "middle" } });
    // Left over from before another option was chosen.
    expect(read({ "f.level": "0", "o.level": "middle" })).toMatchObject({ answers: { level: "low" } });
    for (const values of [{}, { "f.level": "7" }, { "f.level": OTHER_CHOICE }, { "f.level": "__proto__" }])
      expect(read(values as Record<string, string>)).toEqual([{ pointer: "/level", message: "This is still blank." }]);
  });

  it("brings every value back that nobody touched, whatever browsers do to texts", () => {
    const values: Record<string, Json> = {
      plain: "text",
      lines: "a\nb\r\nc\rd\n",
      leading: "\n\nfirst lines are blank",
      nul: "a\0b",
      bidi: "x\u202Ey",
      tab: "a\tb",
      zero: "\u200B",
      markup: "</textarea><script>&amp;",
      empty: "",
      number: 1e16,
      small: 0.1,
      yes: true,
      nothing: null,
      "name\nwith \u202E and = & %": "v",
    };
    for (const args of [values, { nested: values }, Object.values(values)]) {
      const of = tool(args);
      const edit = action(of, "edit");
      expect(actOf(edit, of, filled(edit))).toEqual({ action: "edit", edited: args, digest: DIGEST });
    }
    const task = checkpoint({ kind: "task", payload: { agent: "a", output: "a\r\nb\0\u200B", context: {} } });
    expect(actOf(action(task, "edit"), task, filled(action(task, "edit")))).toMatchObject({ edited: "a\r\nb\0\u200B" });
  });

  it("brings back the seeds, every kind of them", () => {
    for (const kind of ["tool", "task"] as const)
      for (const { payload } of SEEDS[kind]) {
        const of = checkpoint({ kind, payload });
        const edit = action(of, "edit");
        expect(actOf(edit, of, filled(edit))).toMatchObject({
          edited: payload[kind === "tool" ? "tool_args" : "output"],
        });
      }
  });

  it("spells a text with hidden characters as JSON, and says when it is none", () => {
    const of = tool({ path: "a\u200Bb" });
    const edit = action(of, "edit");
    const [field] = edit.form?.fields ?? [];
    if (field === undefined) throw new Error("no field");
    expect([isSpelled(field), shownValue(field)]).toEqual([true, '"a\\u200bb"']);
    expect(actOf(edit, of, filled(edit, { [inputOf("path")]: '"ab"' }))).toMatchObject({ edited: { path: "ab" } });
    expect(actOf(edit, of, filled(edit, { [inputOf("path")]: "ab" }))).toEqual([
      { pointer: "/path", message: 'It must be a JSON text, in quotes: "…".' },
    ]);
  });

  it("names the field that is wrong, and all that are", () => {
    const of = tool({ amount: 1, notify: true, "odd/~name": 2 });
    const edit = action(of, "edit");
    const fields = filled(edit, {
      [inputOf("amount")]: "lots",
      [inputOf("notify")]: "maybe",
      [inputOf("odd/~name")]: "",
    });
    expect(actOf(edit, of, fields)).toEqual([
      { pointer: "/amount", message: "It must be a number like 12 or 0.5." },
      { pointer: "/notify", message: "Choose true or false." },
      { pointer: "/odd~1~0name", message: "It is blank: write a number." },
    ]);
    const lost = new Map(filled(edit));
    lost.delete(inputOf("amount"));
    expect(actOf(edit, of, lost)).toEqual([{ pointer: "/amount", message: "It is missing." }]);
  });

  it("keeps to the bounds of the API", () => {
    const confirm = checkpoint();
    const revise = action(confirm, "revise");
    const long = actOf(revise, confirm, filled(revise, { "f.feedback": "x".repeat(20_001) }));
    expect(long).toMatchObject([{ pointer: "/feedback" }]);
    const of = tool({ script: "x" });
    const edit = action(of, "edit");
    expect(actOf(edit, of, filled(edit, { [inputOf("script")]: "x".repeat(300_000) }))).toMatchObject([
      { pointer: "" },
    ]);
  });

  it("tells what somebody wrote, and nothing else", () => {
    const fields = new Map([
      ["csrf", "secret"],
      ["digest", DIGEST],
      ["f.level", "1"],
      [otherInputOf("level"), "in my words"],
      ["note", "and\r\na note"],
      ["f.blank", " "],
    ]);
    expect(wordsIn(fields)).toBe("in my words\nand\na note");
  });
});
