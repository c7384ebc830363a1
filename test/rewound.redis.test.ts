/** A Redis that was told to keep less than all loses its last writes when it is killed: what is decided after that stands. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { createClient } from "@keyv/redis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRedis } from "../adapters/stores/redis/index.ts";
import type { Opened } from "../src/ports.ts";
import type { Happening } from "../src/stream.ts";
import { office } from "./office.ts";
import { type RedisPeer, startRedis } from "./peers/redis.ts";

let redis: RedisPeer;
beforeAll(async () => {
  redis = await startRedis("--appendonly", "no");
});
afterAll(() => redis.end());

type Office = ReturnType<typeof office>;

async function replicas(use: (here: Office, there: Office) => Promise<void>): Promise<void> {
  const url = `${redis.fresh()}?durability=none`;
  const both = await Promise.all([openRedis(url), openRedis(url)]);
  const [here, there] = both.map((opened) => office(opened)) as [Office, Office];
  for (const { feed } of [here, there]) {
    feed.start();
    await feed.ready();
  }
  await use(here, there);
  for (const { feed } of [here, there]) await feed.stop();
  await Promise.all(both.map((opened: Opened) => opened.close()));
}

async function save(): Promise<void> {
  const client = createClient({ url: redis.url() });
  await client.connect();
  await client.sendCommand(["SAVE"]);
  client.destroy();
}

/** Back to what was saved; answers once both are connected again. */
async function lose(here: Office, there: Office, id: string): Promise<void> {
  await redis.kill();
  await redis.start("--appendonly", "no");
  for (const each of [here, there])
    await expect.poll(() => each.record(id).catch(() => undefined), { timeout: 10_000 }).toMatchObject({ revision: 1 });
}

/** A way to Redis that can be closed for a while. */
async function way() {
  const open = new Set<Socket>();
  let isClosed = false;
  const server = createServer((near) => {
    near.on("error", () => near.destroy());
    if (isClosed) {
      near.destroy();
      return;
    }
    const far = connect(redis.port, "127.0.0.1");
    far.on("error", () => far.destroy());
    near.pipe(far).pipe(near);
    for (const each of [near, far]) {
      open.add(each);
      each.on("close", () => open.delete(each));
    }
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const block = () => {
    isClosed = true;
    for (const each of open) each.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    block,
    clear: () => {
      isClosed = false;
    },
    end: () => {
      block();
      server.close();
    },
  };
}

test("a rejection that was given after a vote was lost is not overwritten by whoever remembers the vote", async () => {
  await replicas(async (here, there) => {
    const id = "chk_lost_0001";
    await here.raise({ id, kind: "confirm", payload: { summary: "Publish it" }, quorum: 2 });
    await save();
    expect(await here.act(id, "bob", { action: "proceed" })).toBe("recorded");
    await lose(here, there, id);
    expect(await there.act(id, "carol", { action: "cancel", reason: "no" })).toBe("resolved");
    expect(await here.act(id, "dave", { action: "proceed" })).toBe("already_resolved");
    expect((await here.record(id)).decision).toMatchObject({ action: "cancel" });
  });
}, 60_000);

test("a commit made from what was read before the connection broke is not carried out behind it", async () => {
  const url = `${redis.fresh()}?durability=none`;
  const opened = await openRedis(url);
  const bot = office(opened);
  const id = "chk_lost_0002";
  await bot.raise({ id, kind: "confirm", payload: { summary: "Publish it" } });
  const record = await bot.record(id);
  const epoch = opened.epoch?.();
  await save();
  await lose(bot, bot, id);
  const write = { record: { ...record, revision: 2 }, expect: 1, from: null, until: null, look: null };
  const change = {
    operation: { id: "once:late", hash: "", answer: "" },
    writes: [{ ...write, outbox: [], entries: [], sight: { decide: [], see: [] } }],
  };
  expect(await opened.store.commit({ ...change, epoch })).toMatchObject({ type: "conflict", why: "revision" });
  expect(await opened.store.commit({ ...change, epoch: opened.epoch?.() })).toMatchObject({ type: "committed" });
  await opened.close();
}, 60_000);

test("whoever waits, or follows, hears of what comes after, although its numbers were given before", async () => {
  await replicas(async (here, there) => {
    const id = "chk_lost_0003";
    await here.raise({ id, kind: "confirm", payload: { summary: "Publish it" } });
    await save();
    for (let count = 0; count < 5; count += 1) await here.comment(id, "bob");
    await expect.poll(() => here.feed.head).toBe(6);
    const control = new AbortController();
    const followed = await here.desk.follow(here.caller("agent ci"), { after: "head", quiet: 60_000 }, control.signal);
    if (followed.type === "refused") throw new Error(followed.detail);
    const ended = followed.events[Symbol.asyncIterator]().next();
    await lose(here, there, id);
    // It has seen what is gone, and is let go, to begin anew.
    expect(await ended).toMatchObject({ done: true });
    const told = here.desk.wait(here.caller("agent ci"), id, 20_000);
    expect(await there.act(id, "carol", { action: "cancel", reason: "no" })).toBe("resolved");
    expect(await told).toMatchObject({ status: "resolved", decision: { action: "cancel" } });
    control.abort();
  });
}, 60_000);

test.each([
  ["heard", "what was lost as it came"],
  ["found", "what was lost in the log when it began"],
])(
  "a replica that %s %s tells anew where others have written over it before it came back",
  async (how) => {
    const id = "chk_lost_0004";
    const direct = `${redis.fresh()}?durability=none`;
    const road = await way();
    const [near, far] = await Promise.all([
      openRedis(direct.replace(String(redis.port), String(road.port))),
      openRedis(direct),
    ]);
    const [here, there] = [office(near), office(far)];
    await there.raise({ id, kind: "confirm", payload: { summary: "Publish it" } });
    await save();
    const begin = async () => {
      here.feed.start();
      await here.feed.ready();
    };
    if (how === "heard") await begin();
    expect(await there.act(id, "bob", { action: "proceed" })).toBe("resolved");
    if (how === "found") await begin();
    const control = new AbortController();
    const told = await follow(here, 1, control.signal);
    expect(await told.next()).toMatchObject({ value: { checkpoint: { decision: { action: "proceed" } } } });
    const next = told.next();
    road.block();
    await redis.kill();
    await redis.start("--appendonly", "no");
    await expect
      .poll(() => there.record(id).catch(() => undefined), { timeout: 10_000 })
      .toMatchObject({ revision: 1 });
    expect(await there.act(id, "carol", { action: "cancel", reason: "no" })).toBe("resolved");
    for (let count = 0; count < 5; count += 1) await there.raise({ kind: "confirm", payload: { summary: "Another" } });
    road.clear();
    // It was told of an approval that nobody knows of any more, and is let go, to begin anew.
    expect(await next).toMatchObject({ done: true });
    const anew = await follow(here, 1, control.signal);
    expect(await anew.next()).toMatchObject({ value: { checkpoint: { decision: { action: "cancel" } } } });
    control.abort();
    await here.feed.stop();
    await Promise.all([near.close(), far.close()]);
    road.end();
  },
  60_000,
);

async function follow({ desk, caller }: Office, after: number, signal: AbortSignal) {
  const followed = await desk.follow(caller("agent ci"), { after, quiet: 60_000 }, signal);
  if (followed.type === "refused") throw new Error(followed.detail);
  return followed.events[Symbol.asyncIterator]() as AsyncIterator<Happening>;
}
