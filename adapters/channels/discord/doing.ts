/**
 * What presses, submissions and replies have in common here: the person is looked up, the pressed message is matched to
 * where the record was sent. What comes of an act is src/chat/acting.ts's.
 */
import { READ_WITHIN, type Whoever } from "../../../src/chat/acting.ts";
import { within } from "../../../src/chat/within.ts";
import type { Checkpoint } from "../../../src/checkpoint.ts";
import { cardFor, type Parts, signFor } from "./parts.ts";
import {
  discordPlacements,
  ifThere,
  isIn,
  placeAt,
  placementAt,
  readPlace,
  type Spot,
  userIn,
  writePlace,
} from "./places.ts";
import { render } from "./render.ts";
import { pictureOf, stampOf } from "./stamp.ts";
import type { Presser } from "./wire.ts";

/** `checkpoint`: what they act on; without one it is about what they may see in lists. */
export async function actorOf(parts: Parts, by: Presser, checkpoint?: Checkpoint): Promise<Whoever> {
  const who = await parts.people.who(by);
  if (who.type === "nobody") return who;
  const { name, ...found } = who.account;
  const account = { ...found, member: found.member && (await isAmongThem(parts, by, checkpoint)) };
  // Whom the settings know is called as they say; the name that somebody gave themselves is for all others.
  const known = parts.directory.ownerOf(account) !== undefined;
  return { type: "actor", actor: parts.access.account(known || name === undefined ? account : { ...account, name }) };
}

/**
 * `anyone` is whoever is where the card was sent, and not whoever asks for a list: a member of one connected server
 * decides nothing of another's.
 */
async function isAmongThem({ wire, places }: Parts, by: Presser, checkpoint: Checkpoint | undefined): Promise<boolean> {
  const placements = checkpoint === undefined ? [] : discordPlacements(checkpoint);
  if (wire.home.guilds.length === 1) return placements.length > 0;
  for (const { conversation, message } of placements) {
    if (userIn(conversation) === by.user) return true;
    const place = readPlace(message);
    if (by.guild === null || place === undefined) continue;
    if ((await ifThere(within(READ_WITHIN, places.guildOf(place.channel)))) === by.guild) return true;
  }
  return false;
}

/** What a button is about that opens something, if it was pressed where the record was sent. */
export async function before(parts: Parts, by: Presser, at: Spot, id: string): Promise<Checkpoint | undefined> {
  const checkpoint = await recordWithin(parts, id);
  if (checkpoint === undefined) return undefined;
  return (await within(READ_WITHIN, isIn(parts.places, checkpoint, at, by.user)).catch(() => false))
    ? checkpoint
    : undefined;
}

export function recordWithin(parts: Parts, id: string): Promise<Checkpoint | undefined> {
  return within(READ_WITHIN, parts.record(id));
}

/** A message that somebody has before them; its stamp says which card it is. */
export interface Seen {
  at: Spot;
  message: string;
  stamp: number | null;
}

/** Brings the very message that was pressed up to date, also one that no record knows; never another card's. */
export async function mend(parts: Parts, checkpoint: Checkpoint, seen: Seen, user: string): Promise<void> {
  const found = await placementFor(parts, checkpoint, seen, user);
  if (found === undefined) return;
  const card = await cardFor(parts, checkpoint);
  const picture = pictureOf(parts, card, found.placement.conversation);
  await parts.wire.editMessage(seen.at.channel, seen.message, picture);
}

/**
 * As `placementAt`. A message that the record does not know must be in a conversation that it was sent to, and bear its
 * stamp: what a client says that it pressed is its own claim, what the message holds is Discord's word.
 */
export async function placementFor(
  { places }: Parts,
  checkpoint: Checkpoint,
  { at, message, stamp }: Seen,
  user: string,
): Promise<ReturnType<typeof placementAt>> {
  const found = placementAt(checkpoint, { ...at, message }, user);
  if (found?.known) return found;
  const placement = discordPlacements(checkpoint).find(
    ({ conversation }) => stampOf(checkpoint.id, conversation) === stamp,
  );
  if (placement === undefined || found?.placement === placement) return placement && found;
  const channel = await ifThere(within(READ_WITHIN, places.find(placement.conversation)));
  return channel !== undefined && (channel === at.channel || channel === at.parent)
    ? { placement, known: false }
    : undefined;
}

/** A card whose post was never recorded: from now on it is the one that is kept up to date. */
export async function adopt(parts: Parts, checkpoint: Checkpoint, seen: Seen, user: string): Promise<boolean> {
  const found = await placementFor(parts, checkpoint, seen, user);
  if (found === undefined || found.known) return false;
  if (found.placement.message !== undefined) return true;
  const { conversation } = found.placement;
  await parts.desk.placed(checkpoint.id, {
    ...{ type: "placed", channel: "discord", conversation, revision: 0 },
    result: { type: "shown", message: writePlace(placeAt(seen.at, seen.message)) },
  });
  return true;
}

/** How much of it its card shows. */
export async function shownOn(parts: Parts, checkpoint: Checkpoint): Promise<{ shown: number; of: number }> {
  const card = await cardFor(parts, checkpoint);
  const { shown, of } = render(card, signFor(parts, card));
  return { shown, of };
}
