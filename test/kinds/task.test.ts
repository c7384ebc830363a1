import { describe, expect, it } from "vitest";
import { task } from "../../src/kinds/task.ts";
import { problems } from "./problems.ts";

describe("a task", () => {
  it("needs an agent, an output of any kind and a context", () => {
    expect(problems(task, { agent: "Writer", output: null, context: {} })).toEqual([]);
    expect(problems(task, { agent: "", context: [] })).toEqual(["/output is required", "/context must be an object"]);
  });

  it("shows an output that is a text as text, and lists as lists", () => {
    expect(task.body({ agent: "Writer", output: "# Post\nHello", context: { tags: ["a", "b"] } })).toEqual([
      { type: "text", label: "Output", text: "# Post\nHello" },
      { type: "code", label: "Context · tags", text: '[\n  "a",\n  "b"\n]', language: "json" },
    ]);
    expect(task.body({ agent: "Writer", output: ["one", "two"], context: {} })).toEqual([
      { type: "list", label: "Output", items: ["one", "two"] },
    ]);
  });

  it("shows that an output is empty", () => {
    expect(task.body({ agent: "Writer", output: null, context: {} })).toEqual([
      { type: "code", label: "Output", text: "null", language: "json" },
    ]);
    expect(task.body({ agent: "Writer", output: {}, context: {} })).toEqual([
      { type: "code", label: "Output", text: "{}", language: "json" },
    ]);
  });
});
