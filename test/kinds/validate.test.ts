import { describe, expect, it } from "vitest";
import { validate } from "../../src/kinds/validate.ts";
import { problems } from "./problems.ts";

describe("a validate", () => {
  it("needs a report and whether it passed", () => {
    expect(problems(validate, { report: "fine", passed: false })).toEqual([]);
    expect(problems(validate, {})).toEqual(["/report must be text", "/passed must be true or false"]);
    expect(problems(validate, { report: "fine", passed: "true", validation_score: "1" })).toEqual([
      "/passed must be true or false",
      "/validation_score must be a number",
    ]);
  });

  it("shows at a glance whether it passed", () => {
    expect(validate.icon({ report: "fine", passed: true })).toBe("✅");
    expect(validate.icon({ report: "fine", passed: false })).toBe("❌");
    expect(validate.facts({ report: "fine", passed: false, validation_score: 0 })).toEqual([
      { label: "Passed", value: "no" },
      { label: "Validation score", value: "0" },
    ]);
  });
});
