import { describe, expect, test } from "vitest";
import { openMemory } from "../adapters/stores/memory/index.ts";
import type { Card, Note } from "../src/card.ts";
import { makeErrands } from "../src/errands.ts";
import { makeHouse } from "../src/house.ts";
import { makeDirectory } from "../src/policy/directory.ts";
import type { Channel, Posted, Undeliverable, Work } from "../src/ports.ts";
import { pauseAfter, Relay } from "../src/relay.ts";
import { office } from "./office.ts";

const confirm = { kind: "confirm", payload: { summary: "Publish it" } };
let now = Date.parse("2026-11-20T10:00:00Z");

/** A channel that remembers what it was given and fails on demand. */
function channel(answers: (Posted | Undeliverable | Error)[] = []) {
  const posts: { to: string; card: Card; key: string }[] = [];
  const updates: Card[] = [];
  const told: [string, Note][] = [];
  const next = (): Posted | Undeliverable => {
    const answer = answers.shift() ?? { type: "shown", message: `m${posts.length}` };
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const port: Channel = {
    name: "slack",
    start: async () => {},
    stop: async () => {},
    post: async (to, card, key) => {
      posts.push({ to: to.id, card, key });
      return next();
    },
    update: async (_placement, card) => {
      updates.push(card);
      return next();
    },
    tell: async (to, note) => {
      told.push([to, note]);
      return { type: "shown", message: "dm" };
    },
  };
  return { port, posts, updates, told };
}

function open(slack: ReturnType<typeof channel>, policies: Parameters<typeof office>[1] = {}) {
  const opened = openMemory({ clock: () => now });
  return { opened, ...office(opened, { ...policies, channels: [slack.port] }) };
}

describe("cards", () => {
  test("are posted once, kept up to date, and settled at the end", async () => {
    const slack = channel();
    const bot = open(slack);
    await bot.raise({ id: "chk_card_1", ...confirm, quorum: 2 });
    await bot.timers();
    expect(slack.posts.map(({ to, key }) => [to, key])).toEqual([["#deploys", "show:chk_card_1:slack:#deploys"]]);
    expect((await bot.record("chk_card_1")).placements).toMatchObject([{ state: "shown", message: "m1", revision: 1 }]);
    await bot.act("chk_card_1", "bob", { action: "proceed" });
    await bot.timers();
    await bot.act("chk_card_1", "carol", { action: "proceed" });
    await bot.timers();
    expect(slack.posts).toHaveLength(1);
    expect(slack.updates.map(({ status, actions }) => [status, actions.length])).toEqual([
      ["pending", 3],
      ["resolved", 0],
    ]);
  });

  test("several changes before the relay comes by are one update, with what is true then", async () => {
    const slack = channel();
    const bot = open(slack);
    await bot.raise({ id: "chk_card_1", ...confirm });
    await bot.timers();
    await bot.comment("chk_card_1", "bob");
    await bot.comment("chk_card_1", "carol");
    await bot.act("chk_card_1", "bob", { action: "cancel" });
    await bot.timers();
    expect(slack.updates.map(({ status }) => status)).toEqual(["resolved"]);
  });

  test("a conversation that cannot be reached is undeliverable, and the fallback gets the card", async () => {
    const slack = channel([{ type: "undeliverable", reason: "channel_not_found" }]);
    const bot = open(slack, { policies: [{ name: "p", fallback: "slack:#ops" }] });
    await bot.raise({ id: "chk_card_1", ...confirm });
    await bot.timers();
    expect(slack.posts.map(({ to }) => to)).toEqual(["#deploys", "#ops"]);
    expect((await bot.record("chk_card_1")).placements).toMatchObject([
      { conversation: "#deploys", state: "undeliverable", error: "channel_not_found" },
      { conversation: "#ops", state: "shown" },
    ]);
    expect((await bot.log("chk_card_1")).map(({ entry }) => entry.type)).toEqual([
      "checkpoint.raised",
      "checkpoint.undeliverable",
      "checkpoint.delivered",
    ]);
  });

  test("the requester is told of the outcome on every linked account", async () => {
    const slack = channel();
    const bot = open(slack);
    await bot.raise({ id: "chk_card_1", ...confirm, requested_by: "person:alice" });
    await bot.act("chk_card_1", "bob", { action: "cancel", reason: "not now" });
    await bot.timers();
    expect(slack.told).toEqual([
      [
        "slack:T1/U0ALICE",
        {
          type: "outcome",
          checkpoint: "chk_card_1",
          text: "Publish it: Already resolved by Bob at 2026-11-20 10:00 UTC: cancel.",
        },
      ],
    ]);
  });
});

/** Runs the relay until `done` says that it saw what it waited for. */
async function relayed(
  slack: ReturnType<typeof channel>,
  bot: ReturnType<typeof open>,
  until: (work: Work, result: string) => boolean,
) {
  const seen = Promise.withResolvers<void>();
  const faults: unknown[] = [];
  const { store, clock } = bot.opened;
  const directory = makeDirectory({ people: [], groups: [], admin: "admin" });
  const house = makeHouse({ settings: { policies: [], approvers: [] }, directory, channels: ["slack"] });
  const errands = makeErrands({
    store,
    shelf: bot.opened.shelf,
    house,
    channels: new Map([["slack", slack.port]]),
    callback: null,
    desk: bot.desk,
    clock,
  });
  const relay = new Relay({
    store,
    clock,
    errands,
    onFault: (error) => faults.push(error),
    onDone: (work, result) => until(work, result) && seen.resolve(),
  });
  relay.start();
  await seen.promise;
  await relay.stop();
  return faults;
}

describe("the relay", () => {
  test("tries again what failed, with growing pauses", async () => {
    const slack = channel([new Error("503")]);
    const bot = open(slack);
    await bot.raise({ id: "chk_card_1", ...confirm });
    const faults = await relayed(slack, bot, (work) => work.task.do === "show");
    expect(faults).toMatchObject([{ message: "503" }]);
    expect(await bot.opened.store.due(10, 1_000)).toEqual({ work: [], next: now + 1_000 });
    now += 1_000;
    await bot.timers();
    expect((await bot.record("chk_card_1")).placements).toMatchObject([{ state: "shown" }]);
    expect([1, 2, 3, 4, 5, 6].map(pauseAfter)).toEqual([1_000, 5_000, 30_000, 120_000, 600_000, 600_000]);
  });

  test("looks at what is due on time, however many cards hang in a chat that does not answer", async () => {
    const slack = channel();
    const hanging = Promise.withResolvers<never>();
    const port = { ...slack.port, post: () => hanging.promise };
    const bot = open({ ...slack, port });
    for (let count = 0; count < 80; count += 1) await bot.raise({ id: `chk_hang_${count}_x`, ...confirm });
    await bot.raise({ id: "chk_due_000", ...confirm, timeout: 0.001 });
    now += 1;
    const { store, clock } = bot.opened;
    const directory = makeDirectory({ people: [], groups: [], admin: "admin" });
    const house = makeHouse({ settings: { policies: [], approvers: [] }, directory, channels: ["slack"] });
    const errands = makeErrands({
      store,
      shelf: bot.opened.shelf,
      house,
      channels: new Map([["slack", port]]),
      callback: null,
      desk: bot.desk,
      clock,
    });
    const looked = Promise.withResolvers<void>();
    const relay = new Relay({
      ...{ store, clock, errands, onFault: () => {} },
      onDone: ({ task }) => task.do === "look" && looked.resolve(),
    });
    relay.start();
    await looked.promise;
    expect(await bot.record("chk_due_000")).toMatchObject({ status: "expired" });
    hanging.reject(new Error("gone"));
    await relay.stop();
  });

  test("carries out what becomes due while it sleeps", async () => {
    const slack = channel();
    const bot = open(slack);
    await bot.raise({ id: "chk_card_1", ...confirm, timeout: 0.05 });
    const started = now;
    setTimeout(() => {
      now = started + 60;
    }, 20);
    await relayed(slack, bot, (work) => work.task.do === "look");
    expect(await bot.record("chk_card_1")).toMatchObject({ status: "expired" });
  });
});
