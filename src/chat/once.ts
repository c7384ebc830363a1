/**
 * One effect for a message, however many events and deliveries bring it. A claim that its holder did not live to
 * finish is free again before the platform's next try; what failed is free at once. `key` begins with the channel's name.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Shelf } from "../ports.ts";

/** Ms after which it is free by itself. */
export const CLAIM = 20_000;
/** Slack repeats an event for up to an hour; people replay captured ones later. */
const KEPT = 7 * 86_400_000;

const LOOK = 50;

/**
 * Where somebody else is at it, this answers at once; with `patience` (ms) only when they are done, and throws if they
 * are not by then: whoever sends what is not acknowledged sends it again, and the other may not have lived to finish.
 */
export async function once(shelf: Shelf, key: string, work: () => Promise<void>, patience = 0): Promise<void> {
  const until = performance.now() + patience;
  for (;;) {
    if ((await shelf.get(`done:${key}`)) !== undefined) return;
    if (await shelf.add(`claim:${key}`, "1", CLAIM)) break;
    if (patience === 0) return;
    if (performance.now() >= until) throw new Error("somebody else is still at it");
    await pause(LOOK);
  }
  try {
    // Another replica may have finished between the two looks.
    if ((await shelf.get(`done:${key}`)) !== undefined) return;
    await work();
    await shelf.set(`done:${key}`, "1", KEPT);
  } finally {
    await shelf.take(`claim:${key}`).catch(() => undefined);
  }
}
