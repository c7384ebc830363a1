/**
 * Replies to cards and in their threads, and mentions of the bot, once for each message. What a reply means is read by
 * words.ts, which card it is about is found out by about.ts; here it is carried out, and its author told.
 */
import { isCommand } from "../../../src/chat/answers.ts";
import { CLAIM, once } from "../../../src/chat/once.ts";
import { type Below, replyBelow } from "../../../src/chat/reply.ts";
import type { Checkpoint } from "../../../src/checkpoint.ts";
import { mayDecide } from "../../../src/policy/approvers.ts";
import { isBlank } from "../../../src/text.ts";
import { answeredBy, checkpointOf, hadBeforeThem } from "./about.ts";
import { actorOf, shownOn } from "./doing.ts";
import { keepOffer, pressedKey } from "./offers.ts";
import type { Parts } from "./parts.ts";
import { ABOUT_KEPT, aboutKey } from "./rounds.ts";
import { parseSaid, type Said, withoutMention } from "./said.ts";
import { tellAuthor, troubled } from "./say.ts";
import { commandIn } from "./slash.ts";

/**
 * Discord sends a message again only to who resumes the session, and only once: then it is waited for until a replica
 * that was killed over it has certainly let go.
 */
const PATIENCE_MS = CLAIM + 2_000;
/** How long a thread is not told again that what is written in it cannot be read. */
const DEAF_MS = 24 * 3_600_000;

/** The bot's name is the name of its role in the server as well, and Discord's menu offers both. */
const ROLE_MENTIONED =
  "That mentioned the bot's role, which brings it nothing to read: mention the bot itself, or reply to its card.";

const ASTRAY = "Nothing was recorded: that answers no card. Reply to the card itself, or press its buttons.";

export async function hear(parts: Parts, body: unknown): Promise<void> {
  const said = parseSaid(body);
  const { home } = parts.wire;
  if (said === undefined || said.by.user === home.bot) return;
  const own = await ownRole(parts, said);
  const { text, mentioned } = withoutMention(said.text, own === null ? [home.bot] : [home.bot, own]);
  // Nobody else is told of our troubles.
  let isOurs = mentioned || said.direct || said.parent?.author === home.bot;
  try {
    const checkpoint = await checkpointOf(parts, said, mentioned);
    isOurs ||= checkpoint !== undefined;
    const asked = checkpoint === undefined ? mentioned || said.direct : mentioned && isCommand(text);
    const unread = own !== null && isBlank(said.text);
    const astray = checkpoint === undefined && said.parent?.author === home.bot && !isBlank(text);
    // Every other message of every channel comes by here, too.
    if (checkpoint === undefined && !asked && !unread && !astray) return;
    const answer = async () => {
      if (unread) tellAuthor(parts, said, ROLE_MENTIONED);
      else if (asked) await commandIn(parts, said, text);
      else if (checkpoint !== undefined) await reply(parts, said, checkpoint, { text, mentioned });
      else tellAuthor(parts, said, ASTRAY);
    };
    await once(parts.shelf, `discord:${said.message}`, answer, PATIENCE_MS);
  } catch (error) {
    if (isOurs) tellAuthor(parts, said, troubled(error).replaceAll("Press", "Reply").replaceAll("press", "reply"));
    throw error;
  }
}

/** The role that Discord made for the bot in the server, where the message mentions it. */
async function ownRole({ places, report }: Parts, { roles, by }: Said): Promise<string | null> {
  if (roles.length === 0 || by.guild === null) return null;
  const own = await places.roleIn(by.guild).catch((error: unknown) => report("the bot's role is not known", error));
  return typeof own === "string" && roles.includes(own) ? own : null;
}

async function reply(
  parts: Parts,
  said: Said,
  checkpoint: Checkpoint,
  { text, mentioned }: { text: string; mentioned: boolean },
): Promise<void> {
  const who = await actorOf(parts, said.by, checkpoint);
  if (who.type === "nobody") return tellAuthor(parts, said, who.why);
  const may = mayDecide(checkpoint.approvers, who.actor);
  if (!parts.wire.home.content && isBlank(text) && !mentioned)
    return deaf(parts, said, checkpoint.status === "pending" && may);
  await parts.shelf.set(aboutKey(said.message), checkpoint.id, ABOUT_KEPT);
  const { shown, of } = await shownOn(parts, checkpoint);
  const pressed = await parts.shelf.get(pressedKey(checkpoint.id, said.by));
  const below: Below = {
    parts,
    tell: (words) => tellAuthor(parts, said, words),
    offer: async (words, offer) => tellAuthor(parts, said, words, [await keepOffer(parts, checkpoint, said.by, offer)]),
    hadBeforeThem: () => hadBeforeThem(parts, said, checkpoint),
    heard: "Only full members of this server are heard here, and whoever is asked.",
  };
  const complete = shown === of;
  const key = keyOf(said);
  const what = { attached: said.attached, ...(await answeredBy(parts, said, checkpoint)) };
  await replyBelow(below, { actor: who.actor, checkpoint, text, ...what, mentioned, pressed, complete, key });
}

/** The same message, however often it is delivered. */
function keyOf({ message }: Said): string {
  return `said:${message}`;
}

/** Discord withholds what does not mention the bot: said once a day and thread, to somebody who may mean to decide. */
async function deaf(parts: Parts, said: Said, concerned: boolean): Promise<void> {
  if (!concerned || !(await parts.shelf.add(`discord:deaf:${said.channel}`, "1", DEAF_MS))) return;
  const text = "This bot cannot read that: mention it, or reply to the card, for it to take your words.";
  tellAuthor(parts, said, text);
}
