/** The store that a replica in its own process is told to open: `redis://…`, or the path of a file. */
import { openRedis } from "../../adapters/stores/redis/index.ts";
import { openSqlite } from "../../adapters/stores/sqlite/index.ts";
import type { Opened } from "../../src/ports.ts";

export function openAt(where: string): Opened | Promise<Opened> {
  return where.startsWith("redis:") ? openRedis(where) : openSqlite(where);
}
