/** What each comparison of `when` says of each value, written out: y yes, n no, ? cannot be told. */
import { describe, expect, test } from "vitest";
import type { Json } from "../../src/json.ts";
import { judge } from "../../src/policy/judge.ts";
import { matcherOf } from "../../src/policy/match.ts";
import type { Subject } from "../../src/policy/subject.ts";
import { conditionOf, type When } from "../../src/policy/when.ts";

const bare = { kind: "tool", agent: "ops", priority: "high", source: { agent: "ops" }, metadata: {} } as const;

function verdict(when: When, payload: Subject["payload"], over: Partial<Subject> = {}): string {
  const said = judge(conditionOf(when), { ...bare, payload, ...over });
  return typeof said === "boolean" ? (said ? "y" : "n") : "?";
}

describe("every comparison over every kind of value", () => {
  const VALUES: (Json | undefined)[] = [
    ...[20_000, 10_000, 50, "20000", "prod-db", ""],
    ...[true, null, undefined, ["prod-db", 50], { value: 20_000 }],
  ];
  const table: [comparison: When[string], said: string][] = [
    //                     20000 10000 50 "20000" "prod-db" "" true null — [] {}
    [20_000, "ynnnnnnnnnn"],
    ["20000", "nnnynnnnnnn"],
    ["prod-db", "nnnnynnnnnn"],
    [true, "nnnnnnynnnn"],
    [null, "nnnnnnnynnn"],
    [{ gt: 10_000 }, "ynn???" + "?nn??"],
    [{ gte: 10_000 }, "yyn???" + "?nn??"],
    [{ lt: 10_000 }, "nny???" + "?nn??"],
    [{ lte: 10_000 }, "nyy???" + "?nn??"],
    [{ gt: 100, lt: 20_000 }, "nyn???" + "?nn??"],
    [{ in: [50, "prod-db", null] }, "nnynynnynnn"],
    [{ contains: "prod-db" }, "???nyn" + "?nny?"],
    [{ contains: "o" }, "???nyn" + "?nnn?"],
    [{ contains: 50 }, "??????" + "?nny?"],
    [{ glob: "prod-*" }, "???nyn" + "?nn??"],
    [{ glob: "*0" }, "???ynn" + "?nn??"],
    [{ number: true }, "yyynnnnnnnn"],
    [{ number: false }, "nnnyyyyyyyy"],
    [{ exists: true }, "yyyyyyyynyy"],
    [{ exists: false }, "nnnnnnnnynn"],
    [{ not: "prod-db" }, "yyyynyyyyyy"],
    [{ not: null }, "yyyyyyynyyy"],
    [{ not: { gt: 10_000 } }, "nyy???" + "?yy??"],
    [{ not: { in: [50, true] } }, "yynyyynyyyy"],
    [{ not: { glob: "prod-*" } }, "???yny" + "?yy??"],
    [{ not: { not: { lt: 100 } } }, "nny???" + "?nn??"],
    [{ number: true, gt: 10_000 }, "ynnnnnnnnnn"],
    [{ exists: true, not: "" }, "yyyyynyynyy"],
  ];
  test.each(table)("%j", (comparison, said) => {
    const payload = (value: Json | undefined) => (value === undefined ? {} : { amount: value });
    expect(VALUES.map((value) => verdict({ "payload.amount": comparison }, payload(value))).join("")).toBe(said);
  });
});

describe("conditions put together", () => {
  const yes: When = { kind: "tool" };
  const no: When = { kind: "task" };
  const doubt: When = { "payload.amount": { gt: 1 } };
  const table: [when: When, said: string][] = [
    [{}, "y"],
    [{ ...yes, agent: "ops" }, "y"],
    [{ ...yes, agent: "else" }, "n"],
    [{ ...yes, ...doubt }, "?"],
    [{ ...no, ...doubt }, "n"],
    [{ ...doubt, agent: "else" }, "n"],
    [{ all: [yes, yes] }, "y"],
    [{ all: [yes, no] }, "n"],
    [{ all: [yes, doubt] }, "?"],
    [{ all: [doubt, no] }, "n"],
    [{ any: [no, yes] }, "y"],
    [{ any: [no, no] }, "n"],
    [{ any: [no, doubt] }, "?"],
    [{ any: [doubt, yes] }, "y"],
    [{ not: yes }, "n"],
    [{ not: no }, "y"],
    [{ not: doubt }, "?"],
    [{ not: { ...yes, agent: "else" } }, "y"],
    [{ not: { any: [no, { not: yes }] } }, "y"],
    [{ ...yes, any: [no, { agent: "ops" }], not: { priority: "low" } }, "y"],
    [{ ...yes, any: [no, { agent: "ops" }], not: { priority: "high" } }, "n"],
  ];
  test.each(table)("%j: %s", (when, said) => expect(verdict(when, { amount: "2" })).toBe(said));
});

describe("paths", () => {
  const payload = { lines: [{ sku: "a" }, { sku: "b" }], "a.b": 1, "": { x: 1 }, length: 3 };
  const table: [path: string, value: string | number, said: string][] = [
    ["payload.lines.1.sku", "b", "y"],
    ["payload.lines.2.sku", "b", "n"],
    ["payload.lines.length", 2, "n"],
    ["payload.lines.-1.sku", "b", "n"],
    ["payload.length", 3, "y"],
    ["payload.a.b", 1, "n"],
    ["payload.constructor.name", "Object", "n"],
    ["payload.toString", "", "n"],
    ["payload.__proto__.x", 1, "n"],
    ["source.agent", "ops", "y"],
    ["source.session", "job", "n"],
    ["metadata.x", 1, "n"],
  ];
  test.each(table)("%s is %j: %s", (path, value, said) => expect(verdict({ [path]: value }, payload)).toBe(said));

  test("what only a prototype has is not there, and fits no comparison", () => {
    const inherited: Subject["payload"] = Object.create({ amount: 20_000 });
    for (const comparison of [{ gt: 1 }, { exists: true }, { number: true }, { in: [20_000] }])
      expect(verdict({ "payload.amount": comparison }, inherited)).toBe("n");
  });
});

describe("an amount that is sent as something else than a number", () => {
  const guarded = matcherOf([
    { name: "cfo", when: { "payload.amount": { gt: 10_000 } }, approvers: ["person:cfo"] },
    { name: "rest", approvers: ["anyone"] },
  ]);
  const waved = matcherOf([
    { name: "small", when: { "payload.amount": { lt: 100 } }, auto: "proceed" },
    { name: "rest", approvers: ["person:cfo"] },
  ]);
  test.each<[Json]>([["20000"], ["2e4"], ["20,000"], [""], [true], [["20000"]], [[20_000]], [{ value: 20_000 }]])(
    "%j is refused both where it would slip under a guard and where it would be waved through",
    (amount) => {
      for (const match of [guarded, waved])
        expect(match({ ...bare, payload: { amount } })).toMatchObject({
          type: "refused",
          code: "policy_undecided",
          errors: [{ pointer: "/payload/amount" }],
        });
    },
  );

  test("the refusal says what to send, and not where the limit lies", () => {
    const refusal = guarded({ ...bare, payload: { amount: "20000" } });
    expect(refusal).toEqual({
      type: "refused",
      code: "policy_undecided",
      detail:
        'The policy "cfo" compares payload.amount, and what was sent there is not a number: send a number, so that it can be told who decides.',
      errors: [{ pointer: "/payload/amount", message: 'must be a number: the policy "cfo" compares it' }],
    });
  });

  test("a policy that takes what is no number takes it before it comes to that", () => {
    const caught = matcherOf([
      { name: "odd", when: { "payload.amount": { number: false } }, approvers: ["person:cfo"] },
      { name: "cfo", when: { "payload.amount": { gt: 10_000 } }, approvers: ["person:cfo"] },
      { name: "rest" },
    ]);
    for (const payload of [{ amount: "20000" }, { amount: { value: 20_000 } }, { total: 20_000 }, { amount: null }])
      expect(caught({ ...bare, payload })).toMatchObject({ name: "odd" });
    expect(caught({ ...bare, payload: { amount: 50 } })).toMatchObject({ name: "rest" });
  });

  test("it is of no account where something else rules the policy out", () => {
    const when: When = { "payload.tool_name": "pay", "payload.amount": { gt: 10_000 } };
    const match = matcherOf([{ name: "cfo", when }, { name: "rest" }]);
    expect(match({ ...bare, payload: { tool_name: "read", amount: "20000" } })).toMatchObject({ name: "rest" });
  });
});
