/**
 * What was left open below a card: a comment that its author may send as feedback with one press, and the quarter of an
 * hour after pressing Revise in which a plain reply is the feedback. Kept on the shelf, so that a restart forgets none.
 */
import { randomBytes } from "node:crypto";
import type { Act } from "../../../src/card.ts";
import { attempt } from "../../../src/chat/acting.ts";
import type { Offer } from "../../../src/words.ts";
import { actorOf, recordWithin } from "./doing.ts";
import type { Press } from "./parse.ts";
import type { Parts } from "./parts.ts";
import { tellPresser } from "./say.ts";
import { notice, offerButton } from "./views.ts";
import type { Part } from "./wire.ts";

export const REPLY_WITHIN = 15 * 60_000;
const OFFER_WITHIN = 24 * 3_600_000;

export function pressedKey(id: string, { user }: { user: string }): string {
  return `discord:pressed:${id}:${user}`;
}

interface Kept {
  id: string;
  digest: string;
  user: string;
  act: Act;
}

/** The button, which only its author's press makes something of. */
export async function keepOffer(
  { shelf }: Parts,
  { id, digest }: { id: string; digest: string },
  { user }: { user: string },
  offer: Offer,
): Promise<Part> {
  const token = randomBytes(16).toString("base64url");
  const kept: Kept = { id, digest, user, act: offer.act };
  await shelf.set(`discord:offer:${token}`, JSON.stringify(kept), OFFER_WITHIN);
  return offerButton(offer.label, token);
}

export async function takeOffer(parts: Parts, pressed: Press, token: string): Promise<void> {
  const text = await parts.shelf.get(`discord:offer:${token}`);
  const kept = text === undefined ? undefined : (JSON.parse(text) as Kept);
  if (kept !== undefined && kept.user !== pressed.by.user)
    return tellPresser(parts, pressed, "Only who wrote this may send it on.");
  const checkpoint = kept === undefined ? undefined : await recordWithin(parts, kept.id);
  if (kept === undefined || checkpoint === undefined)
    return tellPresser(parts, pressed, "This offer has had its time: reply again below the card.");
  const who = await actorOf(parts, pressed.by, checkpoint);
  if (who.type === "nobody") return tellPresser(parts, pressed, who.why);
  const act = { ...kept.act, digest: kept.digest };
  // The token is the key: pressing twice is one act.
  const done = await attempt(parts, who.actor, checkpoint, act, { key: `offer:${token}`, saw: true });
  if (done.type !== "told") return tellPresser(parts, pressed, "This needs the form on the card.");
  // The button has done its work: everybody sees it there, and would press it again.
  if (!done.stood) return tellPresser(parts, pressed, done.text);
  await parts.wire
    .respond(pressed.to, { type: "update", body: notice(done.text) })
    .catch((error: unknown) => parts.report("an offer could not be taken back", error));
}
