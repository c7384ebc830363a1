/**
 * The ids of mails, made from what they are about: the same mail sent twice is one mail to whoever keeps them by id,
 * and all mails about a checkpoint hang below the one that asked. Nobody can make them up without our key.
 */
import { createHmac } from "node:crypto";
import type { Checkpoint } from "../../../src/checkpoint.ts";
import type { Event } from "./render.ts";

export interface Threaded {
  messageId: string;
  references: string[];
}

/** `count`: which reminder, which rung. */
export function threaded(
  key: Uint8Array,
  { id, previous }: Pick<Checkpoint, "id" | "previous">,
  event: Event,
  count: number,
  address: string,
  sender: string,
): Threaded {
  const domain = sender.slice(sender.lastIndexOf("@") + 1);
  const idOf = (checkpoint: string, what: string) => {
    const mac = createHmac("sha256", key).update(JSON.stringify([checkpoint, what, address]));
    return `<${mac.digest("base64url").slice(0, 32)}@${domain}>`;
  };
  const root = idOf(id, "raised 0");
  const before = previous === null ? [] : [idOf(previous, "raised 0")];
  return {
    messageId: idOf(id, `${event} ${count}`),
    references: event === "raised" ? before : [...before, root],
  };
}
