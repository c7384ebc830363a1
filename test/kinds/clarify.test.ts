import { describe, expect, it } from "vitest";
import { clarify } from "../../src/kinds/clarify.ts";
import { problems } from "./problems.ts";

const KEYED = {
  questions: [
    { question: "What level?", key: "level", options: ["beginner", "advanced"] },
    { question: "Which focus?", key: "focus" },
  ],
};
const FREE = { questions: ["What level?", { question: "Which\nfocus?" }] };

describe("a clarify", () => {
  it("offers an answer and a way out", () => {
    expect(clarify.actions.map(({ action, label, comment }) => [action, label, comment])).toEqual([
      ["answer", "Answer", "none"],
      ["cancel", "Cancel", "optional"],
    ]);
  });

  it("is called like its first question", () => {
    expect(clarify.title(FREE)).toBe("What level?");
    expect(clarify.title({ questions: "1. **Which *one*?**\n2. Why?" })).toBe("Which *one*?");
  });

  it("refuses questions that ask nothing, and says where", () => {
    expect(problems(clarify, {})).toEqual(["/questions is required"]);
    expect(problems(clarify, { questions: 5 })).toEqual(["/questions must be a list of questions or one text"]);
    expect(problems(clarify, { questions: [] })).toEqual(["/questions must hold a question"]);
    expect(problems(clarify, { questions: " \u200b" })).toEqual(["/questions must ask something"]);
    expect(problems(clarify, { questions: ["ok?", 5] })).toEqual([
      "/questions/1 must be a question: text, or an object with `question`",
    ]);
    expect(problems(clarify, { questions: [{ options: ["a", 1] }] })).toEqual([
      "/questions/0/question must be text",
      "/questions/0/options/1 must be text",
    ]);
    expect(problems(clarify, { questions: ["ok?"], rationale: 1 })).toEqual(["/rationale must be text"]);
  });

  it("refuses keys that would lose an answer", () => {
    const keyed = (...keys: unknown[]) => ({ questions: keys.map((key) => ({ question: "ok?", key })) });
    expect(problems(clarify, keyed("a", "a"))).toEqual(["/questions/1/key is the key of another question too"]);
    expect(problems(clarify, keyed("__proto__"))).toEqual(["/questions/0/key must be another name"]);
    expect(problems(clarify, keyed(" "))).toEqual(["/questions/0/key must not be blank"]);
    expect(problems(clarify, keyed("a", null, "b"))).toEqual([]);
  });

  it("shows fields of a question that it does not know", () => {
    expect(clarify.body({ questions: [{ question: "Which?", weight: 3, key: "which" }], urgent: true })).toEqual([
      { type: "text", label: "Question 1/1", text: "Which?\nweight: 3" },
      { type: "table", label: "Also sent", columns: ["Field", "Value"], rows: [["urgent", "true"]] },
    ]);
  });

  it("shows a Markdown text whole, with what stands around its list", () => {
    expect(clarify.body({ questions: "Hello!\n1. Which?\n\nThanks" })).toEqual([
      { type: "text", label: "Questions", text: "Hello!\n1. Which?\n\nThanks" },
    ]);
  });
});

describe("answers", () => {
  it("are taken by key when every question has one", () => {
    expect(clarify.answers?.(KEYED, { focus: "practical", level: "expert" })).toEqual({
      level: "expert",
      focus: "practical",
    });
  });

  it("must be complete, and know no other key", () => {
    expect(clarify.answers?.(KEYED, { level: " ", tone: "dry" })).toEqual([
      { pointer: "/answers/tone", message: "There is no question with this key; the keys are level, focus." },
      { pointer: "/answers/level", message: "This is still blank: write an answer, or cancel." },
      { pointer: "/answers/focus", message: "This is still blank: write an answer, or cancel." },
    ]);
  });

  it("are always taken as one response, to the character", () => {
    expect(clarify.answers?.(KEYED, { response: " Intermediate\n" })).toEqual({ response: " Intermediate\n" });
    expect(clarify.answers?.(FREE, { response: "Intermediate" })).toEqual({ response: "Intermediate" });
  });

  it("are refused by key where the questions have none", () => {
    expect(clarify.answers?.(FREE, { level: "intermediate", focus: "practical" })).toEqual([
      { pointer: "/answers/level", message: 'These questions have no keys: send one text, {"response": "…"}.' },
      { pointer: "/answers/focus", message: 'These questions have no keys: send one text, {"response": "…"}.' },
    ]);
  });

  it("are refused when blank, and never taken as a yes", () => {
    expect(clarify.answers?.(FREE, { response: "\u200b \n" })).toEqual([
      { pointer: "/answers/response", message: "This is still blank: write an answer, or cancel." },
    ]);
    expect(clarify.answers?.(FREE, {})).toEqual([
      { pointer: "/answers", message: "An answer is missing: write what the agent should know." },
    ]);
    expect(clarify.answers?.(FREE, undefined)).toHaveLength(1);
  });

  it("go by no key when one question lacks it", () => {
    const half = { questions: [{ question: "What level?", key: "level" }, "Which focus?"] };
    expect(clarify.answers?.(half, { level: "expert" })).toHaveLength(1);
    expect(clarify.questions?.(half).map((field) => field.name)).toEqual(["q1", "q2"]);
  });

  it("do not trip over keys that objects have by themselves", () => {
    const odd = { questions: [{ question: "Which?", key: "constructor" }] };
    expect(clarify.answers?.(odd, {})).toHaveLength(1);
    expect(clarify.answers?.(odd, { toString: "x" })).toHaveLength(2);
    expect(clarify.answers?.(odd, { constructor: "x" } as Record<string, string>)).toEqual({ constructor: "x" });
  });

  it("to several questions without keys become numbered lines", () => {
    expect(clarify.gather?.(FREE, { q1: "expert", q2: "practical" })).toEqual({
      response: "1. What level? → expert\n2. Which focus? → practical",
    });
    expect(clarify.gather?.(FREE, { q1: "", q2: "practical" })).toEqual({ response: "2. Which focus? → practical" });
    expect(clarify.gather?.({ questions: "Which?" }, { q1: "this" })).toEqual({ response: "this" });
    expect(clarify.gather?.(KEYED, { level: "a", focus: "b" })).toEqual({ level: "a", focus: "b" });
  });
});
