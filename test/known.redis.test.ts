/** What a checkpoint's life costs in round trips to Redis, counted by Redis. */
import { createClient } from "@keyv/redis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRedis } from "../adapters/stores/redis/index.ts";
import { office } from "./office.ts";
import { type RedisPeer, startRedis } from "./peers/redis.ts";

const origin = { surface: "api" } as const;

let redis: RedisPeer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.end());

test("raising takes one round trip, deciding one where it was raised and two elsewhere, hearing of it none", async () => {
  const client = createClient({ url: redis.url() });
  await client.connect();
  const url = redis.fresh();
  const both = await Promise.all([openRedis(url), openRedis(url)]);
  const [here, there] = both.map((opened) => office(opened)) as [ReturnType<typeof office>, ReturnType<typeof office>];
  for (const { feed } of [here, there]) {
    feed.start();
    await feed.ready();
  }
  const raise = (id: string) => here.raise({ id, kind: "confirm", payload: { summary: "Publish it" } });
  const proceed = (at: typeof here, id: string) => at.desk.act(at.caller("bob"), id, { action: "proceed" }, { origin });
  const trips = async (work: () => Promise<unknown>): Promise<number> => {
    await client.configResetStat();
    await work();
    const stats = await client.info("commandstats");
    // All verbs of the store but those that read the log.
    const calls = [...stats.matchAll(/^cmdstat_(?:evalsha|eval|mget):calls=(\d+)/gm)];
    return calls.reduce((sum, [, count]) => sum + Number(count), 0);
  };
  await raise("chk_warm_up_1");
  await proceed(here, "chk_warm_up_1");

  expect(await trips(() => raise("chk_trips_1"))).toBe(1);
  const told = here.desk.wait(here.caller("agent ci"), "chk_trips_1", 60_000);
  expect(await trips(() => proceed(here, "chk_trips_1"))).toBe(1);
  expect(await trips(() => told)).toBe(0);
  expect(await told).toMatchObject({ status: "resolved" });

  await raise("chk_trips_2");
  expect(await trips(() => proceed(there, "chk_trips_2"))).toBe(2);

  for (const { feed } of [here, there]) await feed.stop();
  await Promise.all(both.map((opened) => opened.close()));
  client.destroy();
});
