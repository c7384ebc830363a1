import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { openMemory } from "../adapters/stores/memory/index.ts";
import { holdLease, type Lease, type LeaseParts } from "../src/lease.ts";
import type { Shelf } from "../src/ports.ts";

const TTL = 200;
/** Where somebody is to keep it: a pause of this process is shorter than what is left of it between two renewals. */
const LONG = 800;

interface Holder {
  lease: Lease;
  faults: unknown[];
  waited: number;
}

/** Who works at the moment, and the most that ever did at once. */
function floor(ttl = TTL) {
  const seen = { working: [] as string[], most: 0, turns: [] as string[] };
  const changed = new EventTarget();
  function holder(shelf: LeaseParts["shelf"], name: string, work?: LeaseParts["onHeld"]): Holder {
    const made: Holder = { faults: [], waited: 0, lease: undefined as unknown as Lease };
    made.lease = holdLease({
      ...{ shelf, key: "lease", ttl, onFault: (error) => made.faults.push(error) },
      onWaiting: () => {
        made.waited += 1;
      },
      async onHeld(signal) {
        seen.working.push(name);
        seen.turns.push(name);
        seen.most = Math.max(seen.most, seen.working.length);
        changed.dispatchEvent(new Event("change"));
        try {
          if (work !== undefined) await work(signal);
          else if (!signal.aborted) await new Promise((done) => signal.addEventListener("abort", done, { once: true }));
        } finally {
          seen.working.splice(seen.working.indexOf(name), 1);
          changed.dispatchEvent(new Event("change"));
        }
      },
    });
    onTestFinished(() => made.lease.stop());
    return made;
  }
  async function until(so: () => boolean): Promise<void> {
    while (!so()) await new Promise((done) => changed.addEventListener("change", done, { once: true }));
  }
  return { seen, holder, until };
}

test("lets one of three work at a time, and hands on at once when that one stops", async () => {
  const { shelf } = openMemory();
  const { seen, holder, until } = floor(LONG);
  const all = ["a", "b", "c"].map((name) => ({ name, ...holder(shelf, name) }));
  for (const turns of [1, 2, 3]) {
    await until(() => seen.turns.length === turns && seen.working.length === 1);
    const at = all.find(({ name }) => name === seen.working[0]);
    expect(at?.lease.isHeld()).toBe(true);
    const began = performance.now();
    await at?.lease.stop();
    if (turns < 3) await until(() => seen.turns.length === turns + 1);
    expect(performance.now() - began).toBeLessThan(LONG);
  }
  expect([...seen.turns].sort()).toEqual(["a", "b", "c"]);
  expect(seen.most).toBe(1);
});

test("keeps the lease for as long as it is worked under, many times its own length", async () => {
  const { shelf } = openMemory();
  const { seen, holder, until } = floor(LONG);
  holder(shelf, "a");
  await until(() => seen.working.length === 1);
  const other = holder(shelf, "b");
  await pause(4 * LONG);
  expect(seen.turns).toEqual(["a"]);
  expect(other.waited).toBeGreaterThanOrEqual(6);
});

test("takes over from a holder that is gone once its time is up", async () => {
  const { shelf } = openMemory();
  await shelf.set("lease", "somebody that was killed", TTL);
  const { seen, holder, until } = floor();
  const began = performance.now();
  holder(shelf, "b");
  await until(() => seen.working.length === 1);
  const waited = performance.now() - began;
  expect(waited).toBeGreaterThanOrEqual(TTL - 20);
  expect(waited).toBeLessThan(3 * TTL);
});

test("stops by its own watch before another may begin, when the store is away for one of them", async () => {
  const { shelf } = openMemory();
  const store: { away: boolean } = { away: false };
  const cut = <T>(work: () => Promise<T>) => (store.away ? Promise.reject(new Error("the store is away")) : work());
  const flaky: Shelf = {
    get: (key) => cut(() => shelf.get(key)),
    set: (key, value, ttl) => cut(() => shelf.set(key, value, ttl)),
    add: (key, value, ttl) => cut(() => shelf.add(key, value, ttl)),
    take: (key) => cut(() => shelf.take(key)),
  };
  // So long that the tenth by which it stops early outlasts a pause of this process, in which nothing stops.
  const { seen, holder, until } = floor(2_000);
  const first = holder(flaky, "a");
  await until(() => seen.working.length === 1);
  holder(shelf, "b");
  store.away = true;
  await until(() => seen.turns.length === 2);
  expect(seen.turns).toEqual(["a", "b"]);
  expect(seen.most).toBe(1);
  expect(first.faults.length).toBeGreaterThan(0);
  store.away = false;
});

test("does not write over the next holder's lease after having been frozen", async () => {
  const { shelf } = openMemory();
  const host: { frozen: boolean } = { frozen: false };
  const slow: Shelf = {
    ...shelf,
    // It still hears that the lease is its own, and wakes up when it no longer is.
    async get(key) {
      const found = await shelf.get(key);
      if (host.frozen) await pause(2 * LONG);
      return found;
    },
  };
  const { seen, holder, until } = floor(LONG);
  holder(slow, "a");
  await until(() => seen.working.length === 1);
  host.frozen = true;
  holder(shelf, "b");
  await until(() => seen.turns.length === 2);
  const theirs = await shelf.get("lease");
  await pause(3 * LONG);
  expect(await shelf.get("lease")).toBe(theirs);
  expect(seen.working).toEqual(["b"]);
});

test("gives others their turn after a work that failed, and tells of it", async () => {
  const { shelf } = openMemory();
  const { seen, holder, until } = floor();
  const first = holder(shelf, "a", () => Promise.reject(new Error("it broke")));
  await until(() => seen.turns.length === 1 && seen.working.length === 0);
  holder(shelf, "b");
  await until(() => seen.working.includes("b"));
  expect(String(first.faults[0])).toContain("it broke");
});
