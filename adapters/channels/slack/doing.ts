/**
 * What presses, submissions and replies have in common here: the person is looked up, the pressed message is matched to
 * where the record was sent. What comes of an act is src/chat/acting.ts's.
 */
import type { Card } from "../../../src/card.ts";
import { READ_WITHIN, type Whoever } from "../../../src/chat/acting.ts";
import { within } from "../../../src/chat/within.ts";
import type { Checkpoint } from "../../../src/checkpoint.ts";
import type { Press, Presser } from "./parse.ts";
import { cardFor, groupsFor, type Parts, signFor } from "./parts.ts";
import { placementAt, slackPlacements, writePlace } from "./places.ts";
import { render } from "./render.ts";

/** `checkpoint`: what they have before them; without one it is about what they may see in lists, wherever they are. */
export async function actorOf(parts: Parts, by: Presser, checkpoint?: Checkpoint): Promise<Whoever> {
  const who = await parts.people.who(by, groupsFor(parts, checkpoint));
  if (who.type === "nobody") return who;
  const { name, ...found } = who.account;
  // `anyone` is whoever has the card before them, and not whoever asks for a list.
  const account = { ...found, member: found.member && wasSent(checkpoint) };
  // Whom the settings know is called as they say; the name that somebody gave themselves is for all others.
  const known = parts.directory.ownerOf(account) !== undefined;
  return { type: "actor", actor: parts.access.account(known || name === undefined ? account : { ...account, name }) };
}

function wasSent(checkpoint: Checkpoint | undefined): boolean {
  return checkpoint !== undefined && slackPlacements(checkpoint).length > 0;
}

/** What a button is about that opens something, if its message stands where the record was sent; modals come from there. */
export async function before(parts: Parts, { by, message, view, value }: Press): Promise<Checkpoint | undefined> {
  const checkpoint = await recordWithin(parts, value);
  if (checkpoint === undefined || view?.type === "modal") return checkpoint;
  if (view !== null || message === null) return undefined;
  return (await placementFor(parts, checkpoint, message, by.user)) && checkpoint;
}

export function recordWithin(parts: Parts, id: string): Promise<Checkpoint | undefined> {
  return within(READ_WITHIN, parts.record(id));
}

/** Brings the very message that was pressed up to date, also one that no record knows. */
export async function mend(parts: Parts, checkpoint: Checkpoint, channel: string, ts: string): Promise<Card> {
  const card = await cardFor(parts, checkpoint);
  const { message } = render(card, signFor(parts, card));
  await parts.wire.call("chat.update", { channel, ts, ...message, parse: "none", link_names: false });
  return card;
}

/** As `placementAt`; Slack does not tell the names of private channels, so what a route calls them is looked up. */
export async function placementFor(
  { places }: Parts,
  checkpoint: Checkpoint,
  at: { channel: string; ts: string; name: string },
  user: string,
): Promise<ReturnType<typeof placementAt>> {
  const found = placementAt(checkpoint, at, user);
  if (found !== undefined) return found;
  for (const placement of slackPlacements(checkpoint)) {
    const channel = await within(READ_WITHIN, places.find(placement.conversation)).catch(() => undefined);
    if (channel === at.channel) return { placement, known: false };
  }
  return undefined;
}

/** A card whose post was never recorded: from now on it is the one that is kept up to date. */
export async function adopt(
  parts: Parts,
  checkpoint: Checkpoint,
  at: { channel: string; ts: string; name: string; thread: string | null },
  user: string,
): Promise<boolean> {
  const found = await placementFor(parts, checkpoint, at, user);
  if (found === undefined || found.known) return false;
  if (found.placement.message !== undefined) return true;
  const { conversation } = found.placement;
  await parts.desk.placed(checkpoint.id, {
    ...{ type: "placed", channel: "slack", conversation, revision: 0 },
    result: { type: "shown", message: writePlace(at) },
  });
  return true;
}

/** How much of it its card shows. */
export async function shownOn(parts: Parts, checkpoint: Checkpoint): Promise<{ shown: number; of: number }> {
  const card = await cardFor(parts, checkpoint);
  const { shown, of } = render(card, signFor(parts, card));
  return { shown, of };
}
