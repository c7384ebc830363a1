import { describe, expect, it } from "vitest";
import { phase } from "../../src/kinds/phase.ts";
import { problems } from "./problems.ts";

describe("a phase", () => {
  it("needs its name, a summary and the agents' outputs", () => {
    expect(problems(phase, { phase: "design", summary: "done", outputs: {} })).toEqual([]);
    expect(problems(phase, { phase: 1, outputs: "all" })).toEqual([
      "/phase must be text",
      "/summary must be text",
      "/outputs must be an object with one member an agent",
    ]);
  });

  it("shows one part an agent, also of those that made nothing", () => {
    const outputs = { Planner: "1. build", Reviewer: { issues: 0 }, Idle: null, Silent: "" };
    expect(phase.body({ phase: "design", summary: "done", outputs })).toEqual([
      { type: "text", label: "Summary", text: "done" },
      { type: "text", label: "Planner", text: "1. build" },
      { type: "code", label: "Reviewer", text: '{\n  "issues": 0\n}', language: "json" },
      { type: "code", label: "Idle", text: "null", language: "json" },
      { type: "text", label: "Silent", text: "(empty)" },
    ]);
  });
});
