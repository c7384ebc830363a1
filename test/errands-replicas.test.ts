/** Cards that several replicas carry: none is lost where one of them cannot, and none ends up showing what is past. */
import { expect, test } from "vitest";
import { openMemory } from "../adapters/stores/memory/index.ts";
import type { Channel } from "../src/ports.ts";
import { office } from "./office.ts";
import { NOON } from "./town.ts";

interface Seen {
  posts: string[];
  shown: string[];
}

/** Shows after `hold`, as a platform that takes its time. */
function slack({ posts, shown }: Seen, hold: () => Promise<void> = async () => {}): Channel {
  return {
    name: "slack",
    start: async () => {},
    stop: async () => {},
    async post({ id }) {
      posts.push(id);
      return { type: "shown", message: "m1" };
    },
    async update(_, { status }) {
      await hold();
      shown.push(status);
      return { type: "shown", message: "m1" };
    },
    tell: async () => ({ type: "shown", message: "m1" }),
  };
}

test("a replica that has no such channel leaves the card to one that has", async () => {
  let now = NOON;
  const opened = openMemory({ clock: () => now });
  const seen: Seen = { posts: [], shown: [] };
  const there = office(opened, { channels: [slack(seen)] });
  const here = office(opened, {});
  await there.raise({ kind: "confirm", payload: { summary: "Publish it" } });
  await here.timers().catch(() => {});
  expect(seen.posts).toEqual([]);
  now += 60_000;
  await there.timers();
  expect(seen.posts).toEqual(["#deploys"]);
});

test("a replica that has no such channel leaves a note to one that has, and gives no card up for another conversation", async () => {
  let now = NOON;
  const opened = openMemory({ clock: () => now });
  const seen: Seen = { posts: [], shown: [] };
  const told: string[] = [];
  const channel: Channel = {
    ...slack(seen),
    async tell(to, { type }) {
      told.push(`${to} ${type}`);
      return { type: "shown", message: "m1" };
    },
  };
  const policies = [{ name: "all", fallback: "slack:#ops" }];
  const there = office(opened, { channels: [channel], policies });
  const here = office(opened, { policies });
  const carryHere = async () => {
    for (const each of (await opened.store.due(10, 30_000)).work) {
      const again = { type: "again", at: now + 1_000 } as const;
      await opened.store.done(each, await here.carry(each).catch(() => again));
    }
    now += 2_000;
  };
  const id = "chk_note_0001";
  await there.raise({ id, kind: "confirm", payload: { summary: "Publish it" }, requested_by: "person:alice" });
  for (let times = 0; times < 8; times += 1) await carryHere();
  await there.timers();
  expect(seen.posts).toEqual(["#deploys"]);
  await there.act(id, "bob", { action: "proceed" });
  await carryHere();
  await there.timers();
  expect(told).toEqual(["slack:T1/U0ALICE outcome"]);
});

test("words said while an older picture was back on the card are not about the newer one", async () => {
  let now = NOON;
  const opened = openMemory({ clock: () => now });
  const gate = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const hold = () => {
    held.resolve();
    return gate.promise;
  };
  const here = office(opened, { channels: [slack({ posts: [], shown: [] }, hold)] });
  const there = office(opened, { channels: [slack({ posts: [], shown: [] })] });
  const id = "chk_late_0002";
  await here.raise({ id, kind: "tool", payload: { tool_name: "deploy", tool_args: { env: "staging" } }, quorum: 2 });
  await there.timers();
  await here.comment(id, "bob");
  const { work } = await opened.store.due(10, 30_000);
  const late = Promise.all(work.map((each) => here.carry(each)));
  await held.promise;
  now += 1_000;
  await there.act(id, "bob", { action: "edit", edited: { env: "prod" } });
  await there.timers();
  now += 20_000;
  // Only now it arrives: the card shows staging again, until it is shown anew.
  gate.resolve();
  await late;
  const said = now;
  now += 1_000;
  await there.timers();
  const { digest, placements } = await there.record(id);
  expect(placements[0]?.digest).toBe(digest);
  expect(placements[0]?.since).toBeGreaterThan(said);
});

test("an older update that arrives last is put right, whichever replica sent it", async () => {
  const opened = openMemory({ clock: () => NOON });
  const seen: Seen = { posts: [], shown: [] };
  const gate = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const here = office(opened, {
    channels: [
      slack(seen, () => {
        held.resolve();
        return gate.promise;
      }),
    ],
  });
  const there = office(opened, { channels: [slack(seen)] });
  const id = "chk_late_0001";
  await here.raise({ id, kind: "confirm", payload: { summary: "Publish it" }, quorum: 2 });
  await there.timers();
  await here.act(id, "bob", { action: "proceed" });
  const { work } = await opened.store.due(10, 30_000);
  const late = Promise.all(work.map((each) => here.carry(each)));
  await held.promise;
  await here.act(id, "carol", { action: "proceed" });
  await there.timers();
  gate.resolve();
  await late;
  await there.timers();
  expect(seen.shown.at(-1)).toBe("resolved");
});

test("what comes to be shown while a post is on its way waits for it, and then brings that card up to date", async () => {
  const opened = openMemory({ clock: () => NOON });
  const seen: Seen = { posts: [], shown: [] };
  const gate = Promise.withResolvers<void>();
  const quick = slack(seen);
  const slow: Channel = {
    ...quick,
    async post(...asked) {
      const posted = await quick.post(...asked);
      await gate.promise;
      return posted;
    },
  };
  const here = office(opened, { channels: [slow] });
  const id = "chk_slow_0001";
  await here.raise({ id, kind: "confirm", payload: { summary: "Publish it" } });
  const first = Promise.all((await opened.store.due(10, 30_000)).work.map((each) => here.carry(each)));
  await expect.poll(() => seen.posts).toHaveLength(1);
  await here.act(id, "bob", { action: "proceed" });
  const second = Promise.all((await opened.store.due(10, 30_000)).work.map((each) => here.carry(each)));
  gate.resolve();
  await Promise.all([first, second]);
  await here.timers();
  expect([seen.posts, seen.shown.at(-1)]).toEqual([["#deploys"], "resolved"]);
});
