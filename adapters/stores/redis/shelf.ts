/**
 * Plain key-value with time to live: read by Keyv, written by its adapter. The time to live is Redis's own; an
 * envelope that said when it expires would be judged, and deleted, by the clock of whoever reads it.
 */
import { randomUUID } from "node:crypto";
import type KeyvRedis from "@keyv/redis";
import type { Keyv } from "keyv";
import type { Shelf } from "../../../src/ports.ts";
import type { Calls } from "./calls.ts";
import { seal, unseal } from "./envelope.ts";
import { shelfKey } from "./keys.ts";
import { type Reply, type Script, script } from "./script.ts";

/** A repeat of an attempt that did set it finds its own text, which nobody else can have written. */
const ADD = script(`
local key = p .. ARGV[2]
local there = redis.call('GET', key)
if there then return { now, there == ARGV[3] and 1 or 0 } end
if ARGV[4] == '' then redis.call('SET', key, ARGV[3]) else redis.call('SET', key, ARGV[3], 'PX', ARGV[4]) end
return { now, 1 }
`);

/** What was taken stays for a moment under the taker's mark, for a repeat of an attempt whose answer was lost. */
const TAKE = script(`
local key, mark = p .. ARGV[2], p .. 'taken:' .. ARGV[3]
local there = redis.call('GET', key)
if not there then return { now, redis.call('GET', mark) or '' } end
redis.call('SET', mark, there, 'PX', 5000)
redis.call('DEL', key)
return { now, there }
`);

export interface ShelfParts {
  keyv: Keyv;
  adapter: KeyvRedis<string>;
  calls: Calls;
  ask: (what: Script, args: string[]) => Promise<Reply[]>;
}

export function createShelf({ keyv, adapter, calls, ask }: ShelfParts): Shelf {
  return {
    get: (key) => calls.ask(() => keyv.get<string>(shelfKey(key))),
    async set(key, value, ttl) {
      const life = ttl === undefined ? undefined : Math.ceil(ttl);
      if (life !== undefined && life <= 0) await calls.ask(() => adapter.delete(shelfKey(key)));
      else await calls.ask(() => adapter.set(shelfKey(key), seal(value), life));
    },
    async add(key, value, ttl) {
      const life = ttl === undefined ? "" : String(Math.max(1, Math.ceil(ttl)));
      const [, added] = await ask(ADD, [shelfKey(key), seal(value, { by: randomUUID() }), life]);
      return added === 1;
    },
    async take(key) {
      const [, text] = await ask(TAKE, [shelfKey(key), randomUUID()]);
      return text === "" ? undefined : String(unseal(String(text)).value);
    },
  };
}
