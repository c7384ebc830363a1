/**
 * By the pipelines' own ids to ours: nothing else that is stored finds a checkpoint by it. An id may lead to several,
 * of different agents; who may see which is the desk's to say.
 */
import { createHash } from "node:crypto";
import type { Shelf } from "../../../src/ports.ts";

/** So many agents that use the same id are kept apart; nobody has more. */
const MOST = 50;

/** To be called before the raise: an id that leads nowhere is harmless, one that is missing is not. */
export async function remember(shelf: Shelf, foreign: string, id: string): Promise<void> {
  for (let number = 0; number < MOST; number += 1) {
    const key = keyOf(foreign, number);
    const there = await shelf.get(key);
    if (there === id) return;
    if (there === undefined && (await shelf.add(key, id))) return;
    if ((await shelf.get(key)) === id) return;
  }
}

export async function idsOf(shelf: Shelf, foreign: string): Promise<string[]> {
  const ids: string[] = [];
  for (let number = 0; number < MOST; number += 1) {
    const id = await shelf.get(keyOf(foreign, number));
    if (id === undefined) break;
    ids.push(id);
  }
  return ids;
}

function keyOf(foreign: string, number: number): string {
  return `pipeline:${createHash("sha256").update(foreign).digest("base64url")}:${number}`;
}
