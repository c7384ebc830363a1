/** What an operator reads while the store is away, or full. */
import { describe, expect, test } from "vitest";
import { openMemory } from "../adapters/stores/memory/index.ts";
import { watchStore } from "../src/outage.ts";
import { type Shelf, type Store, StoreUnavailable } from "../src/ports.ts";
import { office } from "./office.ts";

const FULL = "The store is out of reach: the disk is full.";

/** A store that can be read, or only written, or neither; and what is logged of it. */
function place() {
  const opened = openMemory();
  const broken: { reads: boolean; writes: boolean } = { reads: false, writes: false };
  const lines: string[] = [];
  const unless = <T>(isBroken: boolean, work: () => Promise<T>): Promise<T> =>
    isBroken ? Promise.reject(new StoreUnavailable("out of reach", { reason: "the disk is full" })) : work();
  const store: Store = {
    commit: (change) => unless(broken.writes, () => opened.store.commit(change)),
    read: (id, operation) => unless(broken.reads, () => opened.store.read(id, operation)),
    list: (query) => unless(broken.reads, () => opened.store.list(query)),
    log: (query, signal) => opened.store.log(query, signal),
    due: (limit, lease, only) => unless(broken.reads, () => opened.store.due(limit, lease, only)),
    done: (work, result) => unless(broken.writes, () => opened.store.done(work, result)),
  };
  const shelf: Pick<Shelf, "set"> = {
    set: (key, value, ttl) => unless(broken.writes, () => opened.shelf.set(key, value, ttl)),
  };
  const note = (...said: unknown[]) => lines.push(String(said.at(-1)));
  const outage = watchStore(store, shelf, { error: note, info: note } as never);
  const { raise } = office({ ...opened, store: outage.store });
  return { broken, lines, outage, raise: () => raise({ kind: "confirm", payload: { summary: "Publish it" } }) };
}

describe("a store that keeps nothing", () => {
  test("is told of once, however much fails over it, and once when it keeps things again", async () => {
    const { broken, lines, outage, raise } = place();
    await raise();
    expect([outage.why(), lines]).toEqual([null, []]);
    broken.writes = true;
    for (let time = 0; time < 20; time += 1) await expect(raise()).rejects.toThrow(StoreUnavailable);
    await outage.store.due(10, 1_000, "looks");
    expect(outage.why()).toBe(FULL);
    expect(lines).toEqual(["the store keeps nothing: no decision can be recorded; trying again"]);
    expect([outage.isKnown(new StoreUnavailable("x")), outage.isKnown(new Error("x"))]).toEqual([true, false]);
    broken.writes = false;
    await raise();
    expect(outage.why()).toBeNull();
    expect(lines.at(-1)).toBe("the store answers again, and keeps what it is given");
    expect(outage.isKnown(new StoreUnavailable("x"))).toBe(false);
  });

  test("is found to keep things again by itself, also while nobody decides anything", async () => {
    const { broken, lines, outage, raise } = place();
    broken.writes = true;
    await expect(raise()).rejects.toThrow(StoreUnavailable);
    broken.writes = false;
    await outage.store.due(10, 1_000, "looks");
    await expect.poll(() => outage.why()).toBeNull();
    expect(lines).toHaveLength(2);
  });
});

test("a store that is full is told of once, also while what is due cannot be claimed and everything else can be read", async () => {
  const { broken, lines, outage } = place();
  broken.writes = true;
  for (let second = 0; second < 5; second += 1) {
    broken.reads = true;
    await expect(outage.store.due(64, 1_000)).rejects.toThrow(StoreUnavailable);
    broken.reads = false;
    await outage.store.due(64, 1_000, "looks");
    await outage.store.read("chk_none_1");
    expect(outage.why()).toBe(FULL);
  }
  expect(lines).toEqual(["the store is away; trying again"]);
});

test("a store that does not answer at all is told of when it can be read no more, and when it can again", async () => {
  const { broken, lines, outage } = place();
  broken.reads = true;
  for (let time = 0; time < 20; time += 1) await expect(outage.store.due(10, 1_000)).rejects.toThrow(StoreUnavailable);
  expect(lines).toEqual(["the store is away; trying again"]);
  broken.reads = false;
  await outage.store.due(10, 1_000);
  expect(lines.at(-1)).toBe("the store answers again, and keeps what it is given");
});
