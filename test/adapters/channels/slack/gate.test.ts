import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { makeGate } from "../../../../adapters/channels/slack/gate.ts";
import { type Connection, keepOpen } from "../../../../adapters/channels/slack/socket.ts";
import { openMemory } from "../../../../adapters/stores/memory/index.ts";
import { once } from "../../../../src/chat/once.ts";
import { remembering } from "../../../../src/chat/remembered.ts";
import { NotYet } from "../../../../src/ports.ts";

function gate() {
  const time = { now: 1_000_000 };
  const made = makeGate(() => time.now);
  /** 0: it went through; else ms until it may come again. */
  const take = (kind: "post" | "update", conversation: string, urgent = true): number => {
    try {
      made.take(kind, conversation, urgent);
      return 0;
    } catch (error) {
      return error instanceof NotYet ? error.after : Number.NaN;
    }
  };
  return { time, take, block: made.block };
}

describe("Slack's limits, kept on our side", () => {
  it("let a few messages through at once, then one a second, each channel by itself", () => {
    const { time, take } = gate();
    expect([1, 2, 3, 4, 5, 6].map(() => take("post", "C1"))).toEqual([0, 0, 0, 0, 1_000, 2_000]);
    expect(take("post", "C2")).toBe(0);
    time.now += 1_000;
    expect([take("post", "C1"), take("post", "C1") > 0]).toEqual([0, true]);
  });

  it("leave the last of the budget to what a person waits for", () => {
    const { take } = gate();
    const expiries = Array.from({ length: 40 }, (_, at) => take("update", `C${at}`, false)).filter(
      (wait) => wait === 0,
    );
    expect(expiries.length).toBe(15);
    expect(take("update", "C99", true)).toBe(0);
  });

  it("hold one channel as long as Slack said, and no other", () => {
    const { time, take, block } = gate();
    block("post", "C1", 30_000);
    expect([take("post", "C1"), take("post", "C2")]).toEqual([30_000, 0]);
    time.now += 30_001;
    expect(take("post", "C1")).toBe(0);
  });

  it("give a person the first turn when Slack takes something again", () => {
    const { time, take, block } = gate();
    block("update", "C1", 30_000);
    expect(take("update", "C1", false)).toBe(32_000);
    expect(take("update", "C1", true)).toBe(30_000);
    time.now += 30_000;
    expect(take("update", "C1", true)).toBe(0);
  });

  it("carry out 500 expiries in twelve minutes, never 51 in one, and let decisions pass them all the while", () => {
    const { time, take } = gate();
    const began = time.now;
    const out: number[] = [];
    const decisions: number[] = [];
    for (let left = 500, next = began; left > 0; time.now += 100) {
      while (left > 0 && take("update", `C${left}`, false) === 0) {
        out.push(time.now);
        left -= 1;
      }
      if (time.now < next) continue;
      next += 12_500;
      const waited = take("update", "C0", true);
      decisions.push(waited);
      if (waited === 0) out.push(time.now);
    }
    expect(time.now - began).toBeLessThanOrEqual(725_000);
    expect(decisions.filter((waited) => waited > 0)).toEqual([]);
    const most = Math.max(...out.map((at) => out.filter((other) => other > at - 60_000 && other <= at).length));
    expect(most).toBeLessThanOrEqual(50);
  });

  it("let no decision wait behind the expiries that were sent away before it", () => {
    const { time, take } = gate();
    for (let at = 0; at < 300; at += 1) take("update", `C${at}`, false);
    for (let at = 0; at < 40; at += 1) take("update", `D${at}`, true);
    expect(take("update", "E1", true)).toBeLessThan(60_000);
    time.now += 60_000;
    expect(take("update", "E1", true)).toBe(0);
  });
});

describe("one message", () => {
  it("has its effect once, and again only when it failed", async () => {
    const { shelf } = openMemory();
    let done = 0;
    const work = async () => {
      done += 1;
      if (done === 1) throw new Error("the store went away");
    };
    await expect(once(shelf, "C1:1.0", work)).rejects.toThrow("the store went away");
    await Promise.all([once(shelf, "C1:1.0", work), once(shelf, "C1:1.0", work)]);
    await once(shelf, "C1:1.0", work);
    expect(done).toBe(2);
  });
});

describe("what Slack said", () => {
  it("is asked once for all who ask, kept for its time, and not kept when it failed", async () => {
    let now = 0;
    let asked = 0;
    const answers = remembering(
      60_000,
      () => now,
      async () => {
        asked += 1;
        if (asked === 1) throw new Error("away");
        return asked;
      },
    );
    await expect(answers.get("U1")).rejects.toThrow("away");
    expect(await Promise.all([answers.get("U1"), answers.get("U1")])).toEqual([2, 2]);
    now += 59_999;
    expect(await answers.get("U1")).toBe(2);
    now += 1;
    expect(await answers.get("U1")).toBe(3);
  });
});

describe("a socket that is kept open", () => {
  it("is opened again whatever ends it, and stays closed once it is stopped", async () => {
    const states: boolean[] = [];
    const ends: (() => void)[] = [];
    let openings = 0;
    const open = async (): Promise<Connection> => {
      openings += 1;
      if (openings === 2) throw new Error("too_many_websockets");
      const { promise, resolve } = Promise.withResolvers<void>();
      ends.push(resolve);
      return { ended: promise, close: async () => resolve() };
    };
    const third = Promise.withResolvers<void>();
    const socket = keepOpen(
      open,
      () => {},
      (up) => {
        states.push(up);
        if (up && openings === 3) third.resolve();
      },
    );
    await socket.start();
    expect(socket.isUp()).toBe(true);
    ends[0]?.();
    await third.promise;
    await socket.stop();
    await pause(10);
    expect([openings, socket.isUp(), states]).toEqual([3, false, [true, false, false, true, false]]);
  });
});
