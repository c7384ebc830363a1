import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Filled,
  fieldAt,
  filledFrom,
  missingStep,
  stepsOf,
  valuesFrom,
} from "../../../../adapters/channels/discord/fields.ts";
import { formView } from "../../../../adapters/channels/discord/views.ts";
import type { Modal, Part } from "../../../../adapters/channels/discord/wire.ts";
import type { Form } from "../../../../src/card.ts";
import type { Checkpoint } from "../../../../src/checkpoint.ts";
import { actFrom } from "../../../../src/form.ts";
import type { JsonObject } from "../../../../src/json.ts";
import { cardOf } from "../../../../src/picture.ts";
import { checkpoint, RAISED } from "../../../make.ts";
import { filled as fill, type Values } from "../../../peers/discord/forms.ts";
import type { Modal as Shown } from "../../../peers/discord/wire.ts";
import { expectGolden, faultsOf, HANDLE, wordsIn } from "./discord.ts";

function formOn(over: Partial<Checkpoint>, action: string): Form {
  const form = cardOf(checkpoint(over), RAISED).actions.find((each) => each.action === action)?.form;
  if (!form) throw new Error(`${action} has no form`);
  return form;
}
const editing = (tool_args: JsonObject) => formOn({ kind: "tool", payload: { tool_name: "run", tool_args } }, "edit");
const asking = (questions: JsonObject[]) => formOn({ kind: "clarify", payload: { questions } }, "answer");

function stepOf(form: Form, step: number, before: Filled = {}): Modal {
  const modal = formView(form, step, HANDLE, before);
  if (modal === null) throw new Error("no room");
  expect(faultsOf(modal)).toEqual([]);
  return modal;
}

/** As a person fills it in and the client sends it, by the words on the form. */
function sent(modal: Modal, values: Values): Filled {
  const components = fill(modal as unknown as Shown, values) as { component?: Record<string, unknown> }[];
  return filledFrom(
    Object.fromEntries(
      components.flatMap(({ component }) =>
        component === undefined ? [] : [[component.custom_id, component.values ?? component.value]],
      ),
    ),
  );
}

const inputsIn = ({ components }: Modal): Part[] => components.flatMap(({ component }) => component ?? []);

describe("the form of an action in Discord", () => {
  const FORMS: [string, Partial<Checkpoint>, string][] = [
    ["answer", { kind: "clarify" }, "answer"],
    ["revise", { kind: "confirm" }, "revise"],
    ["refine", { kind: "preview" }, "refine"],
    ["cancel", { kind: "validate" }, "cancel"],
    [
      "edit",
      { kind: "tool", payload: { tool_name: "pay", tool_args: { to: "ACME", amount: 12.5, now: true } } },
      "edit",
    ],
    ["edit-json", { kind: "task" }, "edit"],
    ["modify", { kind: "phase" }, "refine"],
    [
      "reject",
      {
        kind: "tool",
        actions: [{ action: "reject", label: "Reject", comment: "required", reasons: ["Too risky", "Not now"] }],
      },
      "reject",
    ],
  ];
  it.each(FORMS)("%s is as it was agreed", (name, over, action) => {
    const modal = stepOf(formOn(over, action), 0);
    expectGolden(`form-${name}`, modal);
  });

  it("hands back each flat argument in its own type", () => {
    const tool_args = { to: "ACME", amount: 12.5, now: true, note: null };
    const form = editing(tool_args);
    const filled = sent(stepOf(form, 0), { amount: "13", now: "false", note: '"soon"' });
    expect({ ...valuesFrom(form, filled) }).toEqual({ to: "ACME", amount: "13", now: "false", note: '"soon"' });
    const record = checkpoint({ kind: "tool", payload: { tool_name: "run", tool_args } });
    expect(actFrom(form, record, valuesFrom(form, filled))).toEqual({
      action: "edit",
      edited: { to: "ACME", amount: 13, now: false, note: "soon" },
    });
  });

  it("brings back an argument that nobody touched to the character, however long or odd it is", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary", maxLength: 200 }),
          fc
            .array(fc.constantFrom("line\n", "  indented\n", "\n", "🦊", "word ", "x".repeat(900)), { maxLength: 30 })
            .map((pieces) => pieces.join("")),
        ),
        (text) => {
          const form = editing({ text, other: 1 });
          let filled: Filled = {};
          for (let step = missingStep(form, filled); step !== null; step = missingStep(form, filled))
            filled = { ...filled, ...sent(stepOf(form, step), {}) };
          expect({ ...valuesFrom(form, filled) }).toEqual({ text, other: "1" });
        },
      ),
      { numRuns: 50 },
    );
  });

  it("asks for a long text in parts, and says so where it is too long for any form", () => {
    const form = editing({ deep: [`${"0123456789 ".repeat(900)}`] });
    expect(inputsIn(stepOf(form, 0)).map(({ custom_id }) => custom_id)).toEqual(["f0", "f0.1", "f0.2", "f0.3"]);
    expect(stepOf(form, 0).components[1]?.label).toBe("Edited value (JSON) (part 2 of 4)");
    expect(stepsOf(editing({ deep: ["x".repeat(40_000)] }))).toBe(null);
    expect(formView(editing({ deep: ["x".repeat(40_000)] }), 0, HANDLE)).toBe(null);
  });

  it("takes no half of a text whose other part is not there", () => {
    const form = editing({ deep: [`${"0123456789 ".repeat(2_000)}`] });
    expect(stepsOf(form)?.length).toBe(2);
    expect({ ...valuesFrom(form, sent(stepOf(form, 1), {})) }).toEqual({});
    expect(missingStep(form, sent(stepOf(form, 1), {}))).toBe(0);
  });

  it("lets an option be chosen, or an own answer be typed", () => {
    const form = asking([{ question: "Which level?", options: ["beginner", "expert"], rationale: "The audience" }]);
    const modal = stepOf(form, 0);
    expect(modal.components[0]).toMatchObject({ label: "Which level?", description: "The audience" });
    expect(modal.components[0]?.component?.options?.map(({ label }) => label)).toEqual([
      "beginner",
      "expert",
      "Other (type my own)",
    ]);
    const record = checkpoint({ kind: "clarify", payload: { questions: [{ question: "Which level?", options: [] }] } });
    const answer = (values: Values) => actFrom(form, record, valuesFrom(form, sent(modal, values)));
    expect(answer({ "Which level?": "expert" })).toEqual({ action: "answer", answers: { response: "expert" } });
    expect(answer({ "Which level?": "Other (type my own)", "Other (type my own)": "both" })).toEqual({
      ...{ action: "answer", answers: { response: "both" } },
    });
    expect(answer({})).toEqual([{ pointer: "/q1", message: "This is still blank." }]);
  });

  it("shows options and questions that are too long for a form in full above it", () => {
    const question = `What should happen with the *old* files, given that ${"some of them are very old ".repeat(5)}?`;
    const options = [`Delete them ${"really ".repeat(15)}`, `Keep them ${"maybe ".repeat(15)}`];
    const modal = stepOf(asking([{ question, options }]), 0);
    expect(wordsIn(modal)).toContain(question);
    for (const option of options) expect(wordsIn(modal)).toContain(option.trim());
    expect(modal.components[1]?.component?.options?.[1]?.label).toMatch(/^2\. Keep them maybe/);
  });

  it("offers up to ten options as buttons and more of them as a menu", () => {
    const many = (count: number) => Array.from({ length: count }, (_, at) => `option ${at}`);
    const typeFor = (count: number) => inputsIn(stepOf(asking([{ question: "Which?", options: many(count) }]), 0))[0];
    expect(typeFor(1)).toMatchObject({ type: 21 });
    expect(typeFor(9)).toMatchObject({ type: 21 });
    expect(typeFor(10)).toMatchObject({ type: 3 });
    expect(typeFor(40)?.options?.length).toBe(25);
  });

  it("asks twelve questions in as few steps as Discord has room for, and keeps what was filled in", () => {
    const questions = Array.from({ length: 12 }, (_, at) => ({
      question: `Question ${at + 1}`,
      key: `k${at + 1}`,
      ...(at % 3 === 0 ? { options: ["yes", "no"] } : {}),
    }));
    const form = asking(questions);
    const steps = stepsOf(form) ?? [];
    expect(steps.map((step) => step.length)).toEqual([4, 4, 4, 4]);
    expect(stepOf(form, 1).title).toBe("Answer (2 of 4)");
    expect(stepOf(form, 1).components.map(({ label }) => label)).toEqual([
      "4. Question 4",
      "4. Other (type my own)",
      "5. Question 5",
      "6. Question 6",
    ]);
    expect(stepOf(form, 1).custom_id).toBe(`form:1:${HANDLE}`);
    let filled: Filled = {};
    const walked: number[] = [];
    for (let step = missingStep(form, filled); step !== null; step = missingStep(form, filled)) {
      walked.push(step);
      const modal = stepOf(form, step, filled);
      const values = Object.fromEntries(
        inputsIn(modal)
          .filter(({ custom_id }) => !custom_id?.endsWith(":other"))
          .map(({ custom_id = "", options }) => [custom_id, options === undefined ? `said ${custom_id}` : "no"]),
      );
      // As it is read from the shelf again.
      filled = JSON.parse(JSON.stringify({ ...filled, ...sent(modal, values) }));
    }
    expect(walked).toEqual([0, 1, 2, 3]);
    const act = actFrom(form, checkpoint({ kind: "clarify", payload: { questions } }), valuesFrom(form, filled));
    expect(act).toMatchObject({ action: "answer", answers: { k1: "no", k2: "said f1", k12: "said f11" } });
    expect(Object.keys((act as { answers: object }).answers).length).toBe(12);
    // And a step opens again as it was left.
    const [level, other, second, third] = inputsIn(stepOf(form, 0, filled));
    expect(level?.options?.filter((option) => option.default).map(({ label }) => label)).toEqual(["no"]);
    expect([other?.value, second?.value, third?.value]).toEqual([undefined, "said f1", "said f2"]);
  });

  it("knows where what is wrong was asked", () => {
    const form = editing({ a: 1, b: 2, c: 3, d: 4, e: 5, f: 6 });
    expect(fieldAt(form, "/f")).toMatchObject({ field: { name: "f" }, step: 1 });
    expect(fieldAt(form, "/edited/b")).toMatchObject({ field: { name: "b" }, step: 0 });
    expect(fieldAt(form, "")).toEqual({ field: null, step: 0 });
  });

  it("reads nothing but its own inputs", () => {
    expect(filledFrom({ f0: "a", "f1:other": null, "f2.1": ["o3"], __proto__x: "b", evil: "c", f3: 7 })).toEqual({
      ...{ f0: "a", "f1:other": "", "f2.1": "o3", f3: "" },
    });
  });
});
