import { describe, expect, test } from "vitest";
import type { Checkpoint, Delivery } from "../../src/checkpoint.ts";
import { PROBE_MS, pauseOf } from "../../src/decide/called.ts";
import type { Event, Ruling } from "../../src/ruling.ts";
import { checkpoint, RAISED } from "../make.ts";
import { town } from "../town.ts";

type Result = Extract<Event, { type: "called" }>["result"];

const AT = { url: "https://agent.example.com/hook", endpoint: "https://agent.example.com" };
const DOWN: Result = { type: "failed", reason: "the connection was refused" };
const TOLD: Result = { type: "delivered" };

const { ruleAt } = town();

function ended(delivery: Partial<Delivery> = {}): Checkpoint {
  const callback: Delivery = { ...AT, state: "waiting", attempts: 0, ...delivery };
  return checkpoint({ status: "withdrawn", ended_at: RAISED, callback });
}

function changed(ruling: Ruling): Extract<Ruling, { type: "change" }> {
  if (ruling.type !== "change") throw new Error(`nothing changed: ${JSON.stringify(ruling)}`);
  return ruling;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe("a call that fails", () => {
  test.each<[failure: number, pause: number, since: number]>([
    [1, 5 * SECOND, 5 * SECOND],
    [2, 5 * MINUTE, 5 * MINUTE + 5 * SECOND],
    [3, 30 * MINUTE, 35 * MINUTE + 5 * SECOND],
    [4, 2 * HOUR, 2 * HOUR + 35 * MINUTE + 5 * SECOND],
    [5, 5 * HOUR, 7 * HOUR + 35 * MINUTE + 5 * SECOND],
    [6, 10 * HOUR, 17 * HOUR + 35 * MINUTE + 5 * SECOND],
    [7, 14 * HOUR, 31 * HOUR + 35 * MINUTE + 5 * SECOND],
    [8, 20 * HOUR, 51 * HOUR + 35 * MINUTE + 5 * SECOND],
    [9, 24 * HOUR, 75 * HOUR + 35 * MINUTE + 5 * SECOND],
  ])("for the time number %i is tried again after %i ms, %i ms after the first", (failure, pause, since) => {
    let record = ended();
    let now = RAISED;
    for (let count = 1; count <= failure; count += 1) {
      record = changed(ruleAt(record, { type: "called", result: DOWN }, now)).next;
      expect(record.callback).toEqual({ ...AT, state: "waiting", attempts: count, error: DOWN.reason, at: now });
      now += pauseOf(record.callback as Delivery) ?? Number.NaN;
    }
    expect(pauseOf(record.callback as Delivery)).toBe(pause);
    expect(now - RAISED).toBe(since);
  });

  test("for the tenth time is a dead letter, and the record says so", () => {
    const ruling = changed(ruleAt(ended({ attempts: 9 }), { type: "called", result: DOWN }, RAISED));
    expect(ruling.next.callback).toEqual({ ...AT, state: "dead", attempts: 10, error: DOWN.reason, at: RAISED });
    expect(pauseOf(ruling.next.callback as Delivery)).toBeNull();
    expect(ruling.errands).toEqual([]);
    expect(ruling.news).toEqual([
      {
        type: "checkpoint.undeliverable",
        by: { kind: "system", name: "relay" },
        data: { to: "https://agent.example.com", attempts: 10, reason: "the connection was refused" },
      },
    ]);
  });

  test("has its endpoint probed a minute later, once for all that wait there", () => {
    const { errands, news } = changed(ruleAt(ended(), { type: "called", result: DOWN }, RAISED));
    expect(errands).toEqual([
      {
        do: "probe",
        key: "probe:https://agent.example.com",
        id: "chk_0123456789",
        endpoint: "https://agent.example.com",
        after: 60_000,
        keep: true,
      },
    ]);
    expect(news).toEqual([]);
    expect(PROBE_MS).toBe(60_000);
  });

  test("with an answer that wants no more of it is a dead letter at once", () => {
    const result: Result = { type: "failed", reason: "410 Gone", gone: true };
    const { next, news } = changed(ruleAt(ended(), { type: "called", result }, RAISED));
    expect(next.callback).toEqual({ ...AT, state: "dead", attempts: 1, error: "410 Gone", at: RAISED });
    expect(news).toMatchObject([{ type: "checkpoint.undeliverable", data: { reason: "410 Gone" } }]);
  });

  test("changes nothing about a call that is over", () => {
    for (const state of ["delivered", "dead", "idle"] as const)
      expect(ruleAt(ended({ state }), { type: "called", result: DOWN }, RAISED)).toEqual({ type: "wait" });
    expect(ruleAt(checkpoint(), { type: "called", result: DOWN }, RAISED)).toEqual({ type: "wait" });
  });
});

describe("a call that gets through", () => {
  test("is recorded with the number of attempts, and its former error is gone", () => {
    const { next, news } = changed(
      ruleAt(ended({ attempts: 3, error: "503 Service Unavailable" }), { type: "called", result: TOLD }, RAISED),
    );
    expect(next.callback).toEqual({ ...AT, state: "delivered", attempts: 4, at: RAISED });
    expect(news).toEqual([
      {
        type: "checkpoint.delivered",
        by: { kind: "system", name: "relay" },
        data: { to: "https://agent.example.com", attempts: 4 },
      },
    ]);
  });

  test("after it was given up still counts", () => {
    const { next } = changed(ruleAt(ended({ state: "dead", attempts: 10 }), { type: "called", result: TOLD }, RAISED));
    expect(next.callback).toMatchObject({ state: "delivered" });
  });

  test("twice is recorded once", () => {
    expect(ruleAt(ended({ state: "delivered", attempts: 1 }), { type: "called", result: TOLD }, RAISED)).toEqual({
      type: "wait",
    });
  });
});

describe("calling again on demand", () => {
  const call = { do: "call", key: "call:chk_0123456789", id: "chk_0123456789" };

  test("gives a dead letter all its attempts back", () => {
    const { next, errands } = changed(ruleAt(ended({ state: "dead", attempts: 10 }), { type: "recall" }, RAISED));
    expect(next.callback).toMatchObject({ state: "waiting", attempts: 0 });
    expect(errands).toEqual([call]);
  });

  test("brings a call that waits forward without giving it more attempts", () => {
    const { next, errands } = changed(ruleAt(ended({ attempts: 7 }), { type: "recall" }, RAISED));
    expect(next.callback).toMatchObject({ state: "waiting", attempts: 7 });
    expect(errands).toEqual([call]);
  });

  test("does nothing where nobody is to be called, or was told already", () => {
    for (const record of [checkpoint(), ended({ state: "idle" }), ended({ state: "delivered" })])
      expect(ruleAt(record, { type: "recall" }, RAISED)).toEqual({ type: "wait" });
  });
});
