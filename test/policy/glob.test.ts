/** Patterns with `*`, against an oracle that tries everything, and their cost on texts made to be slow. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { finder, globOf } from "../../src/policy/glob.ts";
import { judge } from "../../src/policy/judge.ts";
import type { Subject } from "../../src/policy/subject.ts";
import { conditionOf, type When } from "../../src/policy/when.ts";

describe("a pattern", () => {
  const table: [pattern: string, text: string, fits: boolean][] = [
    ["prod-*", "prod-db", true],
    ["prod-*", "prod-", true],
    ["prod-*", "prod", false],
    ["prod-*", "my-prod-db", false],
    ["prod-*", "Prod-db", false],
    ["*-db", "prod-db", true],
    ["*-db", "prod-db-1", false],
    ["a*a", "a", false],
    ["a*a", "aa", true],
    ["a*b*c", "a-b-b-c", true],
    ["a*b*c", "acb", false],
    ["*ab*", "aab", true],
    ["*aab*", "aaaab", true],
    ["a**b", "ab", true],
    ["/etc/*", "/etc/\npasswd", true],
    ["a.c*", "abc", false],
    ["[ab]*", "a", false],
    ["ü*", "üb", true],
  ];
  test.each(table)("%j on %j: %s", (pattern, text, fits) => expect(globOf(pattern)(text)).toBe(fits));

  test("says what trying every way of taking the stars says", () => {
    const letters = (max: number, star: boolean) =>
      fc.array(fc.constantFrom("a", "b", ...(star ? ["*"] : [])), { maxLength: max }).map((all) => all.join(""));
    const fits = (pattern: string, text: string): boolean => {
      if (pattern === "") return text === "";
      if (pattern[0] !== "*") return text[0] === pattern[0] && fits(pattern.slice(1), text.slice(1));
      return fits(pattern.slice(1), text) || (text !== "" && fits(pattern, text.slice(1)));
    };
    fc.assert(
      fc.property(
        letters(8, true),
        letters(10, false),
        (pattern, text) => globOf(pattern)(text) === fits(pattern, text),
      ),
      { numRuns: 2_000 },
    );
  });

  test("finds a text where the language finds it", () => {
    const word = (max: number) => fc.array(fc.constantFrom("a", "b"), { maxLength: max }).map((all) => all.join(""));
    fc.assert(
      fc.property(word(5), word(30), fc.nat(5), (sought, text, from) => {
        fc.pre(from <= text.length);
        expect(finder(sought)(text, from)).toBe(text.indexOf(sought, from));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("the time it takes", () => {
  const long = (length: number) => "a".repeat(length);
  const slow: [what: string, when: When][] = [
    ["a pattern of many stars", { "payload.text": { glob: `${"*a".repeat(200)}*b*` } }],
    ["a pattern that nearly fits everywhere", { "payload.text": { glob: `*${long(400)}b*` } }],
    ["a part that nearly fits everywhere", { "payload.text": { contains: `${long(450)}b` } }],
    ["several conditions", { any: Array.from({ length: 3 }, (_, at) => ({ "payload.text": { contains: `b${at}` } })) }],
  ];
  const subject = (text: string): Subject => ({
    ...{ kind: "tool", agent: "a", priority: "normal", source: { agent: "a" }, metadata: {} },
    payload: { text },
  });
  const cost = (when: When, text: string, times: number) => {
    const [condition, each] = [conditionOf(when), subject(text)];
    return () => {
      const from = performance.now();
      for (let time = 0; time < times; time += 1) expect(judge(condition, each)).toBe(false);
      return performance.now() - from;
    };
  };
  /** The best of several, in turn: whatever else the machine does only adds, so more are taken while it seems too slow. */
  const best = (one: () => number, other: () => number, enough: (one: number, other: number) => boolean) => {
    let [least, most] = [one(), other()];
    for (let round = 0; round < 200 && (round < 10 || !enough(least, most)); round += 1)
      [least, most] = [Math.min(least, one()), Math.min(most, other())];
    return [least, most] as const;
  };

  test.each(slow)("of %s grows with the payload, not faster", (_, when) => {
    // About the same; four times as long where it were quadratic.
    const isLinear = (four: number, one: number) => one < 2 * four + 0.2;
    const [four, one] = best(cost(when, long(64_000), 4), cost(when, long(256_000), 1), isLinear);
    console.log(`judging 4 times 64 KB: ${four.toFixed(2)} ms, once 256 KB: ${one.toFixed(2)} ms`);
    expect(isLinear(four, one)).toBe(true);
  });

  test("does not grow with the length of what is sought times that of the payload", () => {
    // The engine's own search takes 60 ms here.
    const sought = (times: number) => `a${"ab".repeat(times)}a`;
    const text = "ab".repeat(128_000);
    const isAlike = (short: number, longer: number) => longer < 2 * short + 1;
    const [short, longer] = best(
      cost({ "payload.text": { contains: sought(30) } }, text, 1),
      cost({ "payload.text": { contains: sought(240) } }, text, 1),
      isAlike,
    );
    console.log(`seeking 62 characters: ${short.toFixed(2)} ms, 482: ${longer.toFixed(2)} ms`);
    expect(isAlike(short, longer)).toBe(true);
  });
});
