/**
 * Replies in the threads of cards, and mentions of the bot. What a reply means is read by words.ts; here it is found
 * out whose thread it is, and who said it, once for each message.
 */
import { setTimeout as pause } from "node:timers/promises";
import { isCommand } from "../../../src/chat/answers.ts";
import { once } from "../../../src/chat/once.ts";
import { type Below, replyBelow } from "../../../src/chat/reply.ts";
import type { Checkpoint, Placement } from "../../../src/checkpoint.ts";
import { payloadIn, threadKey } from "./delivery.ts";
import { actorOf, shownOn } from "./doing.ts";
import { keepOffer, pressedKey } from "./offers.ts";
import { parseSaid, plainText, type Said, withoutMention } from "./parse.ts";
import type { Parts } from "./parts.ts";
import { isIn, type Place, readPlace, slackPlacements } from "./places.ts";
import { tellAuthor, troubled } from "./say.ts";
import { commandIn } from "./slash.ts";

/** How often, and how long apart, a card that is being posted is looked for. */
const LOOKS = 5;
const LOOK_MS = 200;
/** Of the 2.5 s in which Slack is answered. */
const PATIENCE_MS = 2_000;
/** Between Slack's clock and the store's. */
const SKEW_MS = 5_000;

export async function hear(parts: Parts, body: unknown): Promise<void> {
  const said = parseSaid(body);
  if (said === undefined || said.by.user === parts.wire.home.user) return;
  const { text, mentioned } = withoutMention(said.text, parts.wire.home.user);
  const checkpoint = said.thread === null ? undefined : await checkpointOf(parts, said, said.thread);
  const spoken = plainText(text);
  const asked = checkpoint === undefined ? mentioned || said.direct : mentioned && isCommand(spoken);
  // Every other message of every channel comes by here, too.
  if (checkpoint === undefined && !asked) return;
  const answer = async () => {
    try {
      if (asked) await commandIn(parts, said, spoken);
      else if (checkpoint !== undefined) await reply(parts, said, checkpoint, { text: spoken, mentioned });
    } catch (error) {
      tellAuthor(parts, said, troubled(error).replaceAll("Press", "Reply").replaceAll("press", "reply"));
      throw error;
    }
  };
  // A mention comes as two events.
  await once(parts.shelf, `slack:${said.channel}:${said.ts}`, answer, PATIENCE_MS);
}

async function reply(
  parts: Parts,
  said: Said,
  checkpoint: Checkpoint,
  { text, mentioned }: { text: string; mentioned: boolean },
): Promise<void> {
  const who = await actorOf(parts, said.by, checkpoint);
  if (who.type === "nobody") return tellAuthor(parts, said, who.why);
  const { shown, of } = await shownOn(parts, checkpoint);
  const pressed = await parts.shelf.get(pressedKey(checkpoint.id, said.by));
  const below: Below = {
    parts,
    tell: (words) => tellAuthor(parts, said, words),
    offer: async (words, offer) => tellAuthor(parts, said, words, [await keepOffer(parts, checkpoint, said.by, offer)]),
    hadBeforeThem: () => hadBeforeThem(parts, said, checkpoint),
    heard: "Only members of this workspace are heard here, and whoever is asked.",
  };
  const complete = shown === of;
  const key = keyOf(said);
  const { attached } = said;
  // Slack's threads are flat: what stands in one stands below its card.
  const what = { attached, answers: "card", named: false } as const;
  await replyBelow(below, { actor: who.actor, checkpoint, text, ...what, mentioned, pressed, complete, key });
}

/** The same message, however often it is delivered. */
function keyOf({ channel, ts }: Said): string {
  return `said:${channel}:${ts}`;
}

/**
 * Words are about what the card in their thread showed when they were written, and nothing else: none is about a round
 * that was not posted yet, and none approves an edit that the card did not show. A card that is being posted is given a
 * moment to be recorded.
 */
async function hadBeforeThem(parts: Parts, said: Said, { id, digest }: Checkpoint): Promise<boolean> {
  for (let look = 0; look < LOOKS; look += 1) {
    if (look > 0) await pause(LOOK_MS);
    const now = await parts.record(id);
    if (now === undefined || now.digest !== digest) return false;
    const here = slackPlacements(now).find(({ message }) => isThreadOf(readPlace(message), said));
    if (here?.state === "shown" && here.digest === digest) return isLater(said, here);
  }
  return false;
}

function isThreadOf(place: Place | undefined, { channel, thread }: Said): boolean {
  return place !== undefined && place.channel === channel && (place.thread ?? place.ts) === thread;
}

/** Than the card by Slack's clock; than its last change by ours, with room for what lies between the two. */
function isLater({ ts }: Said, { message, since }: Placement): boolean {
  const posted = Number(readPlace(message)?.ts ?? Number.NaN);
  return Number(ts) > posted && (since === undefined || Number(ts) * 1_000 > since + SKEW_MS);
}

/** The latest round whose card stands in that thread; found again by the first message where that was not noted. */
async function checkpointOf(parts: Parts, { channel, parent }: Said, thread: string): Promise<Checkpoint | undefined> {
  const noted = await parts.shelf.get(threadKey(channel, thread));
  const id = noted ?? (await rootOf(parts, channel, thread, parent));
  const checkpoint = id === undefined ? undefined : await parts.record(id);
  return checkpoint !== undefined && (await isIn(parts.places, checkpoint, channel)) ? checkpoint : undefined;
}

/** Asked only where the thread was begun by us, since every other thread of every channel comes by here, too. */
async function rootOf(
  { wire, shelf, report }: Parts,
  channel: string,
  thread: string,
  parent: string | null,
): Promise<string | undefined> {
  if (parent !== wire.home.user) return undefined;
  try {
    const asked = { channel, latest: thread, oldest: thread, inclusive: true, limit: 1, include_all_metadata: true };
    const { messages } = await wire.call("conversations.history", asked, 2_000);
    const [first] = Array.isArray(messages) ? messages : [];
    const id = first === undefined ? undefined : payloadIn(first)?.id;
    if (typeof id !== "string") return undefined;
    await shelf.set(threadKey(channel, thread), id);
    return id;
  } catch (error) {
    report("the card of a thread could not be looked up", error);
    return undefined;
  }
}
