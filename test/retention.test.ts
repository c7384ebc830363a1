import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cardAnswer, checkpointAnswer } from "../src/answers.ts";
import { type Checkpoint, KINDS } from "../src/checkpoint.ts";
import { ERASED } from "../src/decide/erase.ts";
import { decide } from "../src/decide.ts";
import { cardOf } from "../src/picture.ts";
import type { Callback } from "../src/ports.ts";
import { type RetentionParts, startRetention, sweep } from "../src/retention.ts";
import { viewOf } from "../src/view.ts";
import { type Ledger, ledger, named, STORES } from "./audit/ledger.ts";
import { checkpoint, person, RAISED } from "./make.ts";
import { office } from "./office.ts";
import { SEEDS } from "./seeds.ts";
import { town } from "./town.ts";

const DAY = 86_400_000;
/** Stands in everything that agents and people write. */
const CANARY = "canary-7f3a";

/** All that an agent and people can write into a checkpoint. */
const WRITTEN = {
  kind: "tool",
  title: `Delete ${CANARY}`,
  payload: { tool_name: "delete_file", tool_args: { path: CANARY }, more: CANARY },
  source: { agent: "ops", workflow: "clean-up", session: "job_1", step: "3", url: `https://ops.example.com/${CANARY}` },
  actions: ["proceed", { action: "edit", label: CANARY }, { action: "reject", reasons: [CANARY] }],
  quorum: 2,
  state: { seen: CANARY },
  metadata: { note: CANARY },
};

describe.each(STORES)("on $name", (place) => {
  let book: Ledger;
  beforeEach(async () => {
    book = await ledger(place);
  });
  afterEach(() => book.close());

  const forgotten: string[] = [];
  const parts = (over: Partial<RetentionParts> = {}): RetentionParts => ({
    ...{ ...book.opened, desk: book.office.desk, keep: 90 * DAY },
    callback: { forget: async (id) => void forgotten.push(id) },
    onDone: () => {},
    onFault: (error) => {
      throw error;
    },
    ...over,
  });
  const round = (over?: Partial<RetentionParts>) => sweep(parts(over), new AbortController().signal);

  /** The next hour; a shelf may keep a time of its own, which nobody turns. */
  async function anHour(): Promise<void> {
    book.pass(3_600_000);
    await book.opened.shelf.take("retention:lease");
  }

  /** Every word in the records and the log, as they are kept. */
  async function everything(ids: string[]): Promise<string> {
    const records = await Promise.all(ids.map((id) => book.office.record(id)));
    const logs = await Promise.all(ids.map((id) => book.office.log(id)));
    return JSON.stringify([records, logs]);
  }

  test("after its time nothing is left of what agents and people wrote, and all of who did what and when", async () => {
    const { office: people } = book;
    await people.raise({ ...WRITTEN, id: "chk_erased_01" });
    await people.desk.comment(people.caller("bob"), "chk_erased_01", CANARY, { surface: "api" });
    const edited = { path: `${CANARY}-2` };
    expect(await people.act("chk_erased_01", "bob", { action: "edit", edited, feedback: CANARY })).toBe("recorded");
    expect(await people.act("chk_erased_01", "carol", { action: "proceed", feedback: CANARY })).toBe("resolved");
    await people.raise({ ...WRITTEN, id: "chk_erased_02" });
    await people.act("chk_erased_02", "bob", { action: "reject", reason: CANARY });
    const answers = { response: CANARY };
    await people.raise({ id: "chk_erased_03", kind: "clarify", payload: { questions: `1. ${CANARY}?` } });
    await people.act("chk_erased_03", "bob", { action: "answer", answers });
    await people.raise({ ...WRITTEN, id: "chk_erased_04" });
    await people.desk.withdraw(people.caller("agent ci"), "chk_erased_04", CANARY, { surface: "api" });
    const ids = [1, 2, 3, 4].map((number) => `chk_erased_0${number}`);
    const before = await people.record("chk_erased_01");
    const entries = await people.log("chk_erased_01");
    expect(await everything(ids)).toContain(CANARY);

    book.pass(90 * DAY - 1);
    expect(await round()).toBe(0);
    expect(await people.record("chk_erased_01")).toEqual(before);
    await anHour();
    expect(await round()).toBe(4);
    expect(forgotten.splice(0).sort()).toEqual(ids);

    expect(await everything(ids)).not.toContain(CANARY);
    const after = await people.record("chk_erased_01");
    const erasedAt = RAISED + 90 * DAY + 3_600_000 - 1;
    const by = (who: string) => ({ kind: "person", person: who, surface: "api", id: who });
    expect(after).toMatchObject({
      ...{ id: "chk_erased_01", kind: "tool", status: "resolved", revision: before.revision + 1, round: 1 },
      ...{ title: "(erased)", payload: {}, edited: null, state: null, metadata: {}, callback: null },
      source: { agent: "ops", workflow: "clean-up", session: "job_1", step: "3" },
      ...{ created_at: RAISED, ended_at: RAISED, erased_at: erasedAt, digest: before.digest, quorum: 2 },
      votes: [
        { action: "edit", by: by("bob"), digest: before.digest, at: RAISED },
        { action: "proceed", by: by("carol"), digest: before.digest, at: RAISED },
      ],
      comments: [{ by: by("bob"), at: RAISED, text: "(erased)" }],
      decision: { action: "edit", outcome: "approved", by: by("carol"), at: RAISED, digest: before.digest },
    });
    expect(after.decision).not.toHaveProperty("edited");
    expect((await people.record("chk_erased_04")).withdrawn).toMatchObject({ reason: "(erased)" });

    const log = await people.log("chk_erased_01");
    expect(log.slice(0, -1)).toEqual(entries.map(({ seq, entry }) => ({ seq, entry: { ...entry, data: {} } })));
    expect(log.at(-1)?.entry).toMatchObject({
      type: "checkpoint.erased",
      by: { kind: "system", name: "retention" },
      at: erasedAt,
      data: { ended_at: "2026-11-20T10:00:00.000Z", ended_before: "2026-11-20T10:59:59.999Z" },
    });
    expect(viewOf(after, "https://hitl.example.com")).toMatchObject({ erased_at: "2027-02-18T10:59:59.999Z" });
    expect(checkpointAnswer.safeParse(viewOf(after, "https://hitl.example.com")).error).toBeUndefined();
  });

  test("the record still verifies: what was erased as it should be is no finding", async () => {
    for (const id of named(3)) await book.live(id);
    await book.seal();
    book.pass(91 * DAY);
    expect(await round()).toBe(3);
    expect(await book.verify()).toMatchObject({ entries: 12, sealed: 9, erased: 9, found: 0 });
    await book.seal();
    expect(await book.verify()).toMatchObject({ entries: 12, sealed: 12, erased: 9, found: 0, notes: [] });
    expect(book.faults).toEqual([]);
  });

  test("what waits for a decision is kept however old it is, and what was emptied is not emptied again", async () => {
    const { office: people } = book;
    await people.raise({ id: "chk_waits_0001", kind: "phase", payload: SEEDS.phase[0].payload });
    await book.live("chk_ended_0001");
    book.pass(1_000 * DAY);
    expect(await round()).toBe(1);
    expect(await people.record("chk_waits_0001")).toMatchObject({ status: "pending", revision: 1 });
    const { revision } = await people.record("chk_ended_0001");
    await anHour();
    expect(await round()).toBe(0);
    expect((await people.record("chk_ended_0001")).revision).toBe(revision);
  });

  test("goes through more than a page of them, in one round an hour by one replica", async () => {
    for (const id of named(120)) await book.live(id);
    book.pass(91 * DAY);
    expect(await Promise.all([round(), round(), round()]).then((counts) => counts.toSorted())).toEqual([0, 0, 120]);
    await book.live("chk_later_0001");
    await anHour();
    const leases: unknown[] = [];
    const add = async (key: string, value: string, ttl?: number) => {
      leases.push([key, ttl]);
      return book.opened.shelf.add(key, value, ttl);
    };
    expect(await round({ keep: 3_600_000, shelf: { add } })).toBe(1);
    // A minute less than until the next round.
    expect(leases).toEqual([["retention:lease", 3_540_000]]);
  });

  test("stops in the middle when it is told to, and goes on an hour later", async () => {
    for (const id of named(8)) await book.live(id);
    book.pass(91 * DAY);
    const stop = new AbortController();
    let count = 0;
    const { desk } = book.office;
    const counting = {
      async erase(id: string, endedBefore: number) {
        count += 1;
        if (count === 3) stop.abort();
        return desk.erase(id, endedBefore);
      },
    };
    expect(await sweep(parts({ desk: counting }), stop.signal)).toBe(3);
    await anHour();
    expect(await round()).toBe(5);
  });

  test("begins at once, says how many, and can be stopped", async () => {
    await book.live("chk_ended_0001");
    book.pass(91 * DAY);
    const done = Promise.withResolvers<number>();
    const retention = startRetention(parts({ onDone: done.resolve, onFault: done.reject }));
    expect(await done.promise).toBe(1);
    await retention.stop();
  });

  test("a fault is told and does not end it", async () => {
    const told = Promise.withResolvers<unknown>();
    const list = async () => {
      throw new Error("out of reach");
    };
    const retention = startRetention(parts({ store: { list }, onFault: told.resolve }));
    expect(await told.promise).toEqual(new Error("out of reach"));
    await retention.stop();
  });

  test("an agent that was not reached yet is still told before anything is erased, for a week", async () => {
    const callback: Callback = { fault: () => null, call: async () => ({ type: "failed", reason: "no answer" }) };
    const people = office(book.opened, { callback });
    const raised = { kind: "confirm", payload: { summary: "x" }, callback: { url: "https://agent.example.com/x" } };
    await people.raise({ ...raised, id: "chk_waiting_01" });
    await people.act("chk_waiting_01", "bob", { action: "proceed" });
    book.pass(2 * DAY);
    expect(await round({ keep: DAY })).toBe(0);
    expect(await people.record("chk_waiting_01")).toMatchObject({ callback: { state: "waiting" } });
    book.pass(6 * DAY);
    await anHour();
    expect(await round({ keep: DAY })).toBe(1);
    expect(await people.record("chk_waiting_01")).toMatchObject({ callback: null, payload: {} });
  });

  test("nothing is added to it any more, and it stays decided", async () => {
    await book.live("chk_ended_0001");
    book.pass(91 * DAY);
    await round();
    expect(await book.office.comment("chk_ended_0001", "bob")).toBe("forbidden");
    expect(await book.office.act("chk_ended_0001", "bob", { action: "proceed" })).toBe("already_resolved");
    expect(await book.office.withdraw("chk_ended_0001", "agent ci")).toBe("already_resolved");
    const again = await book.office.raise({
      id: "chk_ended_0001",
      kind: "confirm",
      payload: { summary: "Publish chk_ended_0001" },
    });
    expect(again).toMatchObject({ type: "raised", created: false, checkpoint: { payload: {}, status: "resolved" } });
  });

  test("the next round of an erased one is raised as any other", async () => {
    await book.live("chk_ended_0001");
    book.pass(91 * DAY);
    await round();
    const request = { kind: "confirm", payload: { summary: "Shorter" }, previous: "chk_ended_0001" };
    const raised = await book.office.raise(request);
    expect(raised).toMatchObject({ type: "raised", created: true, checkpoint: { round: 2, title: "Shorter" } });
    if (raised.type !== "raised") return;
    const card = await book.office.desk.cardOf(raised.checkpoint);
    expect(card.body).toContainEqual({
      type: "text",
      label: "Changes since round 1",
      text: "(its content was erased after its time)",
    });
  });
});

test("not even the free space of the SQLite file holds any of it", async () => {
  const place = STORES.find(({ name }) => name === "sqlite");
  if (place === undefined) throw new Error("there is no sqlite");
  const book = await ledger(place);
  for (const id of named(30)) {
    await book.office.raise({ ...WRITTEN, id, quorum: 1 });
    await book.office.act(id, "bob", { action: "reject", reason: CANARY }, "key-1");
  }
  for (const id of named(30)) expect(await book.office.desk.erase(id, RAISED)).toBe(true);
  await book.opened.close();
  const bytes = readFileSync(join(book.folder, "hitl.db"), "latin1");
  expect(bytes).toContain("chk_ledger_0030");
  expect(bytes.split(CANARY).length - 1).toBe(0);
  await book.close();
});

describe("the picture", () => {
  const { house } = town();

  test.each(KINDS)("of an erased %s is a card as any other, without its content", (kind) => {
    const [{ payload }] = SEEDS[kind];
    const by = person("bob");
    const ended: Checkpoint = checkpoint({
      kind,
      payload,
      status: "resolved",
      ended_at: RAISED,
      decision: { action: "cancel", outcome: "rejected", by, at: RAISED, digest: "sha256:00", reason: "Not now" },
    });
    const ruling = decide(ended, { type: "erase", endedBefore: RAISED }, RAISED + 1, house);
    if (ruling.type !== "change") throw new Error(ruling.type);
    const card = cardOf(ruling.next, RAISED);
    expect(cardAnswer.safeParse({ card }).error).toBeUndefined();
    expect(card).toMatchObject({
      title: ERASED,
      state: "Cancelled by Bob in slack, 2026-11-20 10:00 UTC",
      notes: ["Its content was erased at 2026-11-20 10:00 UTC, after its time"],
    });
    const texts = Object.values(payload).flatMap((value) =>
      typeof value === "string" && value.length > 5 ? [value] : [],
    );
    for (const text of texts) expect(JSON.stringify(card)).not.toContain(JSON.stringify(text).slice(1, -1));
  });
});

test("what ends later than the time in question is left alone by the rule itself", () => {
  const { house } = town();
  const ended = checkpoint({ status: "withdrawn", ended_at: RAISED });
  const erase = (from: Checkpoint, endedBefore: number) =>
    decide(from, { type: "erase", endedBefore }, RAISED, house).type;
  expect(erase(ended, RAISED - 1)).toBe("wait");
  expect(erase(ended, RAISED)).toBe("change");
  expect(erase({ ...ended, erased_at: RAISED }, RAISED)).toBe("wait");
  expect(erase(checkpoint(), RAISED + 1)).toBe("wait");
  const callback = { url: "https://agent.example.com/x", endpoint: "https://agent.example.com", attempts: 10 };
  expect(erase({ ...ended, callback: { ...callback, state: "waiting" } }, RAISED)).toBe("wait");
  expect(erase({ ...ended, callback: { ...callback, state: "dead" } }, RAISED)).toBe("change");
});
