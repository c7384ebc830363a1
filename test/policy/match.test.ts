/** Which policy takes a checkpoint. */
import { describe, expect, test } from "vitest";
import type { Subject } from "../../src/house.ts";
import { matchPolicy, versionOf } from "../../src/policy/match.ts";
import type { Policy, When } from "../../src/policy/policy.ts";

const subject: Subject = {
  kind: "tool",
  agent: "ops",
  priority: "high",
  payload: {
    tool_name: "make_payment",
    tool_args: { amount: 10, dry: false, to: null, lines: [{ sku: "a" }, { sku: "b" }], "a.b": 1 },
  },
  source: { agent: "ops", session: "job_1" },
  metadata: { budget: 12_000 },
};

function takes(when: When, over: Partial<Subject> = {}): boolean {
  return matchPolicy([{ name: "guard", when }, { name: "rest" }], { ...subject, ...over }).name === "guard";
}

describe("what matches", () => {
  const table: [when: When, takes: boolean][] = [
    [{ kind: "tool" }, true],
    [{ kind: "task" }, false],
    [{ agent: "ops" }, true],
    [{ agent: "Ops" }, false],
    [{ priority: "high" }, true],
    [{ "payload.tool_name": "make_payment" }, true],
    [{ "payload.tool_args.amount": 10 }, true],
    [{ "payload.tool_args.amount": "10" }, false],
    [{ "payload.tool_args.dry": false }, true],
    [{ "payload.tool_args.to": null }, true],
    [{ "payload.tool_args.lines.1.sku": "b" }, true],
    [{ "payload.tool_args.lines.2.sku": "b" }, false],
    [{ "source.session": "job_1" }, true],
    [{ "metadata.budget": 12_000 }, true],
    [{ kind: "tool", "metadata.budget": 12_000, "source.session": "job_1" }, true],
    [{ kind: "tool", "metadata.budget": 12_001 }, false],
  ];
  test.each(table)("says of %j: %s", (when, is) => expect(takes(when)).toBe(is));
});

describe("what is not there", () => {
  test("equals nothing, not even null", () => {
    expect(takes({ "payload.nothing": null })).toBe(false);
    expect(takes({ "payload.nothing.at.all": null })).toBe(false);
    expect(takes({ "payload.tool_name.length": 12 })).toBe(false);
    expect(takes({ "payload.tool_args.lines.length": 2 })).toBe(false);
    expect(takes({ "source.workflow": null })).toBe(false);
  });

  test("is not looked for in what every object inherits", () => {
    const when = { "payload.constructor.name": "Object" };
    expect(takes(when)).toBe(false);
    expect(takes({ "payload.__proto__.polluted": true })).toBe(false);
    expect(takes({ "payload.tool_name": "pay" }, { payload: Object.create({ tool_name: "pay" }) })).toBe(false);
    const own: Subject["payload"] = { constructor: { name: "Object" } };
    expect(takes(when, { payload: own })).toBe(true);
  });

  test("is not a structure that the value stands for", () => {
    expect(takes({ "payload.tool_args": "[object Object]" })).toBe(false);
  });
});

describe("which one is taken", () => {
  const first: Policy = { name: "first", when: { kind: "tool" } };
  const second: Policy = { name: "second", when: { agent: "ops" } };
  const rest: Policy = { name: "rest" };

  test("takes the first that matches", () => {
    expect(matchPolicy([first, second, rest], subject)).toBe(first);
    expect(matchPolicy([second, first, rest], subject)).toBe(second);
  });

  test("takes the one without `when` when no other matches", () => {
    expect(matchPolicy([first, second, rest], { ...subject, kind: "task", agent: "x" })).toBe(rest);
  });

  test("takes the built-in default when there is none at all", () => {
    expect(matchPolicy([], subject)).toEqual({ name: "default" });
  });
});

describe("a policy's version", () => {
  test("is the digest of what it says", () => {
    expect(versionOf({ name: "default" })).toBe(
      "sha256:5ce56ac9ff40a1b5ecd80c5cf78ae9e29c4ad6cfc5dd91d9cb0026580cb13791",
    );
  });

  test("does not depend on the order of its settings", () => {
    expect(versionOf({ name: "a", quorum: 2, timeout: 1 })).toBe(versionOf({ timeout: 1, quorum: 2, name: "a" }));
  });

  test("changes with each of them", () => {
    const versions = [{ name: "a" }, { name: "b" }, { name: "a", quorum: 2 }, { name: "a", timeout: null }].map(
      versionOf,
    );
    expect(new Set(versions).size).toBe(4);
  });
});
