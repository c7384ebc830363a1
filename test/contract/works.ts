/** Work: claimed by one at a time for as long as its lease lasts, at least once, and never finished by a former holder. */
import { describe, expect, it, test } from "vitest";
import type { Checkpoint } from "../../src/checkpoint.ts";
import type { Store, Work } from "../../src/ports.ts";
import { advance, type Over, raise, resolve, show } from "./changes.ts";
import type { Options, Stores } from "./open.ts";

const ID = "chk_0000000001";
const OTHER = "chk_0000000002";
const LONG = 60_000;
const SHORT = 20;
const FINISHED = { type: "finished" } as const;

async function raised(store: Store, over: Over, id = ID): Promise<Checkpoint> {
  const change = raise(id, over);
  await store.commit(change);
  return (await store.read(id))?.record as Checkpoint;
}

/** The one piece of work that is due. */
async function claimOne(store: Store, lease = LONG): Promise<Work> {
  const { work } = await store.due(10, lease);
  expect(work).toHaveLength(1);
  return work[0] as Work;
}

async function claimed(store: Store, lease = LONG) {
  return (await store.due(10, lease)).work.map(({ task }) => task);
}

export function works({ fresh, pair }: Stores, advanceClock: Options["advance"]): void {
  describe("errands", () => {
    it("are due at once, and handed out as they were written", async () => {
      const { store, clock } = await fresh();
      const before = clock();
      const call = { do: "call", key: `call:${ID}`, id: ID } as const;
      await raised(store, { outbox: [show(ID), call] });
      const { work } = await store.due(10, LONG);
      expect(work.map(({ task }) => task).sort((a, b) => (a.key < b.key ? -1 : 1))).toEqual([call, show(ID)]);
      for (const { due, attempt } of work) {
        expect(due).toBeGreaterThanOrEqual(before);
        expect(due).toBeLessThanOrEqual(clock());
        expect(attempt).toBe(1);
      }
    });

    it("wait while somebody asks for looks only, however many are due before", async () => {
      const { store, clock } = await fresh();
      await raised(store, { outbox: Array.from({ length: 12 }, (_, index) => show(ID, `C${index}`)), look: null });
      await raised(store, { look: clock() }, OTHER);
      expect((await store.due(5, LONG, "looks")).work.map(({ task }) => task)).toEqual([
        { do: "look", key: `look:${OTHER}`, id: OTHER },
      ]);
      expect((await store.due(5, LONG, "looks")).work).toEqual([]);
      expect((await store.due(20, LONG)).work).toHaveLength(12);
    });

    it("are nobody else's while their lease lasts", async () => {
      const { store } = await fresh();
      await raised(store, { outbox: [show(ID)] });
      await claimOne(store);
      expect((await store.due(10, LONG)).work).toEqual([]);
    });

    it("go to one of those who ask at the same time", async () => {
      const { store } = await fresh();
      const outbox = Array.from({ length: 30 }, (_, index) => show(ID, `C${index}`));
      await raised(store, { outbox });
      const shares = await Promise.all(Array.from({ length: 6 }, () => store.due(10, LONG)));
      const keys = shares.flatMap(({ work }) => work.map(({ task }) => task.key));
      expect(keys).toHaveLength(30);
      expect(new Set(keys)).toEqual(new Set(outbox.map(({ key }) => key)));
    });

    it("come back, counted, when their lease has passed", async () => {
      const { store } = await fresh();
      await raised(store, { outbox: [show(ID)] });
      const first = await claimOne(store, SHORT);
      await advanceClock(SHORT + 1);
      const second = await claimOne(store);
      expect(second.attempt).toBe(2);
      expect(second.fence).toBeGreaterThan(first.fence);
    });

    it("are gone once they are done", async () => {
      const { store } = await fresh();
      await raised(store, { outbox: [show(ID)] });
      const work = await claimOne(store, SHORT);
      expect(await store.done(work, FINISHED)).toBe(true);
      await advanceClock(SHORT + 1);
      expect(await store.due(10, LONG)).toEqual({ work: [], next: null });
      expect(await store.done(work, FINISHED)).toBe(false);
    });

    it("may be done late, as long as nobody took them over", async () => {
      const { store } = await fresh();
      await raised(store, { outbox: [show(ID)] });
      const work = await claimOne(store, SHORT);
      await advanceClock(SHORT + 1);
      expect(await store.done(work, FINISHED)).toBe(true);
      expect(await claimed(store)).toEqual([]);
    });

    it("are not done by one whose lease was taken over", async () => {
      const { store } = await fresh();
      await raised(store, { outbox: [show(ID)] });
      const former = await claimOne(store, SHORT);
      await advanceClock(SHORT + 1);
      const holder = await claimOne(store);
      expect(await store.done(former, FINISHED)).toBe(false);
      expect(await store.done(former, { type: "again", at: 0 })).toBe(false);
      expect(await claimed(store)).toEqual([]);
      expect(await store.done(holder, FINISHED)).toBe(true);
    });

    it("are put off until the time that their holder says, keeping count", async () => {
      const { store, clock } = await fresh();
      await raised(store, { outbox: [show(ID)] });
      const at = clock() + SHORT;
      const work = await claimOne(store);
      expect(await store.done(work, { type: "again", at })).toBe(true);
      expect(await store.done(work, FINISHED)).toBe(false);
      await advanceClock(SHORT + 1);
      const again = await claimOne(store);
      expect(again).toMatchObject({ due: at, attempt: 2, task: show(ID) });
    });

    it("are renewed by a later commit: due now, counted from the start, their former holder too late", async () => {
      const { store } = await fresh();
      const first = await raised(store, { outbox: [show(ID)] });
      const former = await claimOne(store);
      await store.commit(advance(first, { outbox: [show(ID)] }));
      expect(await store.done(former, FINISHED)).toBe(false);
      const renewed = await claimOne(store);
      expect(renewed.attempt).toBe(1);
      expect(renewed.fence).toBeGreaterThan(former.fence);
      expect(await store.done(renewed, FINISHED)).toBe(true);
    });

    it("are not done by a holder of long ago, after they were finished and came anew", async () => {
      const { store } = await fresh();
      const first = await raised(store, { outbox: [show(ID)] });
      const former = await claimOne(store, SHORT);
      await advanceClock(SHORT + 1);
      await store.done(await claimOne(store), FINISHED);
      await store.commit(advance(first, { outbox: [show(ID)] }));
      expect(await store.done(former, FINISHED)).toBe(false);
      const anew = await claimOne(store);
      expect(await store.done(former, FINISHED)).toBe(false);
      expect(await store.done(anew, FINISHED)).toBe(true);
    });

    it("are due only after the time that they say", async () => {
      const { store, clock } = await fresh();
      const before = clock();
      await raised(store, { outbox: [{ ...show(ID), after: SHORT }] });
      const { work, next } = await store.due(10, LONG);
      expect(work).toEqual([]);
      expect(next).toBeGreaterThanOrEqual(before + SHORT);
      expect(next).toBeLessThanOrEqual(clock() + SHORT);
      await advanceClock(SHORT + 1);
      expect(await claimOne(store)).toMatchObject({ due: next, attempt: 1, task: show(ID) });
    });

    it("that are to be kept leave one that is there as it is, with its time and its holder", async () => {
      const { store } = await fresh();
      const probe = (endpoint: string) =>
        ({ do: "probe", key: "probe:https://a", id: ID, endpoint, after: SHORT, keep: true }) as const;
      const first = await raised(store, { outbox: [probe("https://a")] });
      await advanceClock(SHORT + 1);
      const work = await claimOne(store);
      expect(work.task).toMatchObject({ do: "probe", endpoint: "https://a" });
      const second = advance(first, { outbox: [probe("https://other")] });
      await store.commit(second);
      expect((await store.due(10, LONG)).work).toEqual([]);
      expect(await store.done(work, FINISHED)).toBe(true);
      await store.commit(advance(second.writes[0]?.record ?? first, { outbox: [probe("https://b")] }));
      await advanceClock(SHORT + 1);
      expect((await claimOne(store)).task).toMatchObject({ endpoint: "https://b" });
    });

    it("stay as they are when a commit does not mention them", async () => {
      const { store } = await fresh();
      const first = await raised(store, { outbox: [show(ID)] });
      const work = await claimOne(store);
      await store.commit(advance(first));
      expect(await store.done(work, FINISHED)).toBe(true);
    });
  });

  describe("the agenda", () => {
    const look = (id: string) => ({ do: "look", key: `look:${id}`, id });

    it("has a checkpoint looked at when its time has come, not before", async () => {
      const { store, clock } = await fresh();
      const at = clock() + SHORT;
      await raised(store, { look: at });
      await raised(store, { look: clock() + LONG }, OTHER);
      await advanceClock(SHORT);
      expect(await claimOne(store)).toMatchObject({ task: look(ID), due: at, attempt: 1 });
    });

    it("says when there is something to do next, so that nobody has to ask in between", async () => {
      const { store, clock } = await fresh();
      const now = clock();
      expect(await store.due(10, LONG)).toEqual({ work: [], next: null });
      await raised(store, { look: now + 2 * LONG });
      await raised(store, { look: now + LONG }, OTHER);
      expect(await store.due(10, LONG)).toEqual({ work: [], next: now + LONG });
    });

    it("counts the lease of what is being worked on as next", async () => {
      const { store, clock } = await fresh();
      await raised(store, { outbox: [show(ID)] });
      const before = clock();
      const { next } = await store.due(10, LONG);
      expect(next).toBeGreaterThanOrEqual(before + LONG);
      expect(next).toBeLessThanOrEqual(clock() + LONG);
    });

    it("is moved by each commit, and its former holder is too late", async () => {
      const { store, clock } = await fresh();
      const later = clock() + LONG;
      const first = await raised(store, { look: 1 });
      const work = await claimOne(store);
      expect(work).toMatchObject({ task: look(ID), due: 1 });
      await store.commit(advance(first, { look: later }));
      expect(await store.done(work, FINISHED)).toBe(false);
      expect(await store.due(10, LONG)).toEqual({ work: [], next: later });
    });

    it("is empty once a checkpoint has ended", async () => {
      const { store } = await fresh();
      const first = await raised(store, { look: 1 });
      await store.commit(resolve(first, "bob", "proceed", { look: null }));
      expect(await store.due(10, LONG)).toEqual({ work: [], next: null });
    });

    it("stays as it was when a change is refused", async () => {
      const { store } = await fresh();
      const first = await raised(store, { look: 1 });
      await store.commit(advance(first, { look: 2 }));
      await store.commit(resolve(first, "bob", "proceed", { look: null, outbox: [show(ID)] }));
      expect(await claimOne(store)).toMatchObject({ task: look(ID), due: 2 });
    });

    it("hands out the longest overdue first, no more than asked, and says that more is due", async () => {
      const { store, clock } = await fresh();
      for (const [number, at] of [30, 10, 20].entries()) await raised(store, { look: at }, `chk_000000000${number}`);
      const first = await store.due(2, LONG);
      expect(first.work.map(({ due }) => due)).toEqual([10, 20]);
      expect(first.next).toBe(30);
      const second = await store.due(2, LONG);
      expect(second.work.map(({ due }) => due)).toEqual([30]);
      expect(second.next).toBeGreaterThan(clock());
    });

    it("is leased for half a second at most, an errand for the whole lease", async () => {
      const { store } = await fresh();
      await raised(store, { look: 1, outbox: [show(ID)] });
      expect((await store.due(10, LONG)).work).toHaveLength(2);
      await advanceClock(490);
      expect(await claimed(store)).toEqual([]);
      await advanceClock(11);
      expect(await claimOne(store)).toMatchObject({ task: look(ID), attempt: 2 });
      await advanceClock(LONG - 502);
      expect(await claimed(store)).toEqual([look(ID)]);
      await advanceClock(1);
      expect(await claimed(store)).toEqual([show(ID)]);
    });

    it("is leased for less where the lease is shorter", async () => {
      const { store } = await fresh();
      await raised(store, { look: 1 });
      await claimOne(store, SHORT);
      await advanceClock(SHORT + 1);
      expect(await claimOne(store)).toMatchObject({ task: look(ID), attempt: 2 });
    });

    it("takes a time that is a fraction of a millisecond", async () => {
      const { store } = await fresh();
      await raised(store, { look: 1.5, record: { due_at: 1.5 } });
      expect(await claimOne(store)).toMatchObject({ due: 1.5 });
    });
  });

  test.skipIf(pair === undefined)(
    "of two replicas each piece of work goes to one, and back when its holder is gone",
    async () => {
      if (pair === undefined) return;
      const [one, two] = await pair();
      const outbox = Array.from({ length: 20 }, (_, index) => show(ID, `C${index}`));
      await raised(one.store, { outbox });
      const shares = await Promise.all([one.store.due(15, SHORT), two.store.due(15, SHORT)]);
      const keys = shares.flatMap(({ work }) => work.map(({ task }) => task.key));
      expect(keys).toHaveLength(20);
      expect(new Set(keys)).toEqual(new Set(outbox.map(({ key }) => key)));
      await one.close();
      await advanceClock(SHORT + 1);
      const rest = await two.store.due(100, LONG);
      expect(rest.work).toHaveLength(20);
      expect(new Set(rest.work.map(({ attempt }) => attempt))).toEqual(new Set([2]));
    },
  );
}
