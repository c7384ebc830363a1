/** Lists: newest first, filtered, seen by those who may, and paged without meeting a record twice or missing one. */
import { describe, expect, it } from "vitest";
import type { Checkpoint, Delivery } from "../../src/checkpoint.ts";
import type { Query, Store } from "../../src/ports.ts";
import { checkpoint, RAISED } from "../make.ts";
import { advance, type Over, raise, resolve } from "./changes.ts";
import type { Stores } from "./open.ts";

const id = (number: number) => `chk_${String(number).padStart(10, "0")}`;

/** Raises `count` checkpoints, each a second after the one before. */
async function seed(store: Store, count: number, over: (number: number) => Over = () => ({})): Promise<void> {
  for (let number = 1; number <= count; number += 1) {
    const { record, ...rest } = over(number);
    await store.commit(raise(id(number), { record: { created_at: RAISED + number * 1_000, ...record }, ...rest }));
  }
}

/** Every page of a query; `between` is called before each but the first. */
async function pages(store: Store, query: Query, between: () => Promise<void> = async () => {}): Promise<string[][]> {
  const all: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list(cursor === undefined ? query : { ...query, cursor });
    all.push(page.items.map((item) => item.id));
    cursor = page.next ?? undefined;
    if (cursor !== undefined) await between();
  } while (cursor !== undefined);
  return all;
}

async function ids(store: Store, query: Omit<Query, "limit">): Promise<string[]> {
  return (await store.list({ ...query, limit: 200 })).items.map((item) => item.id);
}

async function read(store: Store, number: number): Promise<Checkpoint> {
  const stored = await store.read(id(number));
  if (stored === undefined) throw new Error(`${id(number)} is missing`);
  return stored.record;
}

export function lists({ fresh }: Stores): void {
  describe("list", () => {
    it("is empty, with no further page, while there is nothing", async () => {
      const { store } = await fresh();
      expect(await store.list({ limit: 50 })).toEqual({ items: [], next: null });
    });

    it("shows the newest first, in pages of the asked size", async () => {
      const { store } = await fresh();
      await seed(store, 5);
      expect(await pages(store, { limit: 2 })).toEqual([[id(5), id(4)], [id(3), id(2)], [id(1)]]);
    });

    it("has no further page when the last one is just full", async () => {
      const { store } = await fresh();
      await seed(store, 4);
      expect(await pages(store, { limit: 2 })).toEqual([
        [id(4), id(3)],
        [id(2), id(1)],
      ]);
    });

    it("orders those of the same moment by id, across pages too", async () => {
      const { store } = await fresh();
      await seed(store, 5, () => ({ record: { created_at: RAISED } }));
      expect(await pages(store, { limit: 2 })).toEqual([[id(5), id(4)], [id(3), id(2)], [id(1)]]);
      expect(await pages(store, { limit: 2, decide: ["group:sre"] })).toEqual([
        [id(5), id(4)],
        [id(3), id(2)],
        [id(1)],
      ]);
    });

    it("hands out whole records", async () => {
      const { store } = await fresh();
      await seed(store, 1);
      expect((await store.list({ limit: 1 })).items).toEqual([await read(store, 1)]);
    });

    it("filters by status, as it is after the last commit", async () => {
      const { store } = await fresh();
      await seed(store, 4);
      await store.commit(resolve(await read(store, 2), "bob"));
      await store.commit(advance(await read(store, 3), { record: { status: "expired" } }));
      expect(await ids(store, { status: "pending" })).toEqual([id(4), id(1)]);
      expect(await ids(store, { status: "resolved" })).toEqual([id(2)]);
      expect(await ids(store, { status: "expired" })).toEqual([id(3)]);
      expect(await ids(store, { status: "withdrawn" })).toEqual([]);
    });

    it("filters by kind, agent and session, and by all of them together", async () => {
      const { store } = await fresh();
      await seed(store, 4, (number) => ({
        record: {
          kind: number % 2 === 0 ? "tool" : "confirm",
          source: number > 2 ? { agent: "ops", session: "s1" } : { agent: "fleet" },
        },
      }));
      expect(await ids(store, { kind: "tool" })).toEqual([id(4), id(2)]);
      expect(await ids(store, { agent: "fleet" })).toEqual([id(2), id(1)]);
      expect(await ids(store, { session: "s1" })).toEqual([id(4), id(3)]);
      expect(await ids(store, { session: "s2" })).toEqual([]);
      expect(await ids(store, { kind: "tool", agent: "ops", session: "s1", status: "pending" })).toEqual([id(4)]);
    });

    it("finds what came in by a door by its thread, also where the session is hidden", async () => {
      const { store } = await fresh();
      const door = { protocol: "pipeline", connection: "build", thread: "the thread", id: "chk_1" } as const;
      await seed(store, 1, () => ({ record: { source: { agent: "build", session: "[redacted 10 chars]" }, door } }));
      expect(await ids(store, { session: "the thread" })).toEqual([id(1)]);
      expect(await ids(store, { session: "[redacted 10 chars]" })).toEqual([]);
    });

    it("finds what is overdue by the time that its policy asks for, however late it falls due", async () => {
      const { store } = await fresh();
      const { policy } = checkpoint();
      const sla = [undefined, 30, 10, 30];
      const due = [RAISED + 9e9, null, RAISED + 9e9, RAISED + 5_000];
      await seed(store, 4, (number) => {
        const asked = sla[number - 1];
        const record = { created_at: RAISED + number, due_at: due[number - 1] ?? null };
        return { record: asked === undefined ? record : { ...record, policy: { ...policy, sla: asked } } };
      });
      expect(await ids(store, { dueBefore: RAISED + 12 })).toEqual([]);
      expect(await ids(store, { dueBefore: RAISED + 13 })).toEqual([id(3)]);
      expect(await ids(store, { dueBefore: RAISED + 33 })).toEqual([id(3), id(2)]);
      await store.commit(resolve(await read(store, 3), "bob"));
      expect(await ids(store, { dueBefore: RAISED + 34 })).toEqual([id(4), id(2)]);
    });

    it("finds what is overdue: due at or before a time, and still pending", async () => {
      const { store } = await fresh();
      const due = [null, RAISED + 10, RAISED + 20, RAISED + 30];
      await seed(store, 4, (number) => ({ record: { due_at: due[number - 1] ?? null } }));
      expect(await ids(store, { dueBefore: RAISED + 20 })).toEqual([id(3), id(2)]);
      await store.commit(resolve(await read(store, 2), "bob"));
      expect(await ids(store, { dueBefore: RAISED + 20 })).toEqual([id(3)]);
      expect(await ids(store, { dueBefore: RAISED + 20, status: "resolved" })).toEqual([]);
    });
  });

  describe("calls back to agents", () => {
    const called = (state: Delivery["state"], endpoint = "https://a"): Delivery => ({
      url: `${endpoint}/hook`,
      endpoint,
      state,
      attempts: 0,
    });

    it("are found by how they stand, and where they go", async () => {
      const { store } = await fresh();
      const callbacks = [called("waiting"), called("waiting", "https://b"), called("dead"), called("idle"), null];
      await seed(store, 5, (number) => ({ record: { callback: callbacks[number - 1] ?? null } }));
      expect(await ids(store, { delivery: "waiting" })).toEqual([id(2), id(1)]);
      expect(await ids(store, { delivery: "waiting", endpoint: "https://a" })).toEqual([id(1)]);
      expect(await ids(store, { delivery: "dead" })).toEqual([id(3)]);
      expect(await ids(store, { delivery: "delivered" })).toEqual([]);
      expect(await ids(store, { endpoint: "https://a" })).toEqual([id(4), id(3), id(1)]);
      expect(await pages(store, { delivery: "waiting", limit: 1 })).toEqual([[id(2)], [id(1)]]);
    });

    it("are found as they stand after the last commit, ended or not", async () => {
      const { store } = await fresh();
      await seed(store, 2, () => ({ record: { callback: called("idle") } }));
      await store.commit(resolve(await read(store, 1), "bob", "proceed", { record: { callback: called("waiting") } }));
      expect(await ids(store, { delivery: "idle" })).toEqual([id(2)]);
      expect(await ids(store, { delivery: "waiting" })).toEqual([id(1)]);
      await store.commit(advance(await read(store, 1), { record: { callback: called("delivered") } }));
      expect(await ids(store, { delivery: "waiting" })).toEqual([]);
      expect(await ids(store, { delivery: "delivered", endpoint: "https://a" })).toEqual([id(1)]);
    });
  });

  describe("what ended long ago", () => {
    it("is found by a time, the moment itself included, and never what is pending", async () => {
      const { store } = await fresh();
      await seed(store, 4);
      for (const number of [1, 2, 3])
        await store.commit(
          resolve(await read(store, number), "bob", "proceed", { record: { ended_at: RAISED + 10_000 - number } }),
        );
      expect(await ids(store, { endedBefore: RAISED + 9_998 })).toEqual([id(3), id(2)]);
      expect(await ids(store, { endedBefore: RAISED + 9_996 })).toEqual([]);
      expect(await ids(store, { endedBefore: RAISED + 99_999, status: "resolved" })).toEqual([id(3), id(2), id(1)]);
      expect(await ids(store, { endedBefore: RAISED + 99_999, status: "expired" })).toEqual([]);
      expect(await ids(store, { endedBefore: RAISED + 99_999, status: "pending" })).toEqual([]);
      expect(await pages(store, { endedBefore: RAISED + 99_999, limit: 2 })).toEqual([[id(3), id(2)], [id(1)]]);
    });
  });

  describe("sight", () => {
    it("finds what one of several references may decide, each once", async () => {
      const { store } = await fresh();
      const decide = [["person:bob"], ["group:sre", "person:bob"], ["group:ops"], ["person:carol"]];
      await seed(store, 4, (number) => ({ sight: { decide: decide[number - 1] ?? [], see: ["person:alice"] } }));
      expect(await ids(store, { decide: ["person:bob", "group:sre", "group:ops"] })).toEqual([id(3), id(2), id(1)]);
      expect(await ids(store, { decide: ["person:alice"] })).toEqual([]);
      expect(await pages(store, { decide: ["person:bob", "group:sre", "group:ops"], limit: 1 })).toEqual([
        [id(3)],
        [id(2)],
        [id(1)],
      ]);
    });

    it("orders those of the same moment by id, also when different references find them", async () => {
      const { store } = await fresh();
      await seed(store, 6, (number) => ({
        record: { created_at: RAISED },
        sight: { decide: [number % 2 === 0 ? "person:bob" : "group:sre"], see: [] },
      }));
      const query = { decide: ["group:sre", "person:bob"], limit: 4 };
      expect(await pages(store, query)).toEqual([
        [id(6), id(5), id(4), id(3)],
        [id(2), id(1)],
      ]);
    });

    it("shows what one may decide or see", async () => {
      const { store } = await fresh();
      await seed(store, 3, (number) => ({
        sight: {
          decide: number === 1 ? ["person:bob"] : ["person:carol"],
          see: number === 2 ? ["person:bob", "token:ci"] : ["token:ci"],
        },
      }));
      expect(await ids(store, { sight: ["person:bob"] })).toEqual([id(2), id(1)]);
      expect(await ids(store, { sight: ["token:ci"] })).toEqual([id(3), id(2), id(1)]);
      expect(await ids(store, { sight: ["person:dave"] })).toEqual([]);
    });

    it("shows nothing to nobody: an empty list of references is not 'all'", async () => {
      const { store } = await fresh();
      await seed(store, 2);
      expect(await store.list({ limit: 10, sight: [] })).toEqual({ items: [], next: null });
      expect(await store.list({ limit: 10, decide: [] })).toEqual({ items: [], next: null });
      expect(await store.list({ limit: 10, decide: ["group:sre"], sight: [] })).toEqual({ items: [], next: null });
    });

    it("answers what somebody else may decide only as far as the caller may see it", async () => {
      const { store } = await fresh();
      await seed(store, 3, (number) => ({
        sight: { decide: ["group:sre"], see: number === 2 ? [] : ["person:bob"] },
      }));
      expect(await ids(store, { decide: ["group:sre"], sight: ["person:bob"] })).toEqual([id(3), id(1)]);
    });

    it("follows what the last commit says, also for ended ones", async () => {
      const { store } = await fresh();
      await seed(store, 2, () => ({ sight: { decide: ["person:bob"], see: [] } }));
      await store.commit(advance(await read(store, 1), { sight: { decide: ["person:bob", "person:cfo"], see: [] } }));
      expect(await ids(store, { decide: ["person:cfo"] })).toEqual([id(1)]);
      await store.commit(
        resolve(await read(store, 1), "bob", "proceed", { sight: { decide: ["person:cfo"], see: ["person:bob"] } }),
      );
      expect(await ids(store, { decide: ["person:bob"] })).toEqual([id(2)]);
      expect(await ids(store, { sight: ["person:bob"] })).toEqual([id(2), id(1)]);
      expect(await ids(store, { sight: ["person:bob"], status: "resolved" })).toEqual([id(1)]);
      expect(await ids(store, { sight: ["person:bob"], status: "pending" })).toEqual([id(2)]);
    });

    it("goes with the other filters", async () => {
      const { store } = await fresh();
      await seed(store, 4, (number) => ({
        record: { kind: number > 2 ? "tool" : "confirm", due_at: RAISED + number },
      }));
      expect(await ids(store, { decide: ["group:sre"], kind: "tool", dueBefore: RAISED + 3 })).toEqual([id(3)]);
    });
  });

  describe("paging while records change", () => {
    it.each<[string, Omit<Query, "limit">]>([
      ["all", {}],
      ["the pending ones", { status: "pending" }],
      ["what a group may decide", { status: "pending", decide: ["group:sre"] }],
    ])("meets every record of %s that stays exactly once", async (_, query) => {
      const { store } = await fresh();
      await seed(store, 30);
      let round = 0;
      const met = await pages(store, { ...query, limit: 4 }, async () => {
        round += 1;
        // One ends on the page just read, one before it is reached, one gets a comment, and a new one comes on top.
        await store.commit(resolve(await read(store, 31 - round * 4), "bob"));
        if (round <= 3) await store.commit(resolve(await read(store, round), "bob"));
        if (round <= 3) await store.commit(advance(await read(store, 10 + round)));
        await store.commit(raise(id(100 + round), { record: { created_at: RAISED + 100_000 + round } }));
      });
      const seen = met.flat();
      expect(new Set(seen).size).toBe(seen.length);
      const stayed = query.status === undefined ? 1 : 4;
      const expected = Array.from({ length: 31 - stayed }, (__, index) => id(30 - index));
      expect(seen).toEqual(expected);
    });

    it.each(["", "garbage", "bm90IGEgY3Vyc29y", "WzEsMl0", "W10", "eyJhIjoxfQ", "WzEsImEiLDNd"])(
      "throws at %j, which no list gave, instead of starting over",
      async (cursor) => {
        const { store } = await fresh();
        await seed(store, 1);
        await expect(store.list({ limit: 10, cursor })).rejects.toThrow(/^cursor/);
        await expect(store.list({ limit: 10, cursor })).rejects.toThrow(RangeError);
      },
    );

    it("hands out cursors that fit into an address as they are", async () => {
      const { store } = await fresh();
      await seed(store, 2);
      expect((await store.list({ limit: 1 })).next).toMatch(/^[A-Za-z0-9_-]+$/);
    });
  });
}
