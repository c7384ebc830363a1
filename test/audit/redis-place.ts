/** A ledger on Redis: one server for a file of tests, a database of it for each ledger. */
import { openRedis } from "../../adapters/stores/redis/index.ts";
import { type RedisPeer, startRedis } from "../peers/redis.ts";
import type { Place } from "./ledger.ts";

export interface RedisPlace extends Place {
  /** Where the newest ledger lies. */
  url(): string;
  end(): Promise<void>;
}

export function redisPlace(): RedisPlace {
  let peer: Promise<RedisPeer> | undefined;
  let newest = "";
  return {
    name: "redis",
    async open(_, clock) {
      peer ??= startRedis();
      newest = (await peer).fresh();
      return openRedis(newest, { clock });
    },
    url: () => newest,
    end: async () => (await peer)?.end(),
  };
}
