/**
 * What is sent, made once: every attempt by every replica sends the bytes of the first one, however the record has
 * gone on since. They are kept until the delivery is recorded, and for a while it is remembered that it was.
 */
import type { Checkpoint } from "../../../src/checkpoint.ts";
import type { Shelf } from "../../../src/ports.ts";
import { iso } from "../../../src/time.ts";
import { viewOf } from "../../../src/view.ts";

/** Longer than a replica that was late can still hold the record as it was before. */
const REMEMBERED_MS = 86_400_000;
const TOLD = "told";

export interface Bodies {
  /** Null: it was delivered meanwhile. */
  of(checkpoint: Checkpoint): Promise<Buffer | null>;
  /** Once no attempt needs it any more: without a time to live, because a dead letter may be tried again after months. */
  forget(id: string): Promise<void>;
}

export function makeBodies(shelf: Pick<Shelf, "get" | "set" | "add">, baseUrl: string): Bodies {
  const key = (id: string) => `webhook:${id}`;
  return {
    async of(checkpoint) {
      const made = JSON.stringify(messageOf(checkpoint, baseUrl));
      if (await shelf.add(key(checkpoint.id), made)) return Buffer.from(made);
      const kept = (await shelf.get(key(checkpoint.id))) ?? TOLD;
      return kept === TOLD ? null : Buffer.from(kept);
    },
    forget: (id) => shelf.set(key(id), TOLD, REMEMBERED_MS),
  };
}

/** The time is that of the event; each attempt says its own in a header. */
function messageOf(checkpoint: Checkpoint, baseUrl: string) {
  const timestamp = iso(checkpoint.ended_at ?? checkpoint.created_at);
  return { type: `checkpoint.${checkpoint.status}`, timestamp, data: viewOf(checkpoint, baseUrl, { role: "agent" }) };
}
