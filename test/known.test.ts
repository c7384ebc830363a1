import { afterEach, describe, expect, test } from "vitest";
import { openMemory } from "../adapters/stores/memory/index.ts";
import type { Checkpoint } from "../src/checkpoint.ts";
import { Known } from "../src/known.ts";
import { type Opened, type Store, StoreUnavailable } from "../src/ports.ts";
import { checkpoint } from "./make.ts";
import { office } from "./office.ts";

const ID = "chk_known_1";
const confirm = { id: ID, kind: "confirm", payload: { summary: "Publish it" } };
const origin = { surface: "api" } as const;
const proceed = { action: "proceed" } as const;

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** One replica over a store that others may share; `told` holds back the answers of its commits. */
function replica(opened: Opened, told: () => Promise<void> = async () => {}) {
  const calls: string[] = [];
  const store: Store = {
    ...opened.store,
    read(id, operation) {
      calls.push("read");
      return opened.store.read(id, operation);
    },
    async commit(change) {
      calls.push("commit");
      const done = await opened.store.commit(change);
      await told();
      return done;
    },
  };
  const place = office({ ...opened, store });
  ends.unshift(() => place.feed.stop());
  return { ...place, calls };
}

function open(): Opened {
  const opened = openMemory();
  ends.push(() => opened.close());
  return opened;
}

/** Until the log has been heard to its end. */
async function heard({ feed }: Pick<ReturnType<typeof replica>, "feed">, seq: number): Promise<void> {
  while (feed.head < seq) await feed.news(1_000, AbortSignal.timeout(5_000));
}

describe("what was committed here", () => {
  test("is decided in one call to the store, and whoever waits is told without another", async () => {
    const { desk, feed, caller, raise, calls } = replica(open());
    feed.start();
    await feed.ready();
    await raise(confirm);
    const told = desk.wait(caller("agent ci"), ID, 60_000);
    expect(await desk.act(caller("bob"), ID, proceed, { origin })).toMatchObject({ result: "resolved" });
    expect(await told).toMatchObject({
      status: "resolved",
      decision: { by: { person: "bob" } },
    });
    expect(calls).toEqual(["commit", "commit"]);
  });

  test("is looked up before anybody is refused", async () => {
    const opened = open();
    const [here, there] = [replica(opened), replica(opened)];
    await here.raise(confirm);
    await there.act(ID, "bob", { action: "cancel", reason: "not today" });
    const late = await here.desk.act(here.caller("carol"), ID, proceed, {
      origin,
    });
    expect(late).toMatchObject({
      code: "already_resolved",
      checkpoint: { decision: { by: { person: "bob" } } },
    });
    expect(here.calls).toEqual(["commit", "commit", "read"]);
  });

  test("is looked up for whoever may not see it as it was", async () => {
    const opened = open();
    const [here, there] = [replica(opened), replica(opened)];
    await here.raise({ ...confirm, approvers: ["person:bob"] });
    expect(await here.act(ID, "carol", proceed)).toBe("not_found");
    await there.comment(ID, "bob");
    expect(await here.act(ID, "bob", proceed)).toBe("resolved");
    expect((await here.record(ID)).comments).toHaveLength(1);
  });

  test("counts a vote that another replica took meanwhile", async () => {
    const opened = open();
    const [here, there] = [replica(opened), replica(opened)];
    await here.raise({ ...confirm, quorum: 2 });
    expect(await there.act(ID, "bob", proceed)).toBe("recorded");
    expect(await here.act(ID, "carol", proceed)).toBe("resolved");
    const { votes, revision } = await here.record(ID);
    expect(votes.map(({ by }) => "person" in by && by.person)).toEqual(["bob", "carol"]);
    expect(revision).toBe(3);
  });

  test("gives the same act its first answer again, and another act under its key none", async () => {
    const { act, raise, record } = replica(open());
    await raise({ ...confirm, quorum: 2 });
    expect(await act(ID, "bob", proceed, "k1")).toBe("recorded");
    expect(await act(ID, "bob", proceed, "k1")).toBe("recorded");
    expect(await act(ID, "bob", { action: "cancel" }, "k1")).toBe("idempotency_mismatch");
    expect((await record(ID)).revision).toBe(2);
  });
});

describe("waiting on a guess", () => {
  test("hears of an end that another replica brings about", async () => {
    const opened = open();
    const [here, there] = [replica(opened), replica(opened)];
    here.feed.start();
    await here.feed.ready();
    await here.raise(confirm);
    const told = here.desk.wait(here.caller("agent ci"), ID, 60_000);
    await there.act(ID, "bob", proceed);
    expect(await told).toMatchObject({ status: "resolved" });
  });

  test("does not miss an end that was heard of before the answer to one's own commit", async () => {
    const opened = open();
    const answered = Promise.withResolvers<void>();
    const [here, there] = [replica(opened, () => answered.promise), replica(opened)];
    here.feed.start();
    await here.feed.ready();
    const raising = here.raise(confirm);
    while ((await there.act(ID, "bob", proceed)) === "not_found");
    await heard(here, 2);
    answered.resolve();
    await raising;
    expect(await here.desk.wait(here.caller("agent ci"), ID, 60_000)).toMatchObject({ status: "resolved" });
  });

  test("is not done where nobody listens to what others do", async () => {
    const opened = open();
    const [deaf, there] = [replica(opened), replica(opened)];
    await deaf.raise(confirm);
    await there.act(ID, "bob", proceed);
    expect(await deaf.desk.wait(deaf.caller("agent ci"), ID, 60_000)).toMatchObject({ status: "resolved" });
  });

  test("tells a stranger nothing", async () => {
    const { desk, feed, caller, raise } = replica(open());
    feed.start();
    await feed.ready();
    await raise(confirm);
    expect(await desk.wait(caller("agent other"), ID, 60_000)).toMatchObject({
      code: "not_found",
    });
  });
});

test("a store that was out of reach is asked anew", async () => {
  const opened = open();
  const link: { broken: boolean } = { broken: false };
  const { act, raise, calls } = replica(opened, async () => {
    if (link.broken) throw new StoreUnavailable("no answer");
  });
  await raise({ ...confirm, quorum: 2 });
  link.broken = true;
  // It was carried out, and nobody here knows.
  await expect(act(ID, "bob", proceed)).rejects.toThrow("no answer");
  link.broken = false;
  expect(await act(ID, "bob", proceed)).toBe("already_voted");
  expect(calls).toEqual(["commit", "commit", "read"]);
});

describe("the guesses", () => {
  const kept = (known: Known, record: Checkpoint) => {
    known.launch(record).land(true);
    return known.get(record.id);
  };

  test("are of what is pending, not large, and stood", () => {
    const known = new Known();
    const record = checkpoint();
    expect(kept(known, record)).toBe(record);
    expect(kept(known, { ...record, revision: 2, status: "resolved" })).toBeUndefined();
    expect(kept(known, { ...record, payload: { summary: "x".repeat(20_000) } })).toBeUndefined();
    known.launch(record).land(false);
    expect(known.get(record.id)).toBeUndefined();
  });

  test("go when a later revision is heard of, before or after the own commit is answered", () => {
    const known = new Known();
    const record = checkpoint();
    kept(known, record);
    known.hear({ id: record.id, revision: record.revision });
    expect(known.get(record.id)).toBe(record);
    known.hear({ id: record.id, revision: record.revision + 1 });
    expect(known.get(record.id)).toBeUndefined();
    const flight = known.launch(record);
    known.hear({ id: record.id, revision: record.revision + 1 });
    flight.land(true);
    expect(known.get(record.id)).toBeUndefined();
  });

  test("are a thousand, of which the oldest go first", () => {
    const known = new Known();
    for (let number = 1; number <= 1_025; number += 1) kept(known, checkpoint({ id: `chk_number_${number}` }));
    expect(known.get("chk_number_1")).toBeUndefined();
    expect(known.get("chk_number_2")).toBeDefined();
    expect(known.get("chk_number_1025")).toBeDefined();
  });
});
