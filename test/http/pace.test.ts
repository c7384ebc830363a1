import { expect, test } from "vitest";
import { makePace } from "../../src/http/pace.ts";

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

test("a clock that is set back grants nothing and takes nothing", () => {
  let now = 10_000;
  const pace = makePace(1, 1, () => now);
  expect(pace.wait("fleet")).toBe(0);
  now = 0;
  expect(pace.wait("fleet")).toBe(1_000);
  now = 1_000;
  expect(pace.wait("fleet")).toBe(0);
});
