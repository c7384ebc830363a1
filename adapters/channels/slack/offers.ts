/**
 * What was left open in a thread: a comment that its author may send as feedback with one press, and the quarter of an
 * hour after pressing Revise in which a plain reply is the feedback. Kept on the shelf, so that a restart forgets none.
 */
import { randomBytes } from "node:crypto";
import type { Act } from "../../../src/card.ts";
import { attempt } from "../../../src/chat/acting.ts";
import type { Offer } from "../../../src/words.ts";
import { actorOf, recordWithin } from "./doing.ts";
import { type Part, plain } from "./literal.ts";
import { markId } from "./marks.ts";
import type { Press, Presser } from "./parse.ts";
import type { Parts } from "./parts.ts";
import { tellPresser } from "./say.ts";

export const REPLY_WITHIN = 15 * 60_000;
const OFFER_WITHIN = 24 * 3_600_000;

export function pressedKey(id: string, { team, user }: Presser): string {
  return `slack:pressed:${id}:${team}:${user}`;
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
  { user }: Presser,
  offer: Offer,
): Promise<Part> {
  const token = randomBytes(16).toString("base64url");
  const kept: Kept = { id, digest, user, act: offer.act };
  await shelf.set(`slack:offer:${token}`, JSON.stringify(kept), OFFER_WITHIN);
  const button = { type: "button", action_id: markId("offer"), text: plain(offer.label, 75), value: token };
  return { type: "actions", block_id: "offer", elements: [button] };
}

export async function takeOffer(parts: Parts, pressed: Press): Promise<void> {
  const text = await parts.shelf.get(`slack:offer:${pressed.value}`);
  const kept = text === undefined ? undefined : (JSON.parse(text) as Kept);
  const checkpoint = kept?.user === pressed.by.user ? await recordWithin(parts, kept.id) : undefined;
  if (kept === undefined || checkpoint === undefined)
    return tellPresser(parts, pressed, "This offer has had its time: reply in the thread again.");
  const who = await actorOf(parts, pressed.by, checkpoint);
  if (who.type === "nobody") return tellPresser(parts, pressed, who.why);
  const act = { ...kept.act, digest: kept.digest };
  // The token is the key: pressing twice is one act.
  const done = await attempt(parts, who.actor, checkpoint, act, { key: `offer:${pressed.value}`, saw: true });
  tellPresser(parts, pressed, done.type === "told" ? done.text : "This needs the form on the card.");
}
