/**
 * Replies to cards and in their threads, and mentions of the bot. What a reply means is read by words.ts; here it is
 * found out which card it is about, and who said it, once for each message.
 */
import { setTimeout as pause } from "node:timers/promises";
import { type Actor, asCaller, asWitness } from "../../../src/access.ts";
import type { Act } from "../../../src/card.ts";
import { attempt, type Done } from "../../../src/chat/acting.ts";
import { isCommand } from "../../../src/chat/answers.ts";
import { once } from "../../../src/chat/once.ts";
import { type Checkpoint, isApproving, type Placement } from "../../../src/checkpoint.ts";
import { readHandle } from "../../../src/handle.ts";
import { mayDecide } from "../../../src/policy/approvers.ts";
import { isBlank } from "../../../src/text.ts";
import { type Reading, readReply } from "../../../src/words.ts";
import { threadKey } from "./delivery.ts";
import { actorOf, ORIGIN } from "./doing.ts";
import { readMark } from "./marks.ts";
import { keepOffer, pressedKey } from "./offers.ts";
import { parseSaid, type Said, withoutMention } from "./parse.ts";
import { cardFor, type Parts, signFor } from "./parts.ts";
import { discordPlacements, isIn, type Place, readPlace } from "./places.ts";
import { render } from "./render.ts";
import { patiently, tellAuthor, troubled } from "./say.ts";
import { commandIn } from "./slash.ts";
import { codeOf, type Part } from "./wire.ts";

/** How often, and how long apart, a card that is being posted is looked for. */
const LOOKS = 5;
const LOOK_MS = 200;
/** Between Discord's clock and the store's. */
const SKEW_MS = 5_000;
/** A replica that did not live to finish has let go of it by then. */
const PATIENCE_MS = 22_000;
/** How long a thread is not told again that what is written in it cannot be read. */
const DEAF_MS = 24 * 3_600_000;

export async function hear(parts: Parts, body: unknown): Promise<void> {
  const said = parseSaid(body);
  const { home } = parts.wire;
  if (said === undefined || said.by.user === home.bot) return;
  const { text, mentioned } = withoutMention(said.text, home.bot);
  const checkpoint = await checkpointOf(parts, said, mentioned);
  const asked = checkpoint === undefined ? mentioned || said.direct : mentioned && isCommand(text);
  // Every other message of every channel comes by here, too.
  if (checkpoint === undefined && !asked) return;
  const answer = async () => {
    try {
      if (asked) await commandIn(parts, said, text);
      else if (checkpoint !== undefined) await reply(parts, said, checkpoint, { text, mentioned });
    } catch (error) {
      tellAuthor(parts, said, troubled(error).replaceAll("Press", "Reply").replaceAll("press", "reply"));
      throw error;
    }
  };
  await once(parts.shelf, `discord:${said.message}`, answer, PATIENCE_MS);
}

async function reply(
  parts: Parts,
  said: Said,
  checkpoint: Checkpoint,
  { text, mentioned }: { text: string; mentioned: boolean },
): Promise<void> {
  const who = await actorOf(parts, said.by);
  if (who.type === "nobody") return tellAuthor(parts, said, who.why);
  const may = mayDecide(checkpoint.approvers, who.actor);
  if (!parts.wire.home.content && isBlank(text) && !mentioned)
    return deaf(parts, said, checkpoint.status === "pending" && may);
  const card = await cardFor(parts, checkpoint);
  const drawn = render(card, signFor(parts, card));
  const pressed = await parts.shelf.get(pressedKey(checkpoint.id, said.by));
  const reading = readReply(text, checkpoint.actions, {
    mentioned,
    mayReplyFeedback: pressed === "revise" || pressed === "refine" ? pressed : null,
    complete: drawn.shown === drawn.of,
    direct: parts.direct && may,
  });
  if (checkpoint.status !== "pending") return afterEnd(parts, said, checkpoint, who.actor, { text, reading });
  switch (reading.type) {
    case "none":
      return;
    case "ask":
      return tellAuthor(parts, said, reading.text);
    case "comment":
      await comment(parts, said, checkpoint, who.actor, text);
      if (reading.offer !== null && may)
        tellAuthor(parts, said, "Kept as a comment.", [await keepOffer(parts, checkpoint, said.by, reading.offer)]);
      return;
    case "act": {
      const isSure = !isApproving(reading.act.action) && checkpoint.previous === null;
      if (!isSure && !(await hadBeforeThem(parts, said, checkpoint)))
        return tellAuthor(
          parts,
          said,
          "The card here has just changed. Look at it, then say it again or press the button.",
        );
      const done = await carryOut(parts, said, checkpoint, who.actor, reading.act);
      tellAuthor(parts, said, done.type === "told" ? done.text : "This needs the form on the card.");
    }
  }
}

function carryOut(parts: Parts, said: Said, checkpoint: Checkpoint, actor: Actor, act: Act): Promise<Done> {
  const options = { key: keyOf(said), saw: true };
  return attempt(parts, actor, checkpoint, { ...act, digest: checkpoint.digest }, options);
}

/** The same message, however often it is delivered. */
function keyOf({ message }: Said): string {
  return `said:${message}`;
}

/** What is said after the end is a comment; unless it is what ended it, and is only delivered once more. */
async function afterEnd(
  parts: Parts,
  said: Said,
  checkpoint: Checkpoint,
  actor: Actor,
  { text, reading }: { text: string; reading: Reading },
): Promise<void> {
  if (reading.type === "none") return;
  if (reading.type === "act") {
    const done = await carryOut(parts, said, checkpoint, actor, reading.act);
    if (done.type === "told") tellAuthor(parts, said, done.text);
    if (done.type === "told" && done.stood) return;
  }
  await comment(parts, said, checkpoint, actor, text);
}

/** Discord withholds what does not mention the bot: said once a day and thread, to somebody who may mean to decide. */
async function deaf(parts: Parts, said: Said, concerned: boolean): Promise<void> {
  if (!concerned || !(await parts.shelf.add(`discord:deaf:${said.channel}`, "1", DEAF_MS))) return;
  const text = "This bot cannot read that: mention it, or reply to the card, for it to take your words.";
  tellAuthor(parts, said, text);
}

/**
 * Words are about what the card above them showed when they were written, and nothing else: none is about a round that
 * was not posted yet, and none approves an edit that the card did not show. A card that is being posted is given a
 * moment to be recorded.
 */
async function hadBeforeThem(parts: Parts, said: Said, { id, digest }: Checkpoint): Promise<boolean> {
  for (let look = 0; look < LOOKS; look += 1) {
    if (look > 0) await pause(LOOK_MS);
    const now = await parts.record(id);
    if (now === undefined || now.digest !== digest) return false;
    const here = discordPlacements(now).find(({ message }) => isAbove(readPlace(message), said));
    if (here?.state === "shown" && here.digest === digest) return isLater(said, here);
  }
  return false;
}

/** A thread bears the id of the message that it stands under. */
function rootsOf({ channel, parent }: Said): string[] {
  return [channel, parent?.message, parent?.parent].filter((each) => typeof each === "string");
}

function isAbove(place: Place | undefined, said: Said): boolean {
  if (place === undefined) return false;
  return rootsOf(said).some((root) => root === place.message || root === place.thread);
}

/** Than the card by Discord's clock; than its last change by ours, with room for what lies between the two. */
function isLater({ message: own }: Said, { message, since }: Placement): boolean {
  const card = readPlace(message)?.message;
  if (card === undefined || BigInt(own) <= BigInt(card)) return false;
  return since === undefined || writtenAt(own) > since + SKEW_MS;
}

/** Ids hold the time: ms since 2015, above 22 other bits. */
function writtenAt(id: string): number {
  return Number(BigInt(id) >> 22n) + 1_420_070_400_000;
}

/** Of members, and of whoever is named in the settings; guests and newcomers are not handed on to agents. */
async function comment(parts: Parts, said: Said, checkpoint: Checkpoint, actor: Actor, text: string): Promise<void> {
  const member = actor.refs.has("anyone");
  const caller = member ? asWitness(actor, checkpoint.id) : asCaller(actor);
  const done = await parts.desk.comment(caller, checkpoint.id, text, ORIGIN, keyOf(said));
  if (done.type === "refused")
    tellAuthor(
      parts,
      said,
      member ? done.detail : "Only full members of this server are heard here, and whoever is asked.",
    );
}

/** The latest round whose card it is about; found again by the card itself where that was not noted. */
async function checkpointOf(parts: Parts, said: Said, mentioned: boolean): Promise<Checkpoint | undefined> {
  for (const root of rootsOf(said)) {
    const id = await parts.shelf.get(threadKey(root));
    const found = id === undefined ? undefined : await routedHere(parts, said, id);
    if (found !== undefined) return found;
  }
  const id = await idOnCard(parts, said, mentioned);
  return id === undefined ? undefined : routedHere(parts, said, id);
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
