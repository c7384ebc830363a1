/**
 * What a reply in a card's thread means. An approval is only ever a known word that is the whole message, on a card
 * that shows everything; whatever is not plainly an act is asked back about or kept as a comment.
 */
import type { Act } from "./card.ts";
import type { ActionName, OfferedAction } from "./checkpoint.ts";
import { isBlank } from "./text.ts";

export type Reading =
  | { type: "act"; act: Act }
  /** To the author alone, instead of acting. */
  | { type: "ask"; text: string }
  | { type: "comment"; offer: Offer | null }
  /** Nothing was said. */
  | { type: "none" };

/** What the author may make of the comment with one press. */
export interface Offer {
  label: string;
  act: Act;
}

export interface Context {
  /** The message began with a mention of the bot, which is no longer in the text: `@bot revise shorter`. */
  mentioned: boolean;
  /** The action that this author pressed within the last 15 minutes without having sent its form. */
  mayReplyFeedback: "revise" | "refine" | null;
  /** The card shows everything. */
  complete: boolean;
  /** The setting `thread_replies: direct`. */
  direct: boolean;
}

const APPROVING = ["proceed", "approve", "accept", "yes", "ok", "lgtm"];
const DOUBTFUL = ["no", "n", "stop"];

/** No word, however excited, is longer. */
const LONGEST_WORD = 30;

/** What each word may mean, the likeliest first; the first that is offered counts. */
const MEANINGS = new Map<string, ActionName[]>([
  ["answer", ["answer"]],
  ["edit", ["edit"]],
  ["revise", ["revise", "refine"]],
  ["refine", ["refine", "revise"]],
  ["change", ["revise", "refine"]],
  // The labels of a phase.
  ["redo", ["revise", "refine"]],
  ["modify", ["refine", "revise"]],
  ["reject", ["reject", "cancel"]],
  ["cancel", ["cancel", "reject"]],
  ["deny", ["reject", "cancel"]],
]);

export function readReply(message: string, offered: readonly OfferedAction[], context: Context): Reading {
  const text = message.trim();
  if (isBlank(text)) return { type: "none" };
  const whole = text.length <= LONGEST_WORD ? text.toLowerCase().replace(/[.!]+$/, "") : "";
  if (APPROVING.includes(whole)) return approval(text, offered, context);
  if (DOUBTFUL.includes(whole)) return ask(`Not sure what you mean by "${text}". ${howTo(offered)}`);
  const said = MEANINGS.has(whole) ? { word: whole, mark: "", rest: "" } : wordAnd(text, context.mentioned);
  const meant = said === undefined ? undefined : meaning(said.word, offered, context);
  if (said !== undefined && meant !== undefined) return worded(said, meant, offered, context);
  const change = context.mayReplyFeedback ?? (context.direct ? changeIn(offered) : undefined);
  if (change !== undefined && isOffered(change, offered))
    return { type: "act", act: { action: change, feedback: text } };
  return { type: "comment", offer: offerFor(text, offered) };
}

function approval(text: string, offered: readonly OfferedAction[], context: Context): Reading {
  const proceed = offered.find((each) => each.action === "proceed");
  if (proceed === undefined) return { type: "comment", offer: offerFor(text, offered) };
  if (context.mayReplyFeedback !== null)
    return ask(`You were about to ask for a change. Press ${proceed.label} on the card to approve instead.`);
  if (!context.complete) return ask(`This card does not show everything: open all of it, then press ${proceed.label}.`);
  if (proceed.comment === "required") return ask(`A comment is required: press ${proceed.label} on the card.`);
  return { type: "act", act: { action: "proceed" } };
}

interface Said {
  word: string;
  /** The colon, if there is one. */
  mark: string;
  rest: string;
}

/** `word`, `word: text`, and after a mention `word text`. */
function wordAnd(text: string, mentioned: boolean): Said | undefined {
  const [, word = "", mark = "", rest = ""] = /^([a-z]+)(?:\s*([:：])|(?=\s)|$)(.*)$/is.exec(text) ?? [];
  if (word === "" || (mark === "" && rest !== "" && !mentioned)) return undefined;
  return { word: word.toLowerCase(), mark, rest: rest.trim() };
}

type Meant = ActionName | "unclear" | "not offered";

/** The action that the word stands for here. "Change" does not choose where two changes are offered. */
function meaning(word: string, offered: readonly OfferedAction[], context: Context): Meant | undefined {
  const possible = MEANINGS.get(word)?.filter((action) => isOffered(action, offered));
  if (possible === undefined) return undefined;
  if (word === "change" && possible.length > 1) return context.mayReplyFeedback ?? "unclear";
  return possible[0] ?? "not offered";
}

function worded(
  { word, mark, rest }: Said,
  action: Meant,
  offered: readonly OfferedAction[],
  context: Context,
): Reading {
  if (action === "unclear") return ask(`"${word}" may mean two things here. ${howTo(offered)}`);
  if (action === "not offered") return ask(`"${word}" is not offered here. ${howTo(offered)}`);
  if (action === "edit") return ask("An edit needs its form: press Edit on the card.");
  const said = !isBlank(rest);
  if (action === "answer")
    return said
      ? { type: "act", act: { action, answers: { response: rest } } }
      : ask("What is the answer? Reply `answer: …`.");
  if (action === "revise" || action === "refine")
    return said ? { type: "act", act: { action, feedback: rest } } : ask(`What should change? Reply \`${word}: …\`.`);
  if (said) return { type: "act", act: { action, reason: rest } };
  if (offered.find((each) => each.action === action)?.comment === "required")
    return ask(`A reason is required: reply \`${word}: why\`.`);
  if (mark !== "") return ask(`Reply \`${word}: why\`, or \`${word}\` without the colon.`);
  if (context.mayReplyFeedback !== null)
    return ask(`You were about to ask for a change. To ${action} instead, reply \`${word}: why\`.`);
  return { type: "act", act: { action } };
}

/** For a person who meant something: what would count. */
function howTo(offered: readonly OfferedAction[]): string {
  const ways = offered.flatMap(({ action }) => {
    if (action === "edit") return [];
    if (action === "proceed") return ["`approve`"];
    return [action === "reject" || action === "cancel" ? `\`${action}: why\`` : `\`${action}: …\``];
  });
  return ways.length === 0 ? "Please use the card." : `You can reply ${ways.join(", ")}.`;
}

/** Revise before refine: in a pipeline, refine goes on with the change, and revise lets nothing go on. */
function changeIn(offered: readonly OfferedAction[]): "revise" | "refine" | undefined {
  return (["revise", "refine"] as const).find((action) => isOffered(action, offered));
}

const OFFERS = ["answer", "revise", "refine", "reject", "cancel"] as const;

function offerFor(text: string, offered: readonly OfferedAction[]): Offer | null {
  const action = OFFERS.find((each) => isOffered(each, offered));
  switch (action) {
    case undefined:
      return null;
    case "answer":
      return { label: "Send this as the answer", act: { action, answers: { response: text } } };
    case "revise":
    case "refine":
      return { label: `Send this as ${action} feedback`, act: { action, feedback: text } };
    default:
      return { label: `Send this as the reason to ${action}`, act: { action, reason: text } };
  }
}

function isOffered(action: ActionName, offered: readonly OfferedAction[]): boolean {
  return offered.some((each) => each.action === action);
}

function ask(text: string): Reading {
  return { type: "ask", text };
}
