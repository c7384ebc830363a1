/** A comment's offer as a button below the card, and what its press comes to. */

import { attempt } from "../../../src/chat/acting.ts";
import * as offers from "../../../src/chat/offer.ts";
import type { Checkpoint } from "../../../src/checkpoint.ts";
import type { Offer } from "../../../src/words.ts";
import { actorOf, recordWithin } from "./doing.ts";
import type { Press } from "./parse.ts";
import type { Parts } from "./parts.ts";
import { tellPresser } from "./say.ts";
import { notice, offerButton } from "./views.ts";
import type { Part } from "./wire.ts";

export const pressedKey = (id: string, { user }: { user: string }) => offers.pressedKey("discord", id, user);

export async function keepOffer(
  { shelf }: Parts,
  checkpoint: Pick<Checkpoint, "id" | "digest">,
  { user }: { user: string },
  offer: Offer,
): Promise<Part> {
  return offerButton(offer.label, await offers.keepOffer(shelf, "discord", checkpoint, user, offer.act));
}

export async function takeOffer(parts: Parts, pressed: Press, token: string): Promise<void> {
  const find = (id: string) => recordWithin(parts, id);
  const taken = await offers.takeOffer(parts.shelf, "discord", token, pressed.by.user, find);
  if (taken.type === "none") return tellPresser(parts, pressed, taken.why);
  const { checkpoint, act, key } = taken;
  const who = await actorOf(parts, pressed.by, checkpoint);
  if (who.type === "nobody") return tellPresser(parts, pressed, who.why);
  const done = await attempt(parts, who.actor, checkpoint, act, { key, saw: true });
  if (done.type !== "told") return tellPresser(parts, pressed, "This needs the form on the card.");
  // The button has done its work: everybody sees it there, and would press it again.
  if (!done.stood) return tellPresser(parts, pressed, done.text);
  await parts.wire
    .respond(pressed.to, { type: "update", body: notice(done.text) })
    .catch((error: unknown) => parts.report("an offer could not be taken back", error));
}
