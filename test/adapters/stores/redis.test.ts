/** The same suites as every other store, on a Redis that runs. */

import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll } from "vitest";
import { openRedis } from "../../../adapters/stores/redis/index.ts";
import { shelfContract } from "../../contract/shelf.ts";
import { storeContract } from "../../contract/store.ts";
import { RAISED } from "../../make.ts";
import { type RedisPeer, startRedis } from "../../peers/redis.ts";

let redis: RedisPeer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.end());

let now = RAISED;
const clock = () => now;

storeContract("redis", () => openRedis(redis.fresh(), { clock }), {
  advance: (ms) => {
    now += ms;
  },
  async openTwice() {
    const url = redis.fresh();
    return [await openRedis(url, { clock }), await openRedis(url, { clock })];
  },
});

// What is on the shelf is kept for a time of Redis itself, which nobody turns.
shelfContract("redis", () => openRedis(redis.fresh()), {
  advance: (ms) => pause(ms + 5),
  async openTwice() {
    const url = redis.fresh();
    return [await openRedis(url), await openRedis(url)];
  },
});
