/** Promise one on Redis: a checkpoint ends once, whoever clicks where. Four processes on one server. */
import { afterAll, beforeAll, test } from "vitest";
import { type RedisPeer, startRedis } from "../peers/redis.ts";
import { endsOnce, isFound } from "./ends.ts";

let redis: RedisPeer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.end());

test("of four contradicting decisions one stands, and every loser is told who won", async () => {
  await endsOnce(redis.fresh);
}, 600_000);

test.each(["get-check-set", "keyv"] as const)(
  "the same race finds the double winners of a store that checks before it writes (%s)",
  async (mutant) => {
    await isFound(mutant, redis.fresh);
  },
  600_000,
);
