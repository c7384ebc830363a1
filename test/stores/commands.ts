/** What may be done to a store, in any order, each compared with what the model says. */
import fc from "fast-check";
import { expect } from "vitest";
import { type Delivery, KINDS, STATUSES } from "../../src/checkpoint.ts";
import { type Change, leaseOf, type Opened, type Query, type WorkResult, type Write } from "../../src/ports.ts";
import { entry, raise, show } from "../contract/changes.ts";
import { collect } from "../contract/open.ts";
import { RAISED } from "../make.ts";
import { commitTo, dueKeys, listed, type Model, nextDue } from "./model.ts";

/** The store under test; a restart closes it and opens it again on the same data. */
export interface Real {
  opened: Opened;
  time: { now: number };
  restart(): Promise<void>;
}

type Command = fc.AsyncCommand<Model, Real>;

const IDS = ["chk_00000001", "chk_00000002", "chk_00000003", "chk_00000004"] as const;
const REFS = ["person:bob", "group:sre", "token:ci"] as const;

interface Draft {
  index: number;
  /** 0: from the revision as it is; else so far off it. */
  off: number;
  status: (typeof STATUSES)[number];
  due: number | null;
  from: number | undefined;
  until: number | undefined;
  look: number | null;
  outbox: { number: number; after: number | undefined; keep: boolean }[];
  entries: number;
  erase: boolean;
  callback: { state: Delivery["state"]; endpoint: string } | null;
  ended: number | undefined;
  decide: string[];
  see: string[];
}

function write(model: Model, draft: Draft): Write {
  const id = IDS[draft.index] ?? IDS[0];
  const revision = model.records.get(id)?.record.revision ?? 0;
  const expected = Math.max(0, revision + draft.off);
  const [made] = raise(id, {
    record: {
      kind: draft.index === 0 ? "tool" : "confirm",
      source: draft.index < 2 ? { agent: "ops" } : { agent: "fleet", session: "s1" },
      // Two of one moment, so that ids have to decide the order.
      created_at: RAISED + (draft.index % 2),
      revision: expected + 1,
      status: draft.status,
      due_at: draft.due === null ? null : model.now + draft.due,
      ended_at: draft.ended === undefined ? null : RAISED + draft.ended,
      callback: draft.callback && { ...draft.callback, url: `${draft.callback.endpoint}/hook`, attempts: 0 },
    },
  }).writes;
  if (made === undefined) throw new Error("a raise has one write");
  return {
    ...made,
    expect: expected,
    from: draft.from === undefined ? null : model.now + draft.from,
    until: draft.until === undefined ? null : model.now + draft.until,
    look: draft.look === null ? null : model.now + draft.look,
    outbox: draft.outbox.map(({ number, after, keep }) => ({
      ...show(id, `C${number}`),
      ...(after === undefined ? {} : { after }),
      ...(keep ? { keep } : {}),
    })),
    entries: Array.from({ length: draft.entries }, (_, number) =>
      entry(made.record, "checkpoint.commented", { number, list: [] }),
    ),
    ...(draft.erase ? { erase: true } : {}),
    sight: { decide: draft.decide, see: draft.see },
  };
}

function commit(operation: number, drafts: Draft[]): Command {
  return {
    check: () => true,
    async run(model, { opened }) {
      const id = `op:${operation}`;
      const writes = drafts.map((draft) => write(model, draft));
      const change: Change = { operation: { id, hash: `h${model.operations.size}`, answer: "a" }, writes };
      expect(await opened.store.commit(change)).toEqual(commitTo(model, change));
    },
    toString: () => `commit(${operation}, ${JSON.stringify(drafts)})`,
  };
}

function read(index: number, operation: number): Command {
  return {
    check: () => true,
    async run(model, { opened }) {
      const id = IDS[index] ?? IDS[0];
      const stored = model.records.get(id);
      const replay = model.operations.get(`op:${operation}`) ?? null;
      expect(await opened.store.read(id, `op:${operation}`)).toEqual(stored && { record: stored.record, replay });
    },
    toString: () => `read(${index}, ${operation})`,
  };
}

function list(query: Query): Command {
  return {
    check: () => true,
    async run(model, { opened }) {
      const met: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await opened.store.list(cursor === null ? query : { ...query, cursor });
        expect(page.items.length).toBeLessThanOrEqual(query.limit);
        met.push(...page.items.map(({ id }) => id));
        for (const item of page.items) expect(item).toEqual(model.records.get(item.id)?.record);
        cursor = page.next;
      } while (cursor !== null);
      expect(met).toEqual(listed(model, query));
    },
    toString: () => `list(${JSON.stringify(query)})`,
  };
}

function log(index: number | null, after: number): Command {
  return {
    check: () => true,
    async run(model, { opened }) {
      const id = index === null ? undefined : (IDS[index] ?? IDS[0]);
      const expected = model.log
        .map((each, at) => ({ seq: at + 1, entry: each }))
        .filter((each) => each.seq > after && (id === undefined || each.entry.id === id));
      expect(await collect(opened.store.log(id === undefined ? { after } : { id, after }))).toEqual(expected);
    },
    toString: () => `log(${index}, ${after})`,
  };
}

function due(limit: number, lease: number): Command {
  return {
    check: () => true,
    async run(model, { opened }) {
      const { work, next } = await opened.store.due(limit, lease);
      expect(work.map(({ task }) => task.key)).toEqual(dueKeys(model).slice(0, limit));
      for (const each of work) {
        const known = model.work.get(each.task.key);
        expect(each).toMatchObject({ due: known?.due, attempt: (known?.attempt ?? 0) + 1 });
        for (const former of model.claims) expect(each.fence).toBeGreaterThan(former.fence);
        model.claims.push(each);
        const holder = model.claims.length - 1;
        model.work.set(each.task.key, { due: model.now + leaseOf(each.task, lease), attempt: each.attempt, holder });
      }
      expect(next).toBe(nextDue(model));
    },
    toString: () => `due(${limit}, ${lease})`,
  };
}

function done(pick: number, result: WorkResult["type"], later: number): Command {
  return {
    check: ({ claims }) => claims.length > 0,
    async run(model, { opened }) {
      const index = pick % model.claims.length;
      const claim = model.claims[index];
      if (claim === undefined) return;
      const known = model.work.get(claim.task.key);
      const mine = known?.holder === index;
      const at = model.now + later;
      const answer = await opened.store.done(claim, result === "finished" ? { type: result } : { type: result, at });
      expect(answer).toBe(mine);
      if (!mine) return;
      if (result === "finished") model.work.delete(claim.task.key);
      else model.work.set(claim.task.key, { due: at, attempt: known.attempt, holder: -1 });
    },
    toString: () => `done(${pick}, ${result}, ${later})`,
  };
}

function tick(ms: number): Command {
  return {
    check: () => true,
    async run(model, { time }) {
      model.now += ms;
      time.now += ms;
    },
    toString: () => `tick(${ms})`,
  };
}

function restart(): Command {
  return { check: () => true, run: (_, real) => real.restart(), toString: () => "restart" };
}

const index = fc.nat(IDS.length - 1);
const soon = fc.integer({ min: -5, max: 20 });
/** Set in one of `times`: most acts succeed, or nothing would ever be in the store. */
const rarely = <T>(times: number, value: fc.Arbitrary<T>) =>
  fc.oneof({ weight: times - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
const refs = fc.uniqueArray(fc.constantFrom(...REFS), { maxLength: 2 });

const delivery = fc.constantFrom<Delivery["state"]>("idle", "waiting", "dead");
const endpoint = fc.constantFrom("https://a", "https://b");

const draft: fc.Arbitrary<Draft> = fc.record({
  index,
  off: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: -2, max: 1 }) }),
  status: fc.constantFrom("pending", "pending", ...STATUSES),
  due: fc.option(soon),
  from: rarely(10, soon),
  until: rarely(5, soon),
  look: fc.option(soon, { freq: 1 }),
  outbox: fc.uniqueArray(fc.record({ number: fc.nat(2), after: rarely(3, fc.nat(20)), keep: fc.boolean() }), {
    maxLength: 2,
    selector: (each) => each.number,
  }),
  entries: fc.nat(3),
  erase: rarely(5, fc.constant(true)).map((erase) => erase === true),
  callback: fc.option(fc.record({ state: delivery, endpoint })),
  ended: rarely(2, fc.nat(60)),
  decide: refs,
  see: refs,
});

const query: fc.Arbitrary<Query> = fc
  .record({
    status: rarely(4, fc.constantFrom(...STATUSES)),
    kind: rarely(4, fc.constantFrom(...KINDS.filter((kind) => kind === "tool" || kind === "confirm"))),
    agent: rarely(4, fc.constantFrom("ops", "fleet")),
    session: rarely(4, fc.constant("s1")),
    dueBefore: rarely(4, fc.integer({ min: RAISED - 5, max: RAISED + 60 })),
    delivery: rarely(5, delivery),
    endpoint: rarely(5, endpoint),
    endedBefore: rarely(5, fc.integer({ min: RAISED, max: RAISED + 60 })),
    decide: rarely(4, refs),
    sight: rarely(4, refs),
    limit: fc.integer({ min: 1, max: 3 }),
  })
  .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as unknown as Query);

const operation = fc.nat(60);
const oneOrTwo = fc.uniqueArray(draft, { minLength: 1, maxLength: 2, selector: (each) => each.index });

export const commands = fc.commands(
  [
    ...[1, 2, 3, 4].map(() => fc.tuple(operation, oneOrTwo).map((args) => commit(...args))),
    ...[1, 2].map(() =>
      fc.tuple(fc.integer({ min: 1, max: 4 }), fc.oneof(fc.nat(10), fc.nat(900))).map((args) => due(...args)),
    ),
    ...[1, 2].map(() => fc.tuple(fc.nat(), fc.constantFrom("finished", "again"), soon).map((args) => done(...args))),
    ...[1, 2].map(() => query.map(list)),
    fc.tuple(index, operation).map((args) => read(...args)),
    fc.tuple(fc.option(index), fc.nat(10)).map((args) => log(...args)),
    fc.oneof(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 600 })).map(tick),
    fc.constant(restart()),
  ],
  { maxCommands: 60, size: "max" },
);
