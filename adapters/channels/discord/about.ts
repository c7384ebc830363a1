/** Which card a message is about, and whether its author had that card before them as it is. */
import { setTimeout as pause } from "node:timers/promises";
import type { Replied } from "../../../src/chat/reply.ts";
import type { Checkpoint, Placement } from "../../../src/checkpoint.ts";
import { readHandle } from "../../../src/handle.ts";
import { codeOf } from "./faults.ts";
import { readMark } from "./marks.ts";
import type { Parts } from "./parts.ts";
import { discordPlacements, isIn, type Place, readPlace } from "./places.ts";
import { aboutKey, threadKey } from "./rounds.ts";
import type { Said } from "./said.ts";
import { patiently } from "./say.ts";
import { writtenAt } from "./stamp.ts";
import type { Part } from "./wire.ts";

/** How often, and how long apart, a card that is being posted is looked for. */
const LOOKS = 5;
const LOOK_MS = 200;
/** Between Discord's clock and the store's. */
const SKEW_MS = 5_000;

/**
 * What the message is about that it replies to, or the one that this one replies to in its turn; or else the latest
 * round of the thread that it stands in; found again by the card itself where that was not noted.
 */
export async function checkpointOf(parts: Parts, said: Said, mentioned: boolean): Promise<Checkpoint | undefined> {
  for (const root of [said.parent?.message, said.parent?.parent, said.channel]) {
    const id = typeof root === "string" ? await notedUnder(parts, root, root === said.channel) : undefined;
    const found = id === undefined ? undefined : await routedHere(parts, said, id);
    if (found !== undefined) return found;
  }
  const id = await idOnCard(parts, said, mentioned);
  return id === undefined ? undefined : routedHere(parts, said, id);
}

/** What it answers; a message whose author Discord does not tell is a person's, unless it is a card. */
export async function answeredBy(
  { shelf, wire }: Parts,
  { parent }: Said,
  checkpoint: Checkpoint,
): Promise<Pick<Replied, "answers" | "named">> {
  if (parent === null) return { answers: "card", named: false };
  const isCard =
    discordPlacements(checkpoint).some(({ message }) => readPlace(message)?.message === parent.message) ||
    // One that is being posted, and is not on record yet.
    (await shelf.get(threadKey(parent.message))) !== undefined;
  if (isCard) return { answers: "card", named: false };
  const named = (await shelf.get(aboutKey(parent.message))) === checkpoint.id;
  return { answers: parent.author === wire.home.bot ? "bot" : "person", named };
}

async function notedUnder(parts: Parts, root: string, isThread: boolean): Promise<string | undefined> {
  const latest = await parts.shelf.get(threadKey(root));
  if (isThread) return latest;
  return latest === undefined ? parts.shelf.get(aboutKey(root)) : roundOf(parts, latest, root);
}

/** Whose card that message is: a thread bears the id of its first card, and is noted with its latest round. */
async function roundOf({ record }: Parts, latest: string, message: string): Promise<string | undefined> {
  let isPosting = false;
  for (let id: string | null = latest; id !== null; ) {
    const round: Checkpoint | undefined = await record(id);
    const placements = round === undefined ? [] : discordPlacements(round);
    if (placements.some((each) => readPlace(each.message)?.message === message)) return id;
    if (id === latest) isPosting = placements.some(({ state }) => state === "queued");
    id = round?.previous ?? null;
  }
  // A card that is being posted is not on record yet.
  return isPosting ? latest : undefined;
}

async function routedHere(parts: Parts, said: Said, id: string): Promise<Checkpoint | undefined> {
  const checkpoint = await parts.record(id);
  if (checkpoint === undefined) return undefined;
  const { channel, direct, by } = said;
  const inSpot = (parent: string | null) =>
    patiently(() => isIn(parts.places, checkpoint, { channel, parent, name: "", direct }, by.user));
  if (await inSpot(parentIn(checkpoint, channel))) return checkpoint;
  // A round that is being posted in the thread of the one before is not on record yet.
  const { parent_id: parent } = await patiently(() => parts.wire.channel(channel));
  return typeof parent === "string" && (await inSpot(parent)) ? checkpoint : undefined;
}

/** A message does not tell which channel its thread is in; the record does. */
function parentIn(checkpoint: Checkpoint, channel: string): string | null {
  const places = discordPlacements(checkpoint).flatMap(({ message }) => readPlace(message) ?? []);
  return places.find(({ message, thread }) => channel === message || channel === thread)?.channel ?? null;
}

/** Looked up only for replies to us, and where we are mentioned: all other messages come by here, too. */
async function idOnCard({ wire, report }: Parts, said: Said, mentioned: boolean): Promise<string | undefined> {
  const { parent, channel } = said;
  try {
    if (parent !== null && (parent.author === null || parent.author === wire.home.bot)) {
      const card = await patiently(() => wire.getMessage(channel, parent.message));
      return card.author.id === wire.home.bot ? idIn(card.components ?? []) : undefined;
    }
    if (!mentioned || said.direct) return undefined;
    const { parent_id: room } = await patiently(() => wire.channel(channel));
    if (typeof room !== "string") return undefined;
    const card = await patiently(() => wire.getMessage(room, channel));
    return card.author.id === wire.home.bot ? idIn(card.components ?? []) : undefined;
  } catch (error) {
    if (![UNKNOWN_MESSAGE, NO_ACCESS].includes(codeOf(error)))
      report("the card of a reply could not be looked up", error);
    return undefined;
  }
}

const UNKNOWN_MESSAGE = 10_008;
const NO_ACCESS = 50_001;

/** What the buttons of a card are about. */
function idIn(parts: readonly Part[]): string | undefined {
  for (const { custom_id, components, accessory } of parts) {
    const mark = custom_id === undefined ? undefined : readMark(custom_id);
    if (mark?.mark === "act") return readHandle(mark.handle)?.id;
    const inner = idIn([...(components ?? []), ...(accessory === undefined ? [] : [accessory])]);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/**
 * Words are about what the card above them showed when they were written, and nothing else: none is about a round that
 * was not posted yet, and none approves an edit that the card did not show. A card that is being posted is given a
 * moment to be recorded.
 */
export async function hadBeforeThem(parts: Parts, said: Said, { id, digest }: Checkpoint): Promise<boolean> {
  for (let look = 0; look < LOOKS; look += 1) {
    if (look > 0) await pause(LOOK_MS);
    const now = await parts.record(id);
    if (now === undefined || now.digest !== digest) return false;
    const here = discordPlacements(now).find(({ message }) => isAbove(readPlace(message), said));
    if (here?.state === "shown" && here.digest === digest) return isLater(said, here);
  }
  return false;
}

/** It replies to the card, or stands in its thread, which bears the id of the message that it stands under. */
function isAbove(place: Place | undefined, { channel, parent }: Said): boolean {
  if (place === undefined) return false;
  const { message, thread } = place;
  return parent?.message === message || channel === message || channel === thread;
}

/** Than the card by Discord's clock; than its last change by ours, with room for what lies between the two. */
function isLater({ message: own }: Said, { message, since }: Placement): boolean {
  const card = readPlace(message)?.message;
  if (card === undefined || BigInt(own) <= BigInt(card)) return false;
  return since === undefined || writtenAt(own) > since + SKEW_MS;
}
