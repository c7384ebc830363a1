/** Secrets that agents send are in no key of Redis either. */
import { createClient } from "@keyv/redis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RedisPeer, startRedis } from "../peers/redis.ts";
import { openStand, type Sink, search } from "./stand.ts";
import { live } from "./story.ts";

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const SECRET = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I";

let redis: RedisPeer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.end());

/** Every key with all that it holds, as text: what DUMP gives is compressed. */
async function everything(url: string): Promise<string> {
  const client = createClient({ url });
  await client.connect();
  try {
    const parts: string[] = [];
    for (const key of await client.keys("*")) {
      const type = await client.type(key);
      const read: Record<string, () => Promise<unknown>> = {
        string: () => client.get(key),
        hash: () => client.hGetAll(key),
        list: () => client.lRange(key, 0, -1),
        set: () => client.sMembers(key),
        zset: () => client.zRangeWithScores(key, 0, -1),
        stream: () => client.xRange(key, "-", "+"),
      };
      const value = await read[type]?.();
      if (value === undefined) throw new Error(`${key} is a ${type}, which nobody looks into here`);
      parts.push(`${key} ${typeof value === "string" ? value : JSON.stringify(value)}`);
    }
    return parts.join("\n");
  } finally {
    await client.close();
  }
}

test(`finds none of 300 planted secrets in Redis (seed ${seed})`, { timeout: 60_000 }, async () => {
  const url = redis.fresh();
  const stand = await openStand({ alone: true, env: { HITL_STORE: url, HITL_SECRET: SECRET } });
  const { raised, kept } = await live(stand, seed);
  const keys: Sink = { name: "Redis", read: () => everything(url) };
  const { found, report } = await search(stand, [keys], raised, kept);
  console.log(`${raised.length} secrets: ${report.join(", ")}`);
  expect(found).toEqual([]);
});
