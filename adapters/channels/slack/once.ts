/**
 * One effect for a message, however many events and deliveries bring it. A claim that its holder did not live to
 * finish is free again before Slack's next try; what failed is free at once.
 */
import type { Shelf } from "../../../src/ports.ts";

const CLAIM = 20_000;
/** Slack repeats an event for up to an hour; people replay captured ones later. */
const KEPT = 7 * 86_400_000;

export async function once(shelf: Shelf, key: string, work: () => Promise<void>): Promise<void> {
  if ((await shelf.get(`slack:done:${key}`)) !== undefined) return;
  if (!(await shelf.add(`slack:claim:${key}`, "1", CLAIM))) return;
  try {
    // Another replica may have finished between the two looks.
    if ((await shelf.get(`slack:done:${key}`)) !== undefined) return;
    await work();
    await shelf.set(`slack:done:${key}`, "1", KEPT);
  } finally {
    await shelf.take(`slack:claim:${key}`).catch(() => undefined);
  }
}
