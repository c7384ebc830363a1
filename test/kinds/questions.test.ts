import { describe, expect, it } from "vitest";
import { questionsOf } from "../../src/kinds/questions.ts";
import { costOf } from "../cost.ts";

describe("the questions of a clarify", () => {
  it("are read from a list of questions", () => {
    expect(
      questionsOf({
        questions: [
          { question: "What level?", options: ["beginner", "advanced"], rationale: "audience", key: "level" },
          { question: "Which focus?", options: null },
          "Anything else?",
        ],
      }),
    ).toEqual([
      { question: "What level?", options: ["beginner", "advanced"], rationale: "audience", key: "level" },
      { question: "Which focus?", options: [] },
      { question: "Anything else?", options: [] },
    ]);
  });

  it("are read from a numbered list, with nested bullets as options", () => {
    const markdown = [
      "I need to know a few things:",
      "",
      "1. **What level of detail?**",
      "   - beginner",
      "   - intermediate",
      "     (most people)",
      "2) Which focus",
      "   in the examples?",
      "   Rationale: it sets the tone",
      "   * practical",
      "   * theory",
      "",
      "10. Anything else?",
      "",
      "Thanks!",
    ].join("\n");
    expect(questionsOf({ questions: markdown })).toEqual([
      { question: "What level of detail?", options: ["beginner", "intermediate (most people)"] },
      { question: "Which focus\nin the examples?", options: ["practical", "theory"], rationale: "it sets the tone" },
      { question: "Anything else?", options: [] },
    ]);
  });

  it("take bullets that are not indented and lettered points as options too", () => {
    expect(
      questionsOf({ questions: "1. Which database?\n- Postgres\n- MySQL\n2. Which cache?\n   a) Redis\n   b) none" }),
    ).toEqual([
      { question: "Which database?", options: ["Postgres", "MySQL"] },
      { question: "Which cache?", options: ["Redis", "none"] },
    ]);
  });

  it("take numbers that stand further in as options, and a list that is indented as a whole as questions", () => {
    expect(questionsOf({ questions: "1. Which?\n   1. this\n   2. that" })).toEqual([
      { question: "Which?", options: ["this", "that"] },
    ]);
    expect(questionsOf({ questions: "  1. First?\n  2. Second?" })).toEqual([
      { question: "First?", options: [] },
      { question: "Second?", options: [] },
    ]);
  });

  it("are one question where there is no list", () => {
    expect(questionsOf({ questions: " What level of detail,\nand for whom? " })).toEqual([
      { question: "What level of detail,\nand for whom?", options: [] },
    ]);
  });

  it("are read in time from 200 KB of trouble", () => {
    const questions = `1. a\n${" ".repeat(100_000)}x\n${"  - b\n".repeat(15_000)}`;
    // Measured 20 ms.
    expect(costOf(() => questionsOf({ questions }))).toBeLessThan(300);
  });
});
