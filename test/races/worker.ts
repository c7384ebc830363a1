/**
 * One replica in a race, in a process of its own: `worker.ts <store> <person> <action> <sound|get-check-set|keyv>`.
 * Acts upon every checkpoint it is sent, in the order in which all replicas do, and reports what its person was told.
 */
import type { ActionName } from "../../src/checkpoint.ts";
import { type Change, StoreUnavailable } from "../../src/ports.ts";
import { resolve } from "../contract/changes.ts";
import { type Act, winnerOf } from "./checker.ts";
import { getCheckSet, keyvOnly } from "./mutant.ts";
import { openAt } from "./open.ts";

/** People who press at about the same time: how many checkpoints are read before the first of them is decided. */
const WINDOW = 32;

const [where = "", who = "", action = "", kind = ""] = process.argv.slice(2);
const opened = await openAt(where);
const store =
  kind === "keyv" ? keyvOnly(opened.store, where) : kind === "get-check-set" ? getCheckSet(opened.store) : opened.store;
let conflicts = 0;
let unavailable = 0;

/** As the core does: a store out of reach may or may not have taken it, the same operation again tells. */
async function commit(change: Change, attempts = 5): Promise<boolean> {
  try {
    const { type } = await store.commit(change);
    if (type === "conflict") conflicts += 1;
    return type !== "conflict";
  } catch (error) {
    if (!(error instanceof StoreUnavailable) || attempts === 1) throw error;
    unavailable += 1;
    return commit(change, attempts - 1);
  }
}

async function act(id: string): Promise<Act> {
  const before = await store.read(id);
  if (before === undefined) return { id, who, won: false, told: null };
  const won = before.record.status === "pending" && (await commit(resolve(before.record, who, action as ActionName)));
  const after = await store.read(id);
  return { id, who, won, told: after ? winnerOf(after.record) : null };
}

async function race(ids: string[]): Promise<Act[]> {
  const acts: Act[] = [];
  for (let from = 0; from < ids.length; from += WINDOW)
    acts.push(...(await Promise.all(ids.slice(from, from + WINDOW).map(act))));
  return acts;
}

process.once("message", async (ids: string[]) => {
  const acts = await race(ids);
  await opened.close();
  // A store that is broken on purpose may not even close its connection.
  process.send?.({ acts, conflicts, unavailable }, () => process.exit());
});
process.send?.("ready");
