/**
 * Replies in the threads of cards, and mentions of the bot. What a reply means is read by words.ts; here it is found
 * out whose thread it is, and who said it, once for each message.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Actor } from "../../../src/access.ts";
import { asCaller, asWitness } from "../../../src/access.ts";
import { type Checkpoint, isApproving, type Placement } from "../../../src/checkpoint.ts";
import { VERBS } from "../../../src/commands.ts";
import { mayDecide } from "../../../src/policy/approvers.ts";
import { readReply } from "../../../src/words.ts";
import { payloadIn, threadKey } from "./delivery.ts";
import { actorOf, attempt, ORIGIN } from "./doing.ts";
import { keepOffer, pressedKey } from "./offers.ts";
import { once } from "./once.ts";
import { parseSaid, plainText, type Said, withoutMention } from "./parse.ts";
import { cardFor, type Parts, signFor } from "./parts.ts";
import { isIn, type Place, readPlace, slackPlacements } from "./places.ts";
import { render } from "./render.ts";
import { tellAuthor, troubled } from "./say.ts";
import { commandIn } from "./slash.ts";

/** How often, and how long apart, a card that is being posted is looked for. */
const LOOKS = 5;
const LOOK_MS = 200;
/** Between Slack's clock and the store's. */
const SKEW_MS = 5_000;

export async function hear(parts: Parts, body: unknown): Promise<void> {
  const said = parseSaid(body);
  if (said === undefined || said.by.user === parts.wire.home.user) return;
  const { text, mentioned } = withoutMention(said.text, parts.wire.home.user);
  const checkpoint = said.thread === null ? undefined : await checkpointOf(parts, said, said.thread);
  const spoken = plainText(text);
  const asked =
    checkpoint === undefined ? mentioned || (said.direct && said.thread === null) : mentioned && isCommand(spoken);
  // Every other message of every channel comes by here, too.
  if (checkpoint === undefined && !asked) return;
  // A mention comes as two events.
  await once(parts.shelf, `${said.channel}:${said.ts}`, async () => {
    try {
      if (asked) await commandIn(parts, said, spoken);
      else if (checkpoint !== undefined) await reply(parts, said, checkpoint, { text: spoken, mentioned });
    } catch (error) {
      tellAuthor(parts, said, troubled(error).replaceAll("Press", "Reply").replaceAll("press", "reply"));
      throw error;
    }
  });
}

/** Words of `/hitl` that mean nothing as a reply. */
function isCommand(text: string): boolean {
  const [first = ""] = text.trim().toLowerCase().split(/\s+/);
  return first === "" || VERBS.some(({ usage }) => usage.split(" ")[0] === first);
}

async function reply(
  parts: Parts,
  said: Said,
  checkpoint: Checkpoint,
  { text, mentioned }: { text: string; mentioned: boolean },
): Promise<void> {
  const who = await actorOf(parts, said.by, checkpoint);
  if (who.type === "nobody") return tellAuthor(parts, said, who.why);
  const pending = checkpoint.status === "pending";
  const card = await cardFor(parts, checkpoint);
  const drawn = render(card, signFor(parts, card));
  const may = mayDecide(checkpoint.approvers, who.actor);
  const key = pressedKey(checkpoint.id, said.by);
  const pressed = pending ? await parts.shelf.get(key) : undefined;
  const reading = readReply(text, pending ? checkpoint.actions : [], {
    mentioned,
    mayReplyFeedback: pressed === "revise" || pressed === "refine" ? pressed : null,
    complete: drawn.shown === drawn.of,
    direct: parts.direct && may,
  });
  switch (reading.type) {
    case "none":
      return;
    case "ask":
      return pending ? tellAuthor(parts, said, reading.text) : comment(parts, said, checkpoint, who.actor, text);
    case "comment":
      await comment(parts, said, checkpoint, who.actor, text);
      if (reading.offer !== null && may)
        tellAuthor(parts, said, "Kept as a comment.", [await keepOffer(parts, checkpoint, said.by, reading.offer)]);
      return;
    case "act": {
      if (isApproving(reading.act.action) && !(await hadBeforeThem(parts, said, checkpoint)))
        return tellAuthor(
          parts,
          said,
          "The card here has just changed. Look at it, then say it again or press the button.",
        );
      const options = { key: `said:${said.channel}:${said.ts}`, saw: true };
      const done = await attempt(parts, who.actor, checkpoint, { ...reading.act, digest: checkpoint.digest }, options);
      if (done.type === "told" && done.stood) await parts.shelf.take(key);
      tellAuthor(parts, said, done.type === "told" ? done.text : "This needs the form on the card.");
    }
  }
}

/**
 * Words approve what the card in their thread showed when they were written, and nothing else: not a round that is not
 * posted yet, not an edit that the card does not show. A card that is being posted is given a moment to be recorded.
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

/** Of members, and of whoever is named in the settings; guests and visitors are not handed on to agents. */
async function comment(parts: Parts, said: Said, checkpoint: Checkpoint, actor: Actor, text: string): Promise<void> {
  const member = actor.refs.has("anyone");
  const caller = member ? asWitness(actor, checkpoint.id) : asCaller(actor);
  const done = await parts.desk.comment(caller, checkpoint.id, text, ORIGIN);
  if (done.type === "refused")
    tellAuthor(
      parts,
      said,
      member ? done.detail : "Only members of this workspace are heard here, and whoever is asked.",
    );
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
