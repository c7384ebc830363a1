import { describe, expect, it } from "vitest";
import { tool } from "../../src/kinds/tool.ts";
import { problems } from "./problems.ts";

const call = (tool_args: unknown) => ({ tool_name: "x", tool_args }) as Parameters<typeof tool.body>[0];

describe("a tool call", () => {
  it("needs a name and arguments of any kind", () => {
    expect(problems(tool, call({}))).toEqual([]);
    expect(problems(tool, call(null))).toEqual([]);
    expect(problems(tool, call([1]))).toEqual([]);
    expect(problems(tool, { tool_name: 7, policy_note: 8 })).toEqual([
      "/tool_name must be text",
      "/tool_args is required",
      "/policy_note must be text",
    ]);
  });

  it("shows flat arguments as a table, in which a text never passes for a number", () => {
    expect(tool.body(call({ n: 10, s: "10", b: true, t: "true", none: null, empty: "", path: "/tmp/x" }))).toEqual([
      {
        type: "table",
        label: "Arguments",
        columns: ["Argument", "Value"],
        rows: [
          ["n", "10"],
          ["s", '"10"'],
          ["b", "true"],
          ["t", '"true"'],
          ["none", "null"],
          ["empty", '""'],
          ["path", "/tmp/x"],
        ],
      },
    ]);
  });

  it("gives an argument of several lines room to be read", () => {
    expect(tool.body(call({ to: "a@b.c", body: "Dear Alice,\nbye" }))).toEqual([
      { type: "table", label: "Arguments", columns: ["Argument", "Value"], rows: [["to", "a@b.c"]] },
      { type: "text", label: "Arguments · body", text: "Dear Alice,\nbye" },
    ]);
  });

  it.each([
    [{ where: { id: 1 } }, '{\n  "where": {\n    "id": 1\n  }\n}'],
    [{}, "{}"],
    [null, "null"],
    [[], "[]"],
    [7, "7"],
  ])("shows other arguments as JSON: %j", (args, text) => {
    expect(tool.body(call(args))).toEqual([{ type: "code", label: "Arguments", text, language: "json" }]);
  });

  it("shows the policy's note beside the tool's name, however long it is", () => {
    expect(tool.facts({ ...call({}), policy_note: "irreversible" })).toEqual([
      { label: "Tool", value: "x" },
      { label: "Note", value: "irreversible" },
    ]);
    const long = "irreversible ".repeat(20);
    expect(tool.body({ ...call({}), policy_note: long })[0]).toEqual({ type: "text", label: "Note", text: long });
  });

  it("keeps the tool's name as it is", () => {
    expect(tool.title({ tool_name: "#deploy", tool_args: {} })).toBe("#deploy");
    expect(tool.title({ tool_name: "", tool_args: {} })).toBe("Tool call");
  });
});
