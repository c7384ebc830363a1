/** Whether a policy is hidden by one above it: certain where it says so, and found where a person would see it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "../../src/json.ts";
import { implies } from "../../src/policy/implies.ts";
import { judge } from "../../src/policy/judge.ts";
import type { Subject } from "../../src/policy/subject.ts";
import { conditionOf, type When } from "../../src/policy/when.ts";

describe("what is met wherever", () => {
  const table: [given: When, then: When, is: boolean][] = [
    [{ kind: "tool" }, {}, true],
    [{}, { kind: "tool" }, false],
    [{ kind: "tool" }, { kind: "tool" }, true],
    [{ kind: "tool", agent: "a" }, { kind: "tool" }, true],
    [{ kind: "tool" }, { kind: "tool", agent: "a" }, false],
    [{ kind: "tool" }, { kind: { in: ["tool", "task"] } }, true],
    [{ kind: { in: ["tool", "task"] } }, { kind: { in: ["task", "tool", "phase"] } }, true],
    [{ kind: { in: ["tool", "phase"] } }, { kind: { in: ["tool", "task"] } }, false],
    [{ "payload.x": { gt: 20 } }, { "payload.x": { gt: 10 } }, true],
    [{ "payload.x": { gt: 10 } }, { "payload.x": { gt: 20 } }, false],
    [{ "payload.x": { gte: 10 } }, { "payload.x": { gt: 10 } }, false],
    [{ "payload.x": { gt: 10 } }, { "payload.x": { gte: 10 } }, true],
    [{ "payload.x": { lte: 9, gt: 1 } }, { "payload.x": { lt: 10 } }, true],
    [{ "payload.x": 15 }, { "payload.x": { gt: 10, lt: 20 } }, true],
    [{ "payload.x": { gt: 1 } }, { "payload.x": { number: true } }, true],
    [{ "payload.x": { gt: 1 } }, { "payload.x": { exists: true } }, true],
    [{ "payload.x": null }, { "payload.x": { exists: true } }, true],
    [{ "payload.x": { exists: false } }, { "payload.x": { number: false } }, true],
    [{ "payload.x": { exists: false } }, { "payload.x": { not: 5 } }, true],
    [{ "payload.x": { not: 5 } }, { "payload.x": { exists: true } }, false],
    [{ agent: "prod-1" }, { agent: { glob: "prod-*" } }, true],
    [{ agent: { glob: "prod-db-*" } }, { agent: { glob: "prod-*" } }, true],
    [{ agent: { glob: "prod-*" } }, { agent: { glob: "prod-db-*" } }, false],
    [{ agent: "a" }, { agent: { not: "b" } }, true],
    [{ agent: { in: ["a", "c"] } }, { not: { agent: { in: ["b", "d"] } } }, true],
    [{ agent: { in: ["a", "b"] } }, { not: { agent: "b" } }, false],
    [{ not: { kind: "tool" } }, { not: { kind: "tool", agent: "a" } }, true],
    [{ not: { kind: "tool", agent: "a" } }, { not: { kind: "tool" } }, false],
    [{ any: [{ kind: "tool" }, { kind: "task" }] }, { kind: { in: ["tool", "task"] } }, true],
    [{ kind: "tool" }, { any: [{ kind: "tool" }, { kind: "task" }] }, true],
    [{ any: [{ kind: "tool" }, { agent: "a" }] }, { kind: "tool" }, false],
    [{ all: [{ kind: "tool" }, { agent: "a" }] }, { agent: "a", kind: "tool" }, true],
  ];
  test.each(table)("%j holds, does %j: %s", (given, then, is) => {
    expect(implies(conditionOf(given), conditionOf(then))).toBe(is);
  });
});

test("never takes one for hidden that could still be reached", { timeout: 300_000 }, () => {
  const value = fc.constantFrom<string | number | null>("a", "ab", "b", 1, 2, 3, null);
  const number = fc.constantFrom(1, 2, 3);
  const operators = fc.oneof(
    ...(["gt", "gte", "lt", "lte"] as const).map((op) => number.map((limit) => ({ [op]: limit }))),
    fc.array(value, { minLength: 1, maxLength: 3 }).map((values) => ({ in: values })),
    fc.constantFrom({ glob: "a*" }, { glob: "*b" }, { glob: "ab*" }, { contains: "a" }, { contains: "b" }),
    fc.boolean().map((is) => ({ exists: is })),
    fc.boolean().map((is) => ({ number: is })),
  );
  const comparison = fc.oneof(
    value,
    operators,
    operators.map((inner) => ({ not: inner })),
  );
  const path = fc.constantFrom("payload.x", "payload.y");
  const { when } = fc.letrec<{ when: When }>((tie) => ({
    when: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.tuple(path, comparison).map(([name, test]): When => ({ [name]: test })),
      fc.tuple(tie("when"), tie("when")).map(([one, two]): When => ({ all: [one, two] })),
      fc.tuple(tie("when"), tie("when")).map(([one, two]): When => ({ any: [one, two] })),
      tie("when").map((inner): When => ({ not: inner })),
    ),
  }));
  const present = fc.option(fc.oneof(value, fc.constant<Json>(["a", 1])), { nil: undefined });
  let found = 0;
  fc.assert(
    fc.property(
      when,
      when,
      fc.array(fc.tuple(present, present), { minLength: 12, maxLength: 12 }),
      (given, then, pairs) => {
        const [above, below] = [conditionOf(then), conditionOf(given)];
        if (!implies(below, above)) return;
        found += 1;
        for (const [x, y] of pairs) {
          const payload = { ...(x !== undefined && { x }), ...(y !== undefined && { y }) };
          const subject: Subject = {
            ...{ kind: "tool", agent: "a", priority: "normal", source: { agent: "a" }, metadata: {} },
            payload,
          };
          // In doubt the raise is refused, and what is below is not reached either.
          if (judge(below, subject) === true) expect(judge(above, subject), JSON.stringify(payload)).not.toBe(false);
        }
      },
    ),
    { numRuns: process.env.HITL_TEST_LONG ? 60_000 : 4_000 },
  );
  expect(found).toBeGreaterThan(50);
});
