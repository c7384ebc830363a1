/**
 * One at a time for each job, on whichever replica: of two questions that come at once the second finds the first one
 * there, and takes its place. Whoever dies within its turn holds up the next for `HELD_MS`.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { type Refusal, refuse } from "../../../src/card.ts";
import type { Shelf } from "../../../src/ports.ts";

/** Longer than a turn takes while the store is slow but answers. */
const HELD_MS = 10_000;
const PATIENCE_MS = 12_000;
const AGAIN_MS = 10;

export async function inTurn<T>(shelf: Shelf, what: string, work: () => Promise<T>): Promise<T | Refusal> {
  const [key, me] = [`callbacks:turn:${what}`, randomUUID()];
  const patience = performance.now() + PATIENCE_MS;
  while (!(await shelf.add(key, me, HELD_MS))) {
    if (performance.now() > patience) return refuse("unavailable", "Too much is asked of this job at once; try again.");
    await pause(AGAIN_MS + Math.random() * AGAIN_MS);
  }
  try {
    return await work();
  } finally {
    if ((await shelf.get(key)) === me) await shelf.take(key);
  }
}
