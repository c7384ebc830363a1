/** One change is one step: all of it or nothing, once, and only from the revision and in the time it was made for. */
import { describe, expect, it, test } from "vitest";
import type { Checkpoint } from "../../src/checkpoint.ts";
import { type Change, type Store, StoreUnavailable } from "../../src/ports.ts";
import { checkpoint, person } from "../make.ts";
import { advance, entry, raise, resolve, show, together } from "./changes.ts";
import { collect, type Stores } from "./open.ts";

const ID = "chk_0000000001";
const OTHER = "chk_0000000002";

/** Everything that a commit may have touched. */
async function everything(store: Store) {
  return {
    records: (await store.list({ limit: 200 })).items,
    log: await collect(store.log({ after: 0 })),
    work: (await store.due(200, 0)).work.map(({ task }) => task),
  };
}

async function raised(store: Store, id = ID, over: Parameters<typeof raise>[1] = {}): Promise<Checkpoint> {
  expect(await store.commit(raise(id, over))).toMatchObject({ type: "committed" });
  const stored = await store.read(id);
  if (stored === undefined) throw new Error(`${id} was not kept`);
  return stored.record;
}

export function commits({ fresh, pair }: Stores): void {
  describe("commit", () => {
    it("keeps a new checkpoint and reads it back as it was", async () => {
      const { store } = await fresh();
      const record = checkpoint({
        id: ID,
        payload: { summary: "Grüße 👋 \u0000", list: [], nested: { a: null, b: 1.5 } },
      });
      expect(await store.commit(raise(ID, { record }))).toEqual({ type: "committed", seq: 1 });
      expect(await store.read(ID)).toEqual({ record, replay: null });
    });

    it("answers with the number of the last entry that it wrote", async () => {
      const { store } = await fresh();
      const record = checkpoint({ id: ID });
      const entries = [entry(record, "checkpoint.raised"), entry(record, "checkpoint.commented")];
      expect(await store.commit(raise(ID, { entries }))).toEqual({ type: "committed", seq: 2 });
      expect(await store.commit(raise(OTHER))).toEqual({ type: "committed", seq: 3 });
    });

    it("knows nothing of a checkpoint that was never raised", async () => {
      const { store } = await fresh();
      expect(await store.read(ID)).toBeUndefined();
      expect(await store.read(ID, "op:any")).toBeUndefined();
    });

    it("replaces a record by the next revision", async () => {
      const { store } = await fresh();
      const first = await raised(store);
      expect(await store.commit(resolve(first, "bob"))).toMatchObject({ type: "committed" });
      const now = await store.read(ID);
      expect(now?.record).toMatchObject({ status: "resolved", revision: 2, decision: { by: { person: "bob" } } });
    });

    it("refuses a change that was made from an older revision, and changes nothing", async () => {
      const { store } = await fresh();
      const first = await raised(store);
      await store.commit(resolve(first, "bob"));
      const before = await everything(store);
      const late = resolve(first, "carol", "reject", { look: 1, outbox: [show(ID)] });
      expect(await store.commit(late)).toEqual({ type: "conflict", id: ID, why: "revision" });
      expect(await everything(store)).toEqual(before);
      expect(await store.read(ID, late.operation.id)).toMatchObject({ replay: null });
    });

    it("refuses a change of a checkpoint that is not there", async () => {
      const { store } = await fresh();
      expect(await store.commit(advance(checkpoint({ id: ID })))).toEqual({
        type: "conflict",
        id: ID,
        why: "revision",
      });
      expect(await store.read(ID)).toBeUndefined();
    });

    it("refuses to raise under an id that is taken", async () => {
      const { store } = await fresh();
      await raised(store, ID, { record: { title: "first" } });
      const again = raise(ID, { record: { title: "second" }, operation: { id: "op:other" } });
      expect(await store.commit(again)).toEqual({ type: "conflict", id: ID, why: "exists" });
      expect(await store.read(ID)).toMatchObject({ record: { title: "first" } });
    });

    it("throws at a record that does not count its revision up by one", async () => {
      const { store } = await fresh();
      const first = await raised(store);
      const change = advance(first);
      const [write] = change.writes;
      if (write) write.record = { ...write.record, revision: 1 };
      await expect(store.commit(change)).rejects.toThrow(RangeError);
      expect(await store.read(ID)).toEqual({ record: first, replay: null });
    });

    it("lets one of many acts at the same time stand", async () => {
      const { store } = await fresh();
      const first = await raised(store);
      const people = Array.from({ length: 20 }, (_, index) => `person${index}`);
      const answers = await Promise.all(people.map((who) => store.commit(resolve(first, who))));
      const winners = people.filter((_, index) => answers[index]?.type === "committed");
      expect(winners).toHaveLength(1);
      expect(answers.filter(({ type }) => type === "conflict")).toHaveLength(19);
      expect((await store.read(ID))?.record.decision?.by).toEqual(person(winners[0] ?? ""));
      expect(await collect(store.log({ id: ID, after: 0 }))).toHaveLength(2);
    });

    it("shares nothing with those who hand in or are handed out", async () => {
      const { store } = await fresh();
      const change = raise(ID, { record: { title: "as raised", approvers: ["group:sre"] } });
      const kept = structuredClone(change.writes[0]?.record);
      const committed = store.commit(change);
      const [write] = change.writes;
      if (write) {
        write.record.title = "changed afterwards";
        write.sight.decide.push("anyone");
        write.entries.pop();
      }
      await committed;
      const out = await store.read(ID);
      expect(out?.record).toEqual(kept);
      if (out) out.record.title = "changed by a reader";
      expect((await store.read(ID))?.record).toEqual(kept);
      expect((await store.list({ decide: ["anyone"], limit: 10 })).items).toEqual([]);
      expect(await collect(store.log({ after: 0 }))).toHaveLength(1);
    });
  });

  describe("a change of two records", () => {
    const superseding = (previous: Checkpoint): Change =>
      together(
        "op:raise:round2",
        advance(previous, { record: { status: "withdrawn" }, look: null, outbox: [show(ID)] }),
        raise(OTHER, { record: { previous: ID, round: 2 }, outbox: [show(OTHER)] }),
      );

    it("carries both out", async () => {
      const { store } = await fresh();
      const first = await raised(store, ID, { look: 5 });
      expect(await store.commit(superseding(first))).toEqual({ type: "committed", seq: 3 });
      expect(await store.read(ID)).toMatchObject({ record: { status: "withdrawn", revision: 2 } });
      expect(await store.read(OTHER)).toMatchObject({ record: { status: "pending", round: 2 } });
      expect((await everything(store)).work).toEqual([show(ID), show(OTHER)]);
    });

    it.each([
      ["the first conflicts", ID],
      ["the second conflicts", OTHER],
    ])("carries neither out when %s", async (_, conflicting) => {
      const { store } = await fresh();
      const first = await raised(store, ID, { look: 5 });
      if (conflicting === ID) await store.commit(advance(first));
      else await store.commit(raise(OTHER, { record: { title: "in the way" } }));
      const before = await everything(store);
      const why = conflicting === ID ? "revision" : "exists";
      expect(await store.commit(superseding(first))).toEqual({ type: "conflict", id: conflicting, why });
      expect(await everything(store)).toEqual(before);
    });

    it("carries neither out when the second cannot be written, and takes no neighbour along", async () => {
      const { store } = await fresh();
      const first = await raised(store, ID, { look: 5 });
      const change = superseding(first);
      const last = change.writes[1]?.entries[0];
      // No JSON has this; it stands for whatever makes a store give up in the middle.
      if (last) Object.assign(last.data, { broken: 1n });
      const neighbour = store.commit(raise("chk_neighbour"));
      await expect(store.commit(change)).rejects.toThrow(TypeError);
      expect(await neighbour).toEqual({ type: "committed", seq: 2 });
      expect(await store.read(ID, change.operation.id)).toEqual({ record: first, replay: null });
      expect(await store.read(OTHER)).toBeUndefined();
      expect(await collect(store.log({ after: 0 }))).toHaveLength(2);
    });
  });

  describe("the same operation again", () => {
    it("gets the first answer and does nothing", async () => {
      const { store } = await fresh();
      const first = await raised(store);
      const act = resolve(first, "bob", "proceed", { operation: { id: "op:k1", hash: "h1", answer: '{"n":1}' } });
      await store.commit(act);
      const before = await everything(store);
      expect(await store.commit(act)).toEqual({
        type: "replayed",
        operation: { id: "op:k1", hash: "h1", answer: '{"n":1}' },
      });
      expect(await everything(store)).toEqual(before);
    });

    it("gets the first answer also with another request, whose hash tells them apart", async () => {
      const { store } = await fresh();
      await store.commit(raise(ID, { operation: { id: "op:k1", hash: "h1", answer: "first" } }));
      const other = raise(OTHER, { operation: { id: "op:k1", hash: "h2", answer: "second" } });
      expect(await store.commit(other)).toEqual({
        type: "replayed",
        operation: { id: "op:k1", hash: "h1", answer: "first" },
      });
      expect(await store.read(OTHER)).toBeUndefined();
    });

    it("gets the first answer when both are on their way at once", async () => {
      const { store } = await fresh();
      const change = raise(ID);
      const answers = await Promise.all([store.commit(change), store.commit(change)]);
      expect(answers.map(({ type }) => type)).toEqual(["committed", "replayed"]);
    });

    it("gets the first answer before its revision or time is looked at", async () => {
      const { store, clock } = await fresh();
      const change = raise(ID, { until: clock() + 60_000 });
      await store.commit(change);
      const [write] = change.writes;
      if (write) write.until = clock() - 1;
      expect(await store.commit(change)).toMatchObject({ type: "replayed" });
    });

    it("is known to a reader of the record", async () => {
      const { store } = await fresh();
      await store.commit(raise(ID, { operation: { id: "op:k1", hash: "h1", answer: "first" } }));
      expect((await store.read(ID, "op:k1"))?.replay).toEqual({ id: "op:k1", hash: "h1", answer: "first" });
      expect((await store.read(ID, "op:k2"))?.replay).toBeNull();
      expect((await store.read(ID))?.replay).toBeNull();
    });

    it("is free to try after a conflict", async () => {
      const { store } = await fresh();
      const first = await raised(store);
      await store.commit(advance(first, { operation: { id: "op:other" } }));
      const operation = { id: "op:k1", hash: "h1", answer: "yes" };
      expect(await store.commit(resolve(first, "bob", "proceed", { operation }))).toMatchObject({ type: "conflict" });
      const second = (await store.read(ID))?.record ?? first;
      expect(await store.commit(resolve(second, "bob", "proceed", { operation }))).toMatchObject({ type: "committed" });
    });
  });

  describe("a change with a window", () => {
    it("stands from its first moment on", async () => {
      const { store, clock } = await fresh();
      const now = clock();
      expect(await store.commit(raise(ID, { from: now + 60_000 }))).toEqual({ type: "conflict", id: ID, why: "early" });
      expect(await store.read(ID)).toBeUndefined();
      expect(await store.commit(raise(ID, { from: now }))).toMatchObject({ type: "committed" });
    });

    it("no longer stands at its end, which is how a click at the due time comes too late", async () => {
      const { store, clock } = await fresh();
      const now = clock();
      expect(await store.commit(raise(ID, { until: now }))).toEqual({ type: "conflict", id: ID, why: "late" });
      expect(await store.commit(raise(ID, { until: now + 60_000 }))).toMatchObject({ type: "committed" });
    });

    it("is told that it is late before it is told that somebody else was first", async () => {
      const { store, clock } = await fresh();
      const first = await raised(store);
      await store.commit(advance(first));
      const late = resolve(first, "bob", "proceed", { until: clock() });
      expect(await store.commit(late)).toEqual({ type: "conflict", id: ID, why: "late" });
    });

    it("falls as a whole when one of its two records is outside its own", async () => {
      const { store, clock } = await fresh();
      const change = together("op:two", raise(ID), raise(OTHER, { until: clock() }));
      expect(await store.commit(change)).toEqual({ type: "conflict", id: OTHER, why: "late" });
      expect(await store.read(ID)).toBeUndefined();
    });
  });

  test("a closed store throws instead of answering that there is nothing", async () => {
    const { store, shelf, close } = await fresh();
    await store.commit(raise(ID));
    await close();
    await expect(store.read(ID)).rejects.toThrow(StoreUnavailable);
    await expect(store.commit(raise(OTHER))).rejects.toThrow(StoreUnavailable);
    await expect(store.list({ limit: 1 })).rejects.toThrow(StoreUnavailable);
    await expect(store.due(1, 1)).rejects.toThrow(StoreUnavailable);
    await expect(collect(store.log({ after: 0 }))).rejects.toThrow(StoreUnavailable);
    await expect(shelf.get("key")).rejects.toThrow(StoreUnavailable);
    await expect(shelf.take("key")).rejects.toThrow(StoreUnavailable);
  });

  test.skipIf(pair === undefined)(
    "of two replicas that act from the same revision one wins and the other sees it",
    async () => {
      if (pair === undefined) return;
      const [one, two] = await pair();
      const first = await raised(one.store);
      const answers = await Promise.all([
        one.store.commit(resolve(first, "bob")),
        two.store.commit(resolve(first, "carol", "reject")),
      ]);
      expect(answers.map(({ type }) => type).sort()).toEqual(["committed", "conflict"]);
      const winner = answers[0].type === "committed" ? "bob" : "carol";
      for (const { store } of [one, two])
        expect((await store.read(ID))?.record.decision?.by).toMatchObject({ person: winner });
    },
  );

  test.skipIf(pair === undefined)("an operation of one replica is a repeat on the other", async () => {
    if (pair === undefined) return;
    const [one, two] = await pair();
    const change = raise(ID);
    await one.store.commit(change);
    expect(await two.store.commit(change)).toMatchObject({ type: "replayed" });
  });
}
