/** The Redis store, too, does what the model says, whatever is done to it in whatever order. */
import { afterAll, beforeAll, test } from "vitest";
import { openRedis } from "../../adapters/stores/redis/index.ts";
import { type RedisPeer, startRedis } from "../peers/redis.ts";
import { hold, lasting } from "./hold.ts";

let redis: RedisPeer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.end());

test("the redis store does what the model says", async () => {
  await hold(() => {
    const url = redis.fresh();
    return lasting((options) => openRedis(url, options));
  }, 80);
}, 600_000);
