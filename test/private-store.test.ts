/** What agents want back untouched is in the store, and the store does not know it. */
import { describe, expect, test } from "vitest";
import { openMemory } from "../adapters/stores/memory/index.ts";
import type { Checkpoint } from "../src/checkpoint.ts";
import { open, seal } from "../src/cipher.ts";
import type { Json } from "../src/json.ts";
import { deriveKeys } from "../src/keys.ts";
import { privateShelf, privateStore } from "../src/private-store.ts";
import { checkpoint } from "./make.ts";

const { cipher: key } = deriveKeys(Buffer.alloc(32, 7));
const other = deriveKeys(Buffer.alloc(32, 8)).cipher;
const url = "https://agent.example.com/decided?token=hunter2";
const callback = { url, endpoint: "https://agent.example.com", state: "idle", attempts: 0 } as const;
const door = { protocol: "crewai", connection: "crew", thread: "t", id: "1", carry: { resume: "hunter2" } } as const;

function write(record: Checkpoint) {
  const operation = { id: `raise:${record.id}`, hash: "", answer: "" };
  const sight = { decide: [], see: [] };
  return { operation, writes: [{ record, expect: 0, look: null, outbox: [], entries: [], sight }] };
}

async function stored(over: Partial<Checkpoint>) {
  const { store } = openMemory();
  const record = checkpoint(over);
  await privateStore(store, key).commit(write(record));
  return { store, record, raw: (await store.read(record.id))?.record as Checkpoint };
}

describe("a store that is never told", () => {
  test.each<[string, Json]>([
    ["an object", { token: "hunter2", deep: [1, null, "ü"] }],
    ["a text", "hunter2"],
    ["a text that looks sealed", "hitl1.hunter2"],
    ["a number", 7],
    ["nothing", null],
  ])("gives back %s as it came, and holds nothing of it", async (_, state) => {
    const { store, record, raw } = await stored({ state, callback, door });
    expect(JSON.stringify(raw)).not.toContain("hunter2");
    const opened = privateStore(store, key);
    expect((await opened.read(record.id))?.record).toEqual(record);
    expect((await opened.list({ limit: 10 })).items).toEqual([record]);
    expect([raw.callback?.endpoint, raw.door?.id, raw.payload]).toEqual([callback.endpoint, "1", record.payload]);
  });

  test("seals the same anew at each write", async () => {
    const texts = await Promise.all([1, 2].map(async () => (await stored({ state: "hunter2" })).raw.state));
    expect(texts[0]).not.toBe(texts[1]);
  });

  test("reads what was written before there were seals", async () => {
    const { store } = openMemory();
    const record = checkpoint({ state: { step: 7 }, callback });
    await store.commit(write(record));
    expect((await privateStore(store, key).read(record.id))?.record).toEqual(record);
  });

  test("refuses what was moved from another checkpoint, or changed, or sealed with another secret", async () => {
    const { store, raw } = await stored({ state: "hunter2" });
    await store.commit(write({ ...raw, id: "chk_another_one" }));
    await expect(privateStore(store, key).read("chk_another_one")).rejects.toThrow("chk_another_one state");
    await expect(privateStore(store, other).read(raw.id)).rejects.toThrow("another HITL_SECRET");
    const sealed = String(raw.state);
    const changed = `${sealed.slice(0, -2)}${sealed.endsWith("AA") ? "BB" : "AA"}`;
    expect(() => open(changed, `${raw.id} state`, key)).toThrow("changed by hand");
    expect(() => open("hitl1.abc", "x", key)).toThrow();
  });
});

test("a shelf gives back what was put on it, and holds nothing of it", async () => {
  const { shelf } = openMemory();
  const own = privateShelf(shelf, key);
  await own.set("webhook:1", "hunter2");
  expect([await own.add("webhook:1", "no"), await own.add("webhook:2", "hunter2")]).toEqual([false, true]);
  await shelf.set("old", "as it was");
  expect(await Promise.all(["webhook:1", "webhook:2", "old", "none"].map((name) => own.get(name)))).toEqual([
    ...["hunter2", "hunter2", "as it was"],
    undefined,
  ]);
  expect(`${await shelf.get("webhook:1")}${await shelf.get("webhook:2")}`).not.toContain("hunter2");
  expect([await own.take("webhook:1"), await own.take("webhook:1")]).toEqual(["hunter2", undefined]);
});

test("a text of any characters is opened as it was sealed", () => {
  for (const text of ["", "ü€😀", "x".repeat(20_000)]) expect(open(seal(text, "a", key), "a", key)).toBe(text);
});
