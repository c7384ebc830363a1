/** The log: every entry once, in order, without gaps; read to the head or followed beyond it. */
import { describe, expect, it, test } from "vitest";
import type { Logged, LogQuery, Store } from "../../src/ports.ts";
import { checkpoint } from "../make.ts";
import { advance, entry, raise, together } from "./changes.ts";
import { collect, type Stores } from "./open.ts";

const id = (number: number) => `chk_${String(number).padStart(10, "0")}`;

async function seed(store: Store, from: number, to: number): Promise<void> {
  for (let number = from; number <= to; number += 1) await store.commit(raise(id(number)));
}

const seqs = (items: Logged[]) => items.map(({ seq }) => seq);
const idsOf = (items: Logged[]) => items.map((each) => each.entry.id);

/** A follower that has already looked once, so that what comes next has to wake it. */
function follow(store: Store, query: Omit<LogQuery, "follow">, signal?: AbortSignal) {
  const iterator = store.log({ ...query, follow: true }, signal)[Symbol.asyncIterator]();
  let asked: Promise<IteratorResult<Logged>> | undefined = iterator.next();
  const next = () => {
    const result = asked ?? iterator.next();
    asked = undefined;
    return result;
  };
  return {
    /** The next `count` entries. */
    async take(count: number): Promise<Logged[]> {
      const items: Logged[] = [];
      while (items.length < count) {
        const { done, value } = await next();
        if (done) throw new Error("the log ended");
        items.push(value);
      }
      return items;
    },
    /** Whether the log ends without another entry. */
    end: async () => (await next()).done === true,
    stop: () => iterator.return?.(),
  };
}

export function logs({ fresh, pair }: Stores): void {
  describe("log", () => {
    it("tells everything from the beginning, as it was written, and ends at its head", async () => {
      const { store } = await fresh();
      const record = checkpoint({ id: id(1) });
      const entries = [entry(record, "checkpoint.raised", { a: [] }), entry(record, "checkpoint.commented", { b: {} })];
      await store.commit(raise(id(1), { entries }));
      expect(await collect(store.log({ after: 0 }))).toEqual([
        { seq: 1, entry: entries[0] },
        { seq: 2, entry: entries[1] },
      ]);
    });

    it("is empty while nothing was written", async () => {
      const { store } = await fresh();
      expect(await collect(store.log({ after: 0 }))).toEqual([]);
    });

    it("counts without gaps, over conflicts, repeats and changes of several entries", async () => {
      const { store } = await fresh();
      await seed(store, 1, 3);
      await store.commit(raise(id(1), { operation: { id: "op:conflict" } }));
      await store.commit(raise(id(2)));
      await store.commit(together("op:two", raise(id(4)), raise(id(5))));
      await seed(store, 6, 6);
      const all = await collect(store.log({ after: 0 }));
      expect(seqs(all)).toEqual([1, 2, 3, 4, 5, 6]);
      expect(idsOf(all)).toEqual([id(1), id(2), id(3), id(4), id(5), id(6)]);
    });

    it("goes on behind the entry that the reader saw last", async () => {
      const { store } = await fresh();
      await seed(store, 1, 4);
      expect(seqs(await collect(store.log({ after: 2 })))).toEqual([3, 4]);
      expect(await collect(store.log({ after: 4 }))).toEqual([]);
      expect(await collect(store.log({ after: "head" }))).toEqual([]);
    });

    it("tells of one checkpoint only, with the numbers of the whole", async () => {
      const { store } = await fresh();
      const record = checkpoint({ id: id(2) });
      await seed(store, 1, 1);
      await store.commit(
        raise(id(2), { entries: [entry(record, "checkpoint.raised"), entry(record, "checkpoint.voted")] }),
      );
      await seed(store, 3, 3);
      expect(seqs(await collect(store.log({ id: id(2), after: 0 })))).toEqual([2, 3]);
      expect(seqs(await collect(store.log({ id: id(2), after: 2 })))).toEqual([3]);
      expect(await collect(store.log({ id: "chk_nobody", after: 0 }))).toEqual([]);
    });

    it("keeps its entries when retention erases what they held, of that checkpoint and of what came before", async () => {
      const { store } = await fresh();
      const [one, other] = [checkpoint({ id: id(1) }), checkpoint({ id: id(2) })];
      const first = entry(one, "checkpoint.raised", { secret: "a", list: [] });
      const second = entry(other, "checkpoint.raised", { secret: "b" });
      await store.commit(raise(id(1), { entries: [first] }));
      await store.commit(raise(id(2), { entries: [second] }));
      const last = entry(one, "checkpoint.commented", { why: "retention" });
      await store.commit(advance(one, { entries: [last], erase: true }));
      const expected = [
        { seq: 1, entry: { ...first, data: {} } },
        { seq: 2, entry: second },
        { seq: 3, entry: last },
      ];
      expect(await collect(store.log({ after: 0 }))).toEqual(expected);
      expect(await collect(store.log({ id: id(1), after: 0 }))).toEqual([expected[0], expected[2]]);
    });

    it("keeps what they held when the change that erases is refused", async () => {
      const { store } = await fresh();
      const one = checkpoint({ id: id(1) });
      const first = entry(one, "checkpoint.raised", { secret: "a" });
      await store.commit(raise(id(1), { entries: [first] }));
      const refused = advance({ ...one, revision: 7 }, { erase: true });
      expect(await store.commit(refused)).toMatchObject({ type: "conflict" });
      expect(await collect(store.log({ after: 0 }))).toEqual([{ seq: 1, entry: first }]);
    });

    it("tells a long story whole", async () => {
      const { store } = await fresh();
      const record = checkpoint({ id: id(1) });
      await store.commit(
        raise(id(1), { entries: Array.from({ length: 700 }, () => entry(record, "checkpoint.commented")) }),
      );
      expect(seqs(await collect(store.log({ after: 0 })))).toEqual(
        Array.from({ length: 700 }, (_, index) => index + 1),
      );
    });
  });

  describe("following the log", () => {
    it("tells what is there, then what comes, in order and without gaps", async () => {
      const { store } = await fresh();
      await seed(store, 1, 2);
      const follower = follow(store, { after: 0 });
      expect(seqs(await follower.take(2))).toEqual([1, 2]);
      const coming = follower.take(40);
      await Promise.all(Array.from({ length: 40 }, (_, index) => store.commit(raise(id(10 + index)))));
      expect(seqs(await coming)).toEqual(Array.from({ length: 40 }, (_, index) => index + 3));
      await follower.stop();
    });

    it("misses nothing that is written while its reader is busy", async () => {
      const { store } = await fresh();
      await seed(store, 1, 1);
      const seen: number[] = [];
      for await (const { seq } of store.log({ after: 0, follow: true })) {
        seen.push(seq);
        if (seq < 5) await store.commit(raise(id(10 + seq)));
        else break;
      }
      expect(seen).toEqual([1, 2, 3, 4, 5]);
    });

    it("begins with what comes after `head`", async () => {
      const { store } = await fresh();
      await seed(store, 1, 3);
      const follower = follow(store, { after: "head" });
      await seed(store, 4, 5);
      expect(seqs(await follower.take(2))).toEqual([4, 5]);
      await follower.stop();
    });

    it("wakes those who wait for one checkpoint for that one only", async () => {
      const { store } = await fresh();
      const follower = follow(store, { id: id(7), after: 0 });
      await seed(store, 1, 9);
      const [only] = await follower.take(1);
      expect(only).toMatchObject({ seq: 7, entry: { id: id(7) } });
      await follower.stop();
    });

    it("serves many followers alike", async () => {
      const { store } = await fresh();
      const followers = Array.from({ length: 50 }, () => follow(store, { after: 0 }));
      await seed(store, 1, 3);
      for (const follower of followers) expect(seqs(await follower.take(3))).toEqual([1, 2, 3]);
      await Promise.all(followers.map((follower) => follower.stop()));
    });

    it("ends when it is aborted, while it waits and before it begins", async () => {
      const { store } = await fresh();
      const control = new AbortController();
      const ended = follow(store, { after: 0 }, control.signal).end();
      control.abort();
      expect(await ended).toBe(true);
      await seed(store, 1, 1);
      expect(await follow(store, { after: 0 }, control.signal).end()).toBe(true);
    });

    it("ends when the store is closed", async () => {
      const { store, close } = await fresh();
      await seed(store, 1, 1);
      const follower = follow(store, { after: 0 });
      await follower.take(1);
      const ended = follower.end();
      await close();
      expect(await ended).toBe(true);
    });
  });

  test.skipIf(pair === undefined)(
    "a follower hears what another replica writes, in order and without gaps",
    async () => {
      if (pair === undefined) return;
      const [one, two] = await pair();
      await seed(one.store, 1, 1);
      const all = follow(one.store, { after: 0 });
      const single = follow(one.store, { id: id(20), after: "head" });
      const coming = all.take(30);
      for (let number = 2; number <= 30; number += 1)
        await (number % 3 === 0 ? one : two).store.commit(raise(id(number)));
      expect(idsOf(await coming)).toEqual(Array.from({ length: 30 }, (_, index) => id(index + 1)));
      expect(seqs(await single.take(1))).toEqual([20]);
      await Promise.all([all.stop(), single.stop()]);
    },
  );
}
