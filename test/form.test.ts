import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Act, Field, Form } from "../src/card.ts";
import type { ActionName, Checkpoint, OfferedAction } from "../src/checkpoint.ts";
import { actFrom, formOf, OTHER, otherName } from "../src/form.ts";
import { canonical, type Json, type JsonObject, type Problem } from "../src/json.ts";
import { checkpoint, person, RAISED } from "./make.ts";

const offer = (action: ActionName, over: Partial<OfferedAction> = {}): OfferedAction => ({
  action,
  label: action,
  comment: "optional",
  reasons: [],
  ...over,
});

/** The form of an action, and what values put into it come to. */
function open(of: Checkpoint, offered: OfferedAction) {
  const form = formOf(of, offered);
  if (form === null) throw new Error("no form");
  return { form, act: (values: Record<string, string | boolean>): Act | Problem[] => actFrom(form, of, values) };
}

const toolCall = (tool_args: Json) => checkpoint({ kind: "tool", payload: { tool_name: "x", tool_args } });
const output = (value: Json) => checkpoint({ kind: "task", payload: { agent: "Writer", output: value, context: {} } });

describe("the form of an action", () => {
  it("is none where one press is enough", () => {
    expect(formOf(checkpoint(), offer("proceed"))).toBeNull();
    expect(formOf(checkpoint(), offer("reject", { comment: "none" }))).toBeNull();
  });

  it("asks what should change, and does not send a blank", () => {
    const { form, act } = open(checkpoint(), offer("revise", { label: "Revise", comment: "required" }));
    expect(form).toEqual({
      action: "revise",
      title: "Revise",
      submit: "Send",
      fields: [{ name: "feedback", label: "What should change?", type: "multiline", required: true }],
    });
    expect(act({ feedback: " shorter\n" })).toEqual({ action: "revise", feedback: " shorter\n" });
    expect(act({ feedback: " \u200b" })).toEqual([{ pointer: "/feedback", message: "This is still blank." }]);
    expect(act({})).toEqual([{ pointer: "/feedback", message: "This is still blank." }]);
    expect(act({ feedback: true })).toEqual([{ pointer: "/feedback", message: "This is still blank." }]);
  });

  it("asks before an approval that needs words", () => {
    const { form, act } = open(checkpoint(), offer("proceed", { label: "Ship it", comment: "required" }));
    expect(form).toMatchObject({ title: "Proceed: Ship it", submit: "Proceed: Ship it" });
    expect(act({ feedback: "checked with Ann" })).toEqual({ action: "proceed", feedback: "checked with Ann" });
    expect(act({ feedback: "" })).toEqual([{ pointer: "/feedback", message: "This is still blank." }]);
  });

  it("asks why not, and takes no reason where none is required", () => {
    const { form, act } = open(checkpoint(), offer("cancel"));
    expect(form).toMatchObject({
      submit: "Cancel it",
      fields: [{ name: "reason", type: "multiline", required: false }],
    });
    expect(act({ reason: "" })).toEqual({ action: "cancel" });
    expect(act({ reason: "not now" })).toEqual({ action: "cancel", reason: "not now" });
  });

  it("offers preset reasons, and words of one's own", () => {
    const { form, act } = open(
      checkpoint(),
      offer("reject", { comment: "required", reasons: ["Too long", "Wrong tone"] }),
    );
    expect(form.fields).toEqual([
      {
        name: "reason",
        label: "Why not?",
        type: "choice",
        required: true,
        options: ["Too long", "Wrong tone"],
        other: true,
      },
    ]);
    expect(act({ reason: "Too long" })).toEqual({ action: "reject", reason: "Too long" });
    expect(act({ reason: "too vague" })).toEqual({ action: "reject", reason: "too vague" });
    expect(act({ reason: OTHER, [otherName("reason")]: "too vague" })).toEqual({
      action: "reject",
      reason: "too vague",
    });
    expect(act({ reason: OTHER, "reason:other": " " })).toEqual([
      { pointer: "/reason", message: "This is still blank." },
    ]);
  });

  it("offers presets for a change as its feedback", () => {
    const { act } = open(checkpoint(), offer("revise", { comment: "required", reasons: ["Too long"] }));
    expect(act({ feedback: "Too long" })).toEqual({ action: "revise", feedback: "Too long" });
  });
});

describe("the form of an answer", () => {
  const clarify = (questions: Json) => checkpoint({ kind: "clarify", payload: { questions } });

  it("has a field a question, with options and room for another answer", () => {
    const { form, act } = open(
      clarify([
        { question: "What level?", key: "level", options: ["beginner", "advanced"], rationale: "audience" },
        { question: "Which focus?", key: "focus" },
      ]),
      offer("answer"),
    );
    expect(form.fields).toEqual([
      {
        name: "level",
        label: "What level?",
        type: "choice",
        required: true,
        hint: "audience",
        options: ["beginner", "advanced"],
        other: true,
      },
      { name: "focus", label: "Which focus?", type: "multiline", required: true },
    ]);
    expect(act({ level: OTHER, "level:other": "expert", focus: "practical" })).toEqual({
      action: "answer",
      answers: { level: "expert", focus: "practical" },
    });
    expect(act({ level: "beginner", focus: "" })).toEqual([{ pointer: "/focus", message: "This is still blank." }]);
  });

  it("puts the answers to questions without keys into one", () => {
    const { form, act } = open(clarify("1. What level?\n2. Which focus?"), offer("answer"));
    expect(form.fields.map(({ name, required }) => [name, required])).toEqual([
      ["q1", false],
      ["q2", false],
    ]);
    expect(act({ q1: "expert", q2: "practical" })).toEqual({
      action: "answer",
      answers: { response: "1. What level? → expert\n2. Which focus? → practical" },
    });
    expect(act({ q1: "", q2: "practical" })).toEqual({
      action: "answer",
      answers: { response: "2. Which focus? → practical" },
    });
    expect(act({ q1: "", q2: " " })).toEqual([{ pointer: "/q1", message: "Answer at least one of the questions." }]);
  });

  it("does not mistake another question for words of one's own", () => {
    const { act } = open(
      clarify([
        { question: "A?", key: "a", options: ["x"] },
        { question: "B?", key: "a:other" },
      ]),
      offer("answer"),
    );
    expect(act({ a: "x", "a:other": "y" })).toEqual({ action: "answer", answers: { a: "x", "a:other": "y" } });
  });

  it("comes back from the form as it was typed", () => {
    const answers = fc.uniqueArray(
      fc.record({ key: fc.string({ minLength: 1, maxLength: 20 }), typed: fc.string({ unit: "grapheme" }) }),
      { selector: ({ key }) => key, minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(answers, (rows) => {
        fc.pre(
          rows.every(({ key, typed }) => key.trim() !== "" && key !== "__proto__" && /[^\s\p{C}\p{Z}]/u.test(typed)),
        );
        fc.pre(rows.every(({ typed }) => !/^[\p{Default_Ignorable_Code_Point}\s]*$/u.test(typed)));
        const of = clarify(rows.map(({ key }) => ({ question: "?", key })));
        const expected = Object.fromEntries(rows.map(({ key, typed }) => [key, typed]));
        expect(open(of, offer("answer")).act(expected)).toEqual({ action: "answer", answers: expected });
      }),
    );
  });
});

describe("the form of an edit", () => {
  it("has a typed field an argument", () => {
    const { form } = open(
      toolCall({ path: "/tmp/x", body: "two\nlines", limit: 10, force: false, owner: null }),
      offer("edit", { label: "Edit" }),
    );
    expect(form).toMatchObject({ title: "Edit", submit: "Approve edited" });
    expect(form.fields.map(({ name, type, required, value }) => [name, type, required, value])).toEqual([
      ["path", "text", false, "/tmp/x"],
      ["body", "multiline", false, "two\nlines"],
      ["limit", "number", true, "10"],
      ["force", "boolean", true, "false"],
      ["owner", "json", true, "null"],
    ]);
  });

  it("reads each argument as what it was", () => {
    const { act } = open(toolCall({ path: "/tmp/x", limit: 10, force: false, owner: null }), offer("edit"));
    expect(act({ path: "", limit: " 2.5e3 ", force: true, owner: '"ann"' })).toEqual({
      action: "edit",
      edited: { path: "", limit: 2500, force: true, owner: "ann" },
    });
    expect(act({ path: "12", limit: "-0.5", force: "true", owner: "null" })).toEqual({
      action: "edit",
      edited: { path: "12", limit: -0.5, force: true, owner: null },
    });
  });

  it("says at the field what cannot be read", () => {
    const { act } = open(toolCall({ path: "/tmp/x", limit: 10, force: false, owner: null }), offer("edit"));
    expect(act({ path: true, limit: "1,000", force: "maybe", owner: "{" })).toEqual([
      { pointer: "/path", message: "It must be text." },
      { pointer: "/limit", message: "It must be a number like 12 or 0.5." },
      { pointer: "/force", message: "Choose true or false." },
      { pointer: "/owner", message: expect.stringMatching(/^It cannot be read: not JSON: /) },
    ]);
    expect(act({ path: "x", limit: "9007199254740993", force: false, owner: "" })).toEqual([
      { pointer: "/limit", message: "This number cannot be kept exactly." },
      { pointer: "/owner", message: "It is blank: write a JSON value." },
    ]);
    for (const limit of ["0x10", "1e999", "NaN", "Infinity", "١٢", "1_000", "+1", "01", "true", '"1"', "[1]"])
      expect(act({ path: "x", limit, force: false, owner: "null" })).toHaveLength(1);
  });

  it("does not blank an argument that a surface lost", () => {
    const { act } = open(toolCall({ path: "/tmp/x", force: true }), offer("edit"));
    expect(act({})).toEqual([
      { pointer: "/path", message: "It is missing." },
      { pointer: "/force", message: "It is missing." },
    ]);
  });

  it("points at a field as JSON pointers do", () => {
    expect(open(toolCall({ "a/b": 1 }), offer("edit")).act({ "a/b": "" })).toEqual([
      { pointer: "/a~1b", message: "It is blank: write a number." },
    ]);
  });

  it.each<[string, Json]>([
    ["a nested object", { where: { id: 1 } }],
    ["an empty object", {}],
    ["a list", [1, 2]],
    ["an argument called like a field of the form", { feedback: "x" }],
    ["an argument called edited", { edited: "x" }],
    ["an argument without a name", { "": "x" }],
    ["an argument with a name that no button takes", { ["x".repeat(81)]: 1 }],
  ])("is one field of JSON for %s", (_name, value) => {
    const { form, act } = open(toolCall(value), offer("edit"));
    expect(form.fields).toEqual([
      {
        name: "edited",
        label: "Edited value (JSON)",
        type: "json",
        required: true,
        value: JSON.stringify(value, null, 2),
      },
    ]);
    expect(act({ edited: JSON.stringify(value) })).toEqual({ action: "edit", edited: value });
  });

  it("says where JSON goes wrong", () => {
    const { act } = open(toolCall({ where: { id: 1 } }), offer("edit"));
    expect(act({ edited: "" })).toEqual([
      { pointer: "/edited", message: "It is blank: write what should stand there." },
    ]);
    expect(act({ edited: "[1]" })).toEqual([{ pointer: "/edited", message: "It must stay an object: {…}." }]);
    expect(act({ edited: '{"where": {"id": 1, "id": 2}}' })).toEqual([
      { pointer: "/edited", message: "It cannot be read at /where/id: the key appears twice." },
    ]);
    expect(act({ edited: '{"__proto__": 1}' })).toHaveLength(1);
    expect(act({ edited: "{“where”: 1}" })).toEqual([
      {
        pointer: "/edited",
        message: expect.stringContaining('Use straight quotes ("), not curly ones.'),
      },
    ]);
  });

  it("is a text field for an output that is text", () => {
    const { form, act } = open(output("# Post\nHello"), offer("edit"));
    expect(form.fields).toEqual([
      { name: "edited", label: "Edited text", type: "multiline", required: true, value: "# Post\nHello" },
    ]);
    expect(act({ edited: "12" })).toEqual({ action: "edit", edited: "12" });
  });

  it("starts from an edit that is open", () => {
    const edited = { value: { path: "/tmp/y" }, by: person("bob"), at: RAISED };
    const { form } = open({ ...toolCall({ path: "/tmp/x" }), edited }, offer("edit"));
    expect(form.fields[0]?.value).toBe("/tmp/y");
  });

  it("asks for words too where they are required", () => {
    const { form, act } = open(toolCall({ path: "/tmp/x" }), offer("edit", { comment: "required" }));
    expect(form.fields.map((field) => field.name)).toEqual(["path", "feedback"]);
    expect(act({ path: "/tmp/y", feedback: "safer" })).toEqual({
      action: "edit",
      edited: { path: "/tmp/y" },
      feedback: "safer",
    });
    expect(act({ path: "/tmp/y", feedback: "" })).toEqual([{ pointer: "/feedback", message: "This is still blank." }]);
  });

  it("leaves a number alone that only its agent could write", () => {
    const { form, act } = open(toolCall({ wei: 1e16, to: "x" }), offer("edit"));
    expect(form.fields[0]?.value).toBe("10000000000000000");
    expect(act({ wei: "10000000000000000", to: "y" })).toEqual({ action: "edit", edited: { wei: 1e16, to: "y" } });
    expect(act({ wei: "10000000000000001", to: "y" })).toHaveLength(1);
  });

  it("leaves line ends as they were, though browsers rewrite them", () => {
    const { act } = open(toolCall({ unix: "a\nb", dos: "a\r\nb" }), offer("edit"));
    expect(act({ unix: "a\r\nb", dos: "a\r\nb" })).toEqual({ action: "edit", edited: { unix: "a\nb", dos: "a\r\nb" } });
    expect(act({ unix: "a\r\nc", dos: "a\nb" })).toEqual({ action: "edit", edited: { unix: "a\nc", dos: "a\r\nb" } });
  });

  const words = fc.string({ unit: "grapheme" });
  const name = fc
    .oneof(words, fc.constantFrom("constructor", "toString", "edited", "feedback", "a/b"))
    .filter((key) => key !== "__proto__");
  const scalar = fc.oneof(
    words,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
  );

  it("hands back what nobody touched as it was, whatever it is", () => {
    const args = fc.oneof(fc.dictionary(name, scalar), fc.jsonValue());
    fc.assert(
      fc.property(args, (value) => {
        const { form, act } = open(toolCall(value as Json), offer("edit"));
        if (value === "") return;
        fc.pre(typeof value !== "string" || /[^\s\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u.test(value));
        const read = act(asTyped(form));
        expect(Array.isArray(read) ? read : canonical(read.edited)).toEqual(canonical(value));
      }),
    );
  });

  it("hands back what was typed instead", () => {
    const both = fc.uniqueArray(
      fc.tuple(
        name.filter(
          (key) => key.trim() !== "" && key !== "edited" && key !== "feedback" && key.length < 80 && /[a-z]/i.test(key),
        ),
        fc.oneof(
          fc.tuple(
            words,
            words.map((text) => text.replaceAll("\r", "")),
          ),
          fc.tuple(fc.integer(), fc.integer()),
          fc.tuple(fc.boolean(), fc.boolean()),
        ),
      ),
      { selector: ([key]) => key, minLength: 1 },
    );
    fc.assert(
      fc.property(both, (rows) => {
        const before: JsonObject = Object.fromEntries(rows.map(([key, [value]]) => [key, value]));
        const after = Object.fromEntries(rows.map(([key, [, value]]) => [key, value]));
        const { act } = open(toolCall(before), offer("edit"));
        const typed = Object.fromEntries(rows.map(([key, [, value]]) => [key, String(value)]));
        expect(act(typed)).toEqual({ action: "edit", edited: after });
      }),
    );
  });
});

/** What a surface hands back when nobody touched a field; switches as booleans. */
function asTyped(form: Form): Record<string, string | boolean> {
  const typed = ({ type, value = "" }: Field) => (type === "boolean" ? value === "true" : value);
  return Object.fromEntries(form.fields.map((field) => [field.name, typed(field)]));
}
