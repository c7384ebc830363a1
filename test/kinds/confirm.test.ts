import { describe, expect, it } from "vitest";
import { confirm } from "../../src/kinds/confirm.ts";
import { problems } from "./problems.ts";

describe("a confirm", () => {
  it("needs a summary, and nothing else", () => {
    expect(problems(confirm, { summary: "ok" })).toEqual([]);
    expect(problems(confirm, { summary: "ok", path: null, key_assumptions: null, confidence: null })).toEqual([]);
    expect(problems(confirm, { path: "a/b" })).toEqual(["/summary must be text"]);
  });

  it("refuses wrong types and says where", () => {
    expect(problems(confirm, { summary: 1, path: 2, key_assumptions: ["a", 3], confidence: "high" })).toEqual([
      "/summary must be text",
      "/path must be text",
      "/key_assumptions/1 must be text",
      "/confidence must be a number",
    ]);
  });

  it("is called like its path, else like the first line of its summary, else by what it is", () => {
    expect(confirm.title({ summary: "# Plan\nsteps", path: "a/b" })).toBe("a/b");
    expect(confirm.title({ summary: "\n## Plan: `x`\nsteps" })).toBe("Plan: `x`");
    expect(confirm.title({ summary: "• Skill: Python" })).toBe("Skill: Python");
    expect(confirm.title({ summary: " \n", path: "" })).toBe("Understanding Summary");
    expect(confirm.title({ summary: "x".repeat(500) })).toBe(`${"x".repeat(149)}…`);
  });

  it("gives a path that is too long for a fact a place of its own", () => {
    const path = "a/".repeat(100);
    expect(confirm.facts({ summary: "ok", path })).toEqual([]);
    expect(confirm.body({ summary: "ok", path })[1]).toEqual({ type: "text", label: "Proposed path", text: path });
  });

  it("says that a summary is empty", () => {
    expect(confirm.body({ summary: "" })).toEqual([{ type: "text", label: "Understanding Summary", text: "(empty)" }]);
  });
});
