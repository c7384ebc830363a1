import { expect, test } from "vitest";
import { makePace, raisePace } from "../src/pace.ts";

test("takes a burst, then as many a second as were granted, each caller for themselves", () => {
  let now = 0;
  const pace = makePace(3, 2, () => now);
  expect([1, 2, 3, 4].map(() => pace.wait("fleet"))).toEqual([0, 0, 0, 500]);
  expect(pace.wait("ops")).toBe(0);
  now = 500;
  expect([1, 2].map(() => pace.wait("fleet"))).toEqual([0, 500]);
  now = 60_000;
  expect([1, 2, 3, 4].map(() => pace.wait("fleet"))).toEqual([0, 0, 0, 500]);
});

test("a call that came to nothing does not count", () => {
  const pace = makePace(2, 1, () => 0);
  expect([1, 2, 3].map(() => pace.wait("fleet"))).toEqual([0, 0, 1_000]);
  pace.giveBack("fleet");
  pace.giveBack("nobody");
  expect([pace.wait("fleet"), pace.wait("fleet")]).toEqual([0, 1_000]);
});

test("a clock that is set back grants nothing and takes nothing", () => {
  let now = 10_000;
  const pace = makePace(1, 1, () => now);
  expect(pace.wait("fleet")).toBe(0);
  now = 0;
  expect(pace.wait("fleet")).toBe(1_000);
  now = 1_000;
  expect(pace.wait("fleet")).toBe(0);
});

test("an agent that raises without end is held back to its rate, and the log names it once a minute", () => {
  let now = 0;
  const lines: string[] = [];
  const warn = ({ agent }: { agent: string }) => lines.push(agent);
  const pace = raisePace(600, () => now, { warn } as never);
  let [taken, held] = [0, 0];
  for (now = 0; now < 60_000; now += 6) {
    const wait = pace.wait("flood");
    if (wait === 0) taken += 1;
    else held += 1;
    expect(wait).toBeLessThanOrEqual(100);
  }
  expect({ calls: taken + held, taken }).toEqual({ calls: 10_000, taken: 1_199 });
  expect(pace.wait("quiet")).toBe(0);
  expect(lines).toEqual(["flood"]);
  now += 60_000;
  for (let at = 0; at < 601; at += 1) pace.wait("flood");
  expect(lines).toEqual(["flood", "flood"]);
});
