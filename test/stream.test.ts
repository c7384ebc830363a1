import { afterEach, describe, expect, test } from "vitest";
import { openMemory } from "../adapters/stores/memory/index.ts";
import { Feed } from "../src/feed.ts";
import { headOf } from "../src/head.ts";
import { type Logged, type Store, StoreUnavailable } from "../src/ports.ts";
import { raiseRequest } from "../src/request.ts";
import { type Followed, type FollowRequest, type Happening, type Quiet, Stream } from "../src/stream.ts";
import { entry, raise } from "./contract/changes.ts";
import { checkpoint } from "./make.ts";
import { type Office, office } from "./office.ts";
import { town } from "./town.ts";

const confirm = { kind: "confirm", payload: { summary: "Publish it" } };
const RAISED_ENTRY = entry(checkpoint(), "checkpoint.raised");
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** An office whose store counts how often a record is read. */
function open({ feed: fed = true } = {}) {
  const opened = openMemory();
  const reads: string[] = [];
  const store: Store = {
    ...opened.store,
    read: (id, operation) => {
      if (operation === undefined) reads.push(id);
      return opened.store.read(id, operation);
    },
  };
  const place = office({ ...opened, store });
  if (fed) place.feed.start();
  const gone = new AbortController();
  ends.push(async () => {
    gone.abort();
    await place.feed.stop();
    await opened.close();
  });
  return { ...place, opened, reads, gone };
}

type Asked = Partial<FollowRequest>;

async function follow({ desk, caller, gone }: ReturnType<typeof open>, who: string, asked: Asked = {}) {
  const followed = await desk.follow(caller(who), { after: "head", quiet: 60_000, ...asked }, gone.signal);
  if (followed.type === "refused") throw new Error(followed.detail);
  return followed;
}

/** The next `count` of a stream, in short. */
async function next({ events }: Pick<Followed, "events">, count: number): Promise<string[]> {
  const told: string[] = [];
  if (count === 0) return told;
  for await (const event of events) {
    told.push(short(event));
    if (told.length === count) break;
  }
  return told;
}

function short(event: Happening | Quiet): string {
  return event.type === "quiet"
    ? `quiet ${event.seq}`
    : `${event.seq} ${event.type.slice("checkpoint.".length)} ${event.checkpoint.id}`;
}

async function raised({ raise }: Office, id: string, over: object = {}): Promise<void> {
  const done = await raise({ id, ...confirm, ...over });
  if (done.type !== "raised") throw new Error(done.detail);
}

describe("what a follower is told", () => {
  test("begins with what happens from now on, and says where that is", async () => {
    const place = open();
    await raised(place, "chk_before_1");
    await expect.poll(() => place.feed.head).toBe(1);
    const followed = await follow(place, "admin");
    expect(followed.seq).toBe(1);
    await raised(place, "chk_after_01");
    await place.act("chk_after_01", "bob", { action: "proceed" });
    expect(await next(followed, 2)).toEqual(["2 raised chk_after_01", "3 resolved chk_after_01"]);
  });

  test("goes on behind the place that it names, through what is long past into what comes", async () => {
    const place = open();
    for (let number = 1; number <= 300; number += 1) await raised(place, `chk_past_${String(number).padStart(3, "0")}`);
    const followed = await follow(place, "admin", { after: 297 });
    const told = next(followed, 5);
    await raised(place, "chk_coming_1");
    await raised(place, "chk_coming_2");
    expect(await told).toEqual([
      "298 raised chk_past_298",
      "299 raised chk_past_299",
      "300 raised chk_past_300",
      "301 raised chk_coming_1",
      "302 raised chk_coming_2",
    ]);
  });

  test("shows the checkpoint as it stands, with what the event did to it", async () => {
    const place = open();
    const followed = await follow(place, "admin");
    await raised(place, "chk_shown_01", { quorum: 2 });
    await place.act("chk_shown_01", "bob", { action: "proceed" });
    await place.act("chk_shown_01", "carol", { action: "proceed" });
    const revisions: [string, number][] = [];
    for await (const event of followed.events) {
      if (event.type === "quiet") continue;
      revisions.push([event.type, event.checkpoint.revision]);
      if (revisions.length === 3) break;
    }
    expect(revisions.map(([type]) => type)).toEqual(["checkpoint.raised", "checkpoint.voted", "checkpoint.resolved"]);
    for (const [index, [, revision]] of revisions.entries()) expect(revision).toBeGreaterThanOrEqual(index + 1);
  });

  test("an agent hears of its own, an approver of what they may decide or had a part in, the admin of all", async () => {
    const place = open();
    const whos = ["agent ci", "agent other", "bob", "carol", "alice", "mallory", "admin"];
    const followed = await Promise.all(whos.map((who) => follow(place, who)));
    await raised(place, "chk_sre_0001");
    await raised(place, "chk_bob_0001", { approvers: ["person:bob"], requested_by: "person:alice" });
    const other = raiseRequest.parse({ ...confirm, approvers: ["person:carol"], id: "chk_other_01" });
    await place.desk.raise(place.caller("agent other"), other, { origin: { surface: "api" } });
    await raised(place, "chk_end_0001", { approvers: ["person:mallory"] });
    const counts = [3, 1, 2, 2, 1, 1, 4];
    const told = await Promise.all(followed.map((each, index) => next(each, counts[index] ?? 0)));
    const ids = told.map((events) => events.map((event) => event.split(" ")[2]));
    expect(Object.fromEntries(whos.map((who, index) => [who, ids[index]]))).toEqual({
      "agent ci": ["chk_sre_0001", "chk_bob_0001", "chk_end_0001"],
      "agent other": ["chk_other_01"],
      bob: ["chk_sre_0001", "chk_bob_0001"],
      carol: ["chk_sre_0001", "chk_other_01"],
      alice: ["chk_bob_0001"],
      mallory: ["chk_end_0001"],
      admin: ["chk_sre_0001", "chk_bob_0001", "chk_other_01", "chk_end_0001"],
    });
  });

  test("can be narrowed to a kind, an agent, a session", async () => {
    const place = open();
    const all = [{ kind: "tool" }, { agent: "crew" }, { session: "s-1" }, { kind: "confirm", session: "s-1" }] as const;
    const followed = await Promise.all(all.map((watched) => follow(place, "admin", watched)));
    await raised(place, "chk_crew_001", { source: { agent: "crew" } });
    await raised(place, "chk_sess_001", { source: { session: "s-1" } });
    await raised(place, "chk_tool_001", {
      kind: "tool",
      payload: { tool_name: "x", tool_args: {} },
      source: { session: "s-1" },
    });
    const [tool, crew, session, both] = followed;
    if (!tool || !crew || !session || !both) throw new Error("four were asked for");
    expect(await next(tool, 1)).toEqual(["3 raised chk_tool_001"]);
    expect(await next(crew, 1)).toEqual(["1 raised chk_crew_001"]);
    expect(await next(session, 2)).toEqual(["2 raised chk_sess_001", "3 raised chk_tool_001"]);
    expect(await next(both, 1)).toEqual(["2 raised chk_sess_001"]);
  });

  test("is told that it is quiet, and how far everything was looked at", async () => {
    const place = open();
    const followed = await follow(place, "mallory", { quiet: 40 });
    await raised(place, "chk_sre_0001");
    await raised(place, "chk_sre_0002");
    const quiet: [number, number][] = [];
    for await (const event of followed.events) {
      expect(event.type).toBe("quiet");
      quiet.push([event.seq, performance.now()]);
      if (quiet.length === 4) break;
    }
    expect(quiet.map(([seq]) => seq)).toEqual([2, 2, 2, 2]);
    for (const [index, [, at]] of quiet.entries()) expect(at - (quiet[index - 1]?.[1] ?? 0)).toBeGreaterThan(30);
  });

  test("cannot resume behind an event that has not happened", async () => {
    const place = open();
    await raised(place, "chk_sre_0001");
    const ask = (after: number) =>
      place.desk.follow(place.caller("admin"), { after, quiet: 60_000 }, place.gone.signal);
    expect(await ask(2)).toMatchObject({ type: "refused", code: "invalid_request" });
    expect(await ask(1)).toMatchObject({ type: "followed", seq: 1 });
    expect(await ask(0)).toMatchObject({ type: "followed", seq: 0 });
  });

  test("begins at the end that is known, also while the log is searched for its new one", async () => {
    const opened = openMemory();
    const cut = new AbortController();
    const searched = Promise.withResolvers<void>();
    const found = Promise.withResolvers<void>();
    let reads = 0;
    const store: Store = {
      ...opened.store,
      async *log(query, signal) {
        if (query.follow && !cut.signal.aborted) {
          yield* opened.store.log(query, cut.signal);
          throw new StoreUnavailable("the connection broke");
        }
        // What was read last is not found any more, and then it takes its time to tell where the log ends.
        if (cut.signal.aborted && !query.follow) {
          reads += 1;
          if (reads === 1) return;
          searched.resolve();
          await found.promise;
        }
        yield* opened.store.log(query, signal);
      },
    };
    const place = office({ ...opened, store });
    const { feed, desk, caller } = place;
    feed.start();
    await feed.ready();
    for (const id of ["chk_known_01", "chk_known_02", "chk_known_03"]) await raised(place, id);
    await expect.poll(() => feed.head).toBe(3);
    cut.abort();
    await searched.promise;
    const { signal } = new AbortController();
    expect(await desk.follow(caller("admin"), { after: "head", quiet: 60_000 }, signal)).toMatchObject({ seq: 3 });
    found.resolve();
    await expect.poll(() => feed.rewinds).toBe(1);
    expect(feed.head).toBe(3);
    await feed.stop();
    await opened.close();
  });

  test("is not told again what was erased meanwhile", async () => {
    const place = open();
    await raised(place, "chk_erase_01", { payload: { summary: "Personal" } });
    expect(await next(await follow(place, "admin", { after: 0 }), 1)).toEqual(["1 raised chk_erase_01"]);
    const record = await place.record("chk_erase_01");
    const erased = { ...record, revision: record.revision + 1, payload: {}, title: "", erased_at: 1 };
    await place.opened.store.commit(
      raise("chk_erase_01", {
        record: erased,
        expect: record.revision,
        operation: { id: "erase" },
        entries: [entry(erased, "checkpoint.erased", { by: "retention" })],
      }),
    );
    await expect.poll(() => place.feed.head).toBe(2);
    for await (const event of (await follow(place, "admin", { after: 0 })).events) {
      if (event.type !== "quiet") expect(event.checkpoint.payload).toEqual({});
      if (event.seq === 2) break;
    }
  });
});

describe("what following costs", () => {
  test("each record is read once for an event, however many follow", async () => {
    const place = open();
    const followed = await Promise.all(Array.from({ length: 200 }, () => follow(place, "admin")));
    for (const number of [1, 2, 3]) await raised(place, `chk_each_000${number}`);
    place.reads.length = 0;
    const told = await Promise.all(followed.map((each) => next(each, 3)));
    expect(new Set(told.map((events) => events.join()))).toEqual(
      new Set(["1 raised chk_each_0001,2 raised chk_each_0002,3 raised chk_each_0003"]),
    );
    expect(place.reads).toEqual(["chk_each_0001", "chk_each_0002", "chk_each_0003"]);
  });

  test("whoever is far behind does not hold up the others", async () => {
    const length = 20_000;
    let reads = 0;
    const store: Pick<Store, "log" | "read"> = {
      async *log({ after }) {
        for (let seq = Number(after) + 1; seq <= length; seq += 1) yield line(seq);
      },
      async read(id) {
        reads += 1;
        return { record: checkpoint({ id }), replay: null };
      },
    };
    const feed = new Feed(store, () => {});
    const stream = new Stream(store, feed);
    feed.start();
    const caller = { role: "agent", name: "sees nothing", agents: "any", person: null } as const;
    const { events } = (await stream.follow(
      caller,
      { after: 0, quiet: 60_000 },
      new AbortController().signal,
    )) as Followed;
    const found = next({ events }, 1);
    const before = reads;
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    // None of it leaves the microtask queue by itself: without pauses all of it comes before the first turn.
    expect(reads - before).toBeLessThan(length / 2);
    await feed.stop();
    expect(await found).toEqual([]);
  });
});

describe("how a stream ends", () => {
  test("with its reader, at once", async () => {
    const place = open();
    const followed = await follow(place, "admin");
    const told = next(followed, 1);
    place.gone.abort();
    expect(await told).toEqual([]);
  });

  test("with the bot, at once, and says so", async () => {
    const place = open();
    const followed = await follow(place, "admin");
    const told = next(followed, 1);
    await place.feed.stop();
    expect(await told).toEqual([]);
    expect(followed.stopping.aborted).toBe(true);
  });

  test("with an error where the store fails, so that the reader comes back and misses nothing", async () => {
    const opened = openMemory();
    const faults: Error[] = [new StoreUnavailable("gone for a moment")];
    const feed = new Feed(opened.store, () => {});
    const stream = new Stream(
      {
        ...opened.store,
        read: async (id) => {
          const [fault] = faults;
          if (fault) throw fault;
          return opened.store.read(id);
        },
      },
      feed,
    );
    feed.start();
    await opened.store.commit(raise("chk_fault_01"));
    const { signal } = new AbortController();
    const ask = async () => {
      const followed = await stream.follow({ ...admin() }, { after: 0, quiet: 60_000 }, signal);
      return next(followed as Followed, 1);
    };
    await expect(ask()).rejects.toThrow(StoreUnavailable);
    faults.pop();
    expect(await ask()).toEqual(["1 raised chk_fault_01"]);
    await feed.stop();
    await opened.close();
  });
});

function line(seq: number): Logged {
  return { seq, entry: { ...RAISED_ENTRY, id: `chk_line_${seq}` } };
}

function admin() {
  return { role: "admin", name: "root", actor: town().actor("bob") } as const;
}

describe("the end of the log", () => {
  test.each([0, 1, 2, 127, 128, 129, 130, 500, 641, 1_000, 5_000])("is found after %i entries", async (count) => {
    let reads = 0;
    const store: Pick<Store, "log"> = {
      async *log({ after }) {
        reads += 1;
        for (let seq = Number(after) + 1; seq <= count; seq += 1) yield line(seq);
      },
    };
    expect(await headOf(store)).toBe(count);
    expect(reads).toBeLessThan(20);
  });
});
