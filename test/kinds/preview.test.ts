import { describe, expect, it } from "vitest";
import { preview } from "../../src/kinds/preview.ts";
import { problems } from "./problems.ts";

describe("a preview", () => {
  it("needs content, and refuses wrong types with their place", () => {
    expect(problems(preview, { content: "# Hi" })).toEqual([]);
    expect(problems(preview, { highlights: "all", potential_issues: [null] })).toEqual([
      "/content must be text",
      "/highlights must be a list of texts",
      "/potential_issues/0 must be text",
    ]);
  });

  it("is called like its first heading or line", () => {
    expect(preview.title({ content: "\n## Overview\ntext" })).toBe("Overview");
    expect(preview.title({ content: "" })).toBe("Content Preview");
  });

  it("shows what is short before the content", () => {
    expect(preview.body({ content: "long", highlights: ["a"], potential_issues: [] })).toEqual([
      { type: "list", label: "Highlights", items: ["a"] },
      { type: "text", label: "Content Preview", text: "long" },
    ]);
  });
});
