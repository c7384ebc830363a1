/**
 * Which workflows that wait have heard how their question ended. Until then the same call again gets just that; it
 * would otherwise be a new question, and what people said in between two calls would be lost.
 */
import type { DoorParts } from "../../../src/door.ts";

/** Longer than an untold end is kept for whoever comes back for it. */
const KEPT_MS = 8 * 86_400_000;

export async function toldAt({ shelf }: Pick<DoorParts, "shelf">, id: string): Promise<number | undefined> {
  const at = await shelf.get(`callbacks:told:${id}`);
  return at === undefined ? undefined : Number(at);
}

/** The first time counts. */
export async function noteTold({ shelf, clock }: Pick<DoorParts, "shelf" | "clock">, id: string): Promise<void> {
  await shelf.add(`callbacks:told:${id}`, String(clock()), KEPT_MS);
}
