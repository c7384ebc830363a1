/** The server's time as a replica knows it: never ahead, hardly behind, whatever this machine's clocks say. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createKeyv } from "@keyv/redis";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeServerClock } from "../../../adapters/stores/redis/clock.ts";
import { openRedis } from "../../../adapters/stores/redis/index.ts";
import { NAMESPACE, recordKey } from "../../../adapters/stores/redis/keys.ts";
import { raise, show } from "../../contract/changes.ts";
import { type RedisPeer, startRedis } from "../../peers/redis.ts";
import { withoutFence } from "../../races/mutant.ts";

const ID = "chk_0000000001";
const HOUR = 3_600_000;

let redis: RedisPeer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.end());

describe("the estimate", () => {
  const exchange = fc.record({
    pause: fc.double({ min: 0, max: 3_000, noNaN: true }),
    there: fc.double({ min: 0.01, max: 40, noNaN: true }),
    back: fc.double({ min: 0.01, max: 40, noNaN: true }),
  });

  it("is never ahead of the server, and behind by no more than the quickest answer of late took", () => {
    fc.assert(
      fc.property(
        fc.array(exchange, { minLength: 1, maxLength: 30 }),
        fc.integer({ max: 2e12, min: -2e12 }),
        (all, offset) => {
          let local = 1_000;
          const clock = makeServerClock(() => local);
          const quickest: { at: number; took: number }[] = [];
          for (const { pause: between, there, back } of all) {
            local += between;
            const sent = local;
            const server = Math.floor(sent + there + offset);
            local += there + back;
            clock.learn(server, sent, local);
            quickest.push({ at: local, took: back });
            const now = local + offset;
            // A microsecond for what floating point leaves of numbers of this size.
            expect(clock.now()).toBeLessThanOrEqual(now + 0.001);
            const late = quickest.filter(({ at }) => local - at < 4_000).map(({ took }) => took);
            expect(now - clock.now()).toBeLessThan(Math.min(...late) + 2.001);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    ["the server's clock is set back", -HOUR, 0],
    ["the server's clock is set forward", HOUR, 0],
    ["this machine's clock jumps ahead", 0, HOUR],
    ["this machine's clock jumps back", 0, -HOUR],
  ])("is right again with the next answer when %s", (_, server, machine) => {
    let local = 50_000;
    const clock = makeServerClock(() => local);
    clock.learn(1_000_000, local, local + 1);
    local += 100 + machine;
    clock.learn(1_000_100 + server, local, local + 1);
    local += 1;
    expect(Math.abs(clock.now() - (1_000_100 + server))).toBeLessThanOrEqual(1);
  });

  it("goes on between two answers, and does not run away", async () => {
    const opened = await openRedis(redis.fresh());
    const first = opened.clock();
    await pause(60);
    const later = opened.clock();
    expect(later - first).toBeGreaterThanOrEqual(55);
    expect(Math.abs(later - Date.now())).toBeLessThan(100);
    await opened.close();
  });

  it.each([HOUR, -HOUR])("does not care that this machine is %s ms off", async (shift) => {
    const opened = await openRedis(redis.fresh(), { local: () => Date.now() + shift });
    expect(Math.abs(opened.clock() - Date.now())).toBeLessThan(100);
    await opened.close();
  });
});

describe("a clock that jumps by an hour between two answers", () => {
  it.each([HOUR, -HOUR])("lets nothing in too late and nothing out too early (%s ms)", async (jump) => {
    let shift = 0;
    const opened = await openRedis(redis.fresh(), { local: () => performance.now() + shift });
    const { store, clock } = opened;
    const due = clock() + 150;
    await store.commit(raise(ID, { look: due }));
    shift = jump;
    expect(Math.abs(clock() - Date.now())).toBeGreaterThan(HOUR / 2);
    // Windows are held against the server's time, not the estimate.
    expect(await store.commit(raise("chk_too_early", { from: due }))).toMatchObject({ why: "early" });
    expect(Math.abs(clock() - Date.now())).toBeLessThan(100);
    shift = 0;
    expect((await store.due(10, 1_000)).work).toEqual([]);
    await pause(due - Date.now() + 20);
    shift = jump;
    expect((await store.due(10, 1_000)).work).toHaveLength(1);
    expect(await store.commit(raise("chk_too_late", { until: due }))).toMatchObject({ why: "late" });
    await opened.close();
  });
});

/** What a replica in its own process, with the wall clock of its machine off by `shift`, finds under ID. */
async function readBy(url: string, shift: number): Promise<unknown> {
  const script = fileURLToPath(new URL("../../races/shifted.ts", import.meta.url));
  const child = fork(script, [url, ID, String(shift)], { execArgv: [] });
  const [found] = await Promise.race([once(child, "message"), once(child, "exit").then(() => ["it ended"])]);
  return found;
}

describe("a pending record", () => {
  it("is there for a replica whose wall clock is an hour ahead, and afterwards for all others", async () => {
    const url = redis.fresh();
    const opened = await openRedis(url);
    await opened.store.commit(raise(ID));
    await opened.shelf.set("session", "value", 60_000);
    expect(await readBy(url, HOUR)).toEqual({ record: ID, shelf: "value" });
    expect((await opened.store.read(ID))?.record.id).toBe(ID);
    expect(await opened.shelf.get("session")).toBe("value");
    await opened.close();
  });

  it("that said when it expires would be deleted by that replica, which is why none does", async () => {
    const url = redis.fresh();
    const opened = await openRedis(url);
    const keyv = createKeyv(url, { namespace: NAMESPACE });
    await keyv.set(recordKey(ID), raise(ID).writes[0]?.record, HOUR / 2);
    expect((await opened.store.read(ID))?.record.id).toBe(ID);
    expect(await readBy(url, HOUR)).toEqual({ record: null, shelf: null });
    expect(await opened.store.read(ID)).toBeUndefined();
    await keyv.disconnect();
    await opened.close();
  });
});

describe("a fence", () => {
  it("keeps a former holder from ending what another works on; without it, the work would be lost", async () => {
    const outcome = async (isSound: boolean) => {
      const opened = await openRedis(redis.fresh());
      const store = isSound ? opened.store : withoutFence(opened.store);
      await store.commit(raise(ID, { outbox: [show(ID)] }));
      const [former] = (await store.due(1, 1)).work;
      await pause(5);
      const [holder] = (await store.due(1, 1)).work;
      if (former === undefined || holder === undefined) throw new Error("nothing was due");
      const mine = await store.done(former, { type: "finished" });
      await pause(5);
      // The holder dies; somebody has to take over.
      const left = (await store.due(1, 1_000)).work.length;
      await opened.close();
      return { mine, left };
    };
    expect(await outcome(true)).toEqual({ mine: false, left: 1 });
    expect(await outcome(false)).toEqual({ mine: true, left: 0 });
  });
});
