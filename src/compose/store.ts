/** The store that the settings name, and that its records were signed with the secret that is set. */
import { openMemory } from "../../adapters/stores/memory/index.ts";
import { openSqlite } from "../../adapters/stores/sqlite/index.ts";
import { SettingsError } from "../config.ts";
import type { Opened, Shelf } from "../ports.ts";
import type { StoreSetting } from "../settings.ts";

export async function openStore(setting: StoreSetting, check: string): Promise<Opened> {
  const opened = await open(setting);
  try {
    await checkSecret(opened.shelf, check, setting);
  } catch (error) {
    await opened.close();
    throw error;
  }
  return opened;
}

async function open(setting: StoreSetting): Promise<Opened> {
  switch (setting.type) {
    case "memory":
      return openMemory();
    case "sqlite":
      return openSqlite(setting.path);
    case "redis": {
      // Its client is loaded only where there is a Redis.
      const { openRedis } = await import("../../adapters/stores/redis/index.ts");
      return openRedis(setting.url);
    }
  }
}

/** Replicas that sign with different secrets would take each other's buttons, cookies and records for forgeries. */
async function checkSecret(shelf: Shelf, check: string, { type }: StoreSetting): Promise<void> {
  if ((await shelf.add("secret-check", check)) || (await shelf.get("secret-check")) === check) return;
  // None is ever generated for Redis.
  const former =
    type === "redis" ? "the one that its replicas have" : "the former one (generated, it lies in HITL_DATA/secret)";
  throw new SettingsError([
    `HITL_SECRET is not the one that this store was made with: set ${former}, or name another HITL_STORE.`,
  ]);
}
