import { afterAll, beforeAll, describe, test } from "vitest";
import { openRedis } from "../../adapters/stores/redis/index.ts";
import type { Opened } from "../../src/ports.ts";
import { type RedisPeer, startRedis } from "../peers/redis.ts";
import { lives } from "./live.ts";

let redis: RedisPeer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.end());

describe("a checkpoint's life, whatever happens in whatever order, is the one that the model tells", () => {
  test("on Redis, 150 times", { timeout: 240_000 }, async () => {
    await lives(150, () => {
      const url = redis.fresh();
      const handles: Opened[] = [];
      return {
        open: async (clock) => {
          const opened = await openRedis(url, { clock });
          handles.push(opened);
          return opened;
        },
        afterwards: async () => {
          for (const handle of handles) await handle.close();
        },
      };
    });
  });
});
