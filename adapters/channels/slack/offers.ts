/** A comment's offer as a button in the thread, and what its press comes to. */

import { attempt } from "../../../src/chat/acting.ts";
import * as offers from "../../../src/chat/offer.ts";
import type { Checkpoint } from "../../../src/checkpoint.ts";
import type { Offer } from "../../../src/words.ts";
import { actorOf, recordWithin } from "./doing.ts";
import { type Part, plain } from "./literal.ts";
import { markId } from "./marks.ts";
import type { Press, Presser } from "./parse.ts";
import type { Parts } from "./parts.ts";
import { tellPresser } from "./say.ts";

export const pressedKey = (id: string, { team, user }: Presser) => offers.pressedKey("slack", id, `${team}:${user}`);

export async function keepOffer(
  { shelf }: Parts,
  checkpoint: Pick<Checkpoint, "id" | "digest">,
  { user }: Presser,
  offer: Offer,
): Promise<Part> {
  const value = await offers.keepOffer(shelf, "slack", checkpoint, user, offer.act);
  const button = { type: "button", action_id: markId("offer"), text: plain(offer.label, 75), value };
  return { type: "actions", block_id: "offer", elements: [button] };
}

export async function takeOffer(parts: Parts, pressed: Press): Promise<void> {
  const find = (id: string) => recordWithin(parts, id);
  const taken = await offers.takeOffer(parts.shelf, "slack", pressed.value, pressed.by.user, find);
  if (taken.type === "none") return tellPresser(parts, pressed, taken.why);
  const { checkpoint, act, key } = taken;
  const who = await actorOf(parts, pressed.by, checkpoint);
  if (who.type === "nobody") return tellPresser(parts, pressed, who.why);
  const done = await attempt(parts, who.actor, checkpoint, act, { key, saw: true });
  tellPresser(parts, pressed, done.type === "told" ? done.text : "This needs the form on the card.");
}
