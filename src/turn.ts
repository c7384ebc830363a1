/**
 * One at a time for each thing that an agent's system has one question open of, on whichever replica: of two questions
 * that come at once the second finds the first one there, and takes its place. Whoever dies within its turn holds up
 * the next for `HELD_MS`.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { type Refusal, refuse } from "./card.ts";
import type { Shelf } from "./ports.ts";

/** Longer than a turn takes while the store is slow but answers. */
const HELD_MS = 10_000;
const PATIENCE_MS = 12_000;
const AGAIN_MS = 10;

/** It moved on between being looked at and being asked about: to be looked at again. */
const MOVED: readonly string[] = ["already_resolved", "idempotency_mismatch"];
const TRIES = 3;

/** `work` looks at what is there and raises what follows from it. */
export async function inTurn<T extends { type: string }>(
  shelf: Shelf,
  what: readonly (string | readonly string[])[],
  work: () => Promise<T>,
): Promise<T | Refusal> {
  const [key, me] = [`turn:${JSON.stringify(what)}`, randomUUID()];
  const patience = performance.now() + PATIENCE_MS;
  while (!(await shelf.add(key, me, HELD_MS))) {
    if (performance.now() > patience)
      return refuse("unavailable", "Too much is asked about this at once; try again in a moment.");
    await pause(AGAIN_MS + Math.random() * AGAIN_MS);
  }
  try {
    for (let attempt = 1; ; attempt += 1) {
      const done = await work();
      if (attempt === TRIES || !hasMoved(done)) return done;
    }
  } finally {
    if ((await shelf.get(key)) === me) await shelf.take(key);
  }
}

function hasMoved(done: { type: string; code?: string }): boolean {
  return done.type === "refused" && MOVED.includes(done.code ?? "");
}
