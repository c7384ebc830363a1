/** Which policy takes a checkpoint. */
import { describe, expect, test } from "vitest";
import { matcherOf, versionOf } from "../../src/policy/match.ts";
import type { Policy } from "../../src/policy/policy.ts";
import type { Subject } from "../../src/policy/subject.ts";
import type { When } from "../../src/policy/when.ts";

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
  const taken = matcherOf([{ name: "guard", when }, { name: "rest" }])({ ...subject, ...over });
  if ("type" in taken) throw new Error(taken.detail);
  return taken.name === "guard";
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
    expect(matcherOf([first, second, rest])(subject)).toBe(first);
    expect(matcherOf([second, first, rest])(subject)).toBe(second);
  });

  test("takes the one without `when` when no other matches", () => {
    expect(matcherOf([first, second, rest])({ ...subject, kind: "task", agent: "x" })).toBe(rest);
  });

  test("takes the built-in default when there is none at all", () => {
    expect(matcherOf([])(subject)).toEqual({ name: "default" });
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

  test("stays what it was for conditions as they have always been", () => {
    const when: When = { kind: "tool", "payload.tool_name": "make_payment" };
    expect(versionOf({ name: "payments", when, quorum: 2 })).toBe(
      "sha256:43f801738dc8cb5a28f9297ae660a8f87c48121db02275d63f2366b1937105ca",
    );
  });

  test("is one for one rule, in whatever order its conditions are written", () => {
    const version = (when: When) => versionOf({ name: "a", when });
    const same: When[] = [
      { kind: { in: ["tool", "task"] }, any: [{ agent: "x" }, { "payload.n": { gt: 1, lt: 5 } }] },
      { any: [{ agent: "x" }, { "payload.n": { gt: 1, lt: 5 } }], kind: { in: ["tool", "task"] } },
      { kind: { in: ["task", "tool", "task"] }, any: [{ "payload.n": { lt: 5, gt: 1 } }, { agent: "x" }] },
      { any: [{ "payload.n": { lt: 5, gt: 1 } }, { agent: "x" }, { agent: "x" }], kind: { in: ["tool", "task"] } },
    ];
    expect(new Set(same.map(version)).size).toBe(1);
    const others: When[] = [
      { kind: { in: ["tool", "phase"] }, any: [{ agent: "x" }, { "payload.n": { gt: 1, lt: 5 } }] },
      { kind: { in: ["tool", "task"] }, all: [{ agent: "x" }, { "payload.n": { gt: 1, lt: 5 } }] },
      { kind: { in: ["tool", "task"] }, any: [{ agent: "x" }, { "payload.n": { gt: 1, lte: 5 } }] },
      { kind: { in: ["tool", "task"] }, any: [{ agent: "x" }, { "payload.n": { gt: "1", lt: 5 } as never }] },
    ];
    expect(new Set([...same, ...others].map(version)).size).toBe(5);
  });

  test("changes with each of them", () => {
    const versions = [{ name: "a" }, { name: "b" }, { name: "a", quorum: 2 }, { name: "a", timeout: null }].map(
      versionOf,
    );
    expect(new Set(versions).size).toBe(4);
  });
});
