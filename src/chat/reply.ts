/**
 * What a reply below a card comes to, the same in every chat: read by words.ts, carried out once under the message's
 * own key, its author told. Words are about what the card there showed when they were written, and nothing else.
 */
import { type Actor, asCaller, asWitness } from "../access.ts";
import type { Act } from "../card.ts";
import { type Checkpoint, isApproving } from "../checkpoint.ts";
import type { DeskPort } from "../desk-port.ts";
import { mayDecide } from "../policy/approvers.ts";
import { type Offer, type Reading, readReply } from "../words.ts";
import { attempt, type Desked, type Done } from "./acting.ts";
import { readPressed } from "./offer.ts";

export interface Replied {
  actor: Actor;
  checkpoint: Checkpoint;
  text: string;
  /** Something stands beside the text, which nobody here looks at. */
  attached: boolean;
  /** What it replies to, or stands below: the card, something else that the bot wrote, or somebody's words. */
  answers: "card" | "bot" | "person";
  /** That is noted as being about this very checkpoint. */
  named: boolean;
  /** The bot was addressed by name. */
  mentioned: boolean;
  /** What its author has pressed lately, from the shelf. */
  pressed: string | undefined;
  /** Whether the card shows everything. */
  complete: boolean;
  /** Of the message: however often it is delivered, it is one. */
  key: string;
}

/** What the chat itself has to do for it. */
export interface Below {
  parts: Desked & { desk: Pick<DeskPort, "comment">; direct: boolean };
  /** To its author. */
  tell(text: string): void;
  /** The same with a button that sends the comment as what it may have meant. */
  offer(text: string, offer: Offer): Promise<void>;
  /** Whether the card that the words are about showed this when they were written. */
  hadBeforeThem(): Promise<boolean>;
  /** Who is heard here, where somebody is not. */
  heard: string;
}

export async function replyBelow(below: Below, replied: Replied): Promise<void> {
  const { parts, tell } = below;
  const { checkpoint, actor, text, answers, mentioned, pressed, complete } = replied;
  const may = mayDecide(checkpoint.approvers, actor);
  const words = readReply(text, checkpoint.actions, {
    ...{ mentioned, complete },
    // Talk among colleagues is no feedback, unless it says so.
    mayReplyFeedback: answers === "person" ? null : readPressed(pressed, checkpoint, actor),
    direct: parts.direct && may && answers !== "person",
  });
  const part = words.type === "act" && isApproving(words.act.action) ? besideOf(replied) : null;
  const reading: Reading = part === null ? words : { type: "comment", offer: null };
  if (checkpoint.status !== "pending") return afterEnd(below, replied, words);
  switch (reading.type) {
    case "none":
      return;
    case "ask":
      return tell(reading.text);
    case "comment":
      if (!(await comment(below, replied)) || !may) return;
      if (part !== null) return tell(BESIDE[part]);
      if (reading.offer !== null) await below.offer("Kept as a comment.", reading.offer);
      return;
    case "act": {
      const isSure = !isApproving(reading.act.action) && (checkpoint.previous === null || replied.named);
      if (!isSure && !(await below.hadBeforeThem()))
        return tell("The card here has just changed. Look at it, then say it again or press the button.");
      const done = await carryOut(below, replied, reading.act);
      tell(done.type === "told" ? done.text : "This needs the form on the card.");
    }
  }
}

/**
 * Why an approving word is none: an approval is the whole message, and answers the card. What is attached may be why
 * not; "ok" to a colleague's objection is about the objection, and "yes" to what the bot asked or retold about that.
 */
function besideOf({ attached, answers }: Replied): keyof typeof BESIDE | null {
  if (attached) return "attached";
  return answers === "card" ? null : "elsewhere";
}

const BESIDE = {
  attached: "Kept as a comment, since something is attached. To approve, press the button or send the word alone.",
  elsewhere:
    "Kept as a comment, since it does not answer the card. To approve, press the button or reply to the card itself.",
} as const;

function carryOut({ parts }: Below, { actor, checkpoint, key }: Replied, act: Act): Promise<Done> {
  return attempt(parts, actor, checkpoint, { ...act, digest: checkpoint.digest }, { key, saw: true });
}

/** What is said after the end is a comment; unless it is what ended it, and is only delivered once more. */
async function afterEnd(below: Below, replied: Replied, reading: Reading): Promise<void> {
  if (reading.type === "none") return;
  if (reading.type === "act") {
    const done = await carryOut(below, replied, reading.act);
    if (done.type === "told") below.tell(done.text);
    if (done.type === "told" && done.stood) return;
  }
  await comment(below, replied);
}

/** Of members, and of whoever is named in the settings; guests and strangers are not handed on to agents. Whether it is kept. */
async function comment({ parts, tell, heard }: Below, { actor, checkpoint, text, key }: Replied): Promise<boolean> {
  const member = actor.refs.has("anyone");
  const caller = member ? asWitness(actor, checkpoint.id) : asCaller(actor);
  const done = await parts.desk.comment(caller, checkpoint.id, text, { surface: actor.by.surface }, key);
  if (done.type === "refused") tell(member ? done.detail : heard);
  return done.type === "commented";
}
