/**
 * Judges a stored message or view: which of its tokens would be live on a person's screen (mentions, links, emoji,
 * formatting), and which words that person reads. plain_text with `emoji: false` and the text elements of rich_text
 * are literal; mrkdwn and markdown are parsed by the rules of grammar.ts.
 */
import { isObject, type Json, type JsonObject } from "../../../src/json.ts";
import { type Grammar, type LiveKind, liveTokens, readMrkdwn } from "./grammar.ts";

export { liveTokens } from "./grammar.ts";

export interface Live {
  kind: LiveKind;
  text: string;
  /** JSON pointer to where it stands. */
  at: string;
}

export interface Read {
  text: string;
  at: string;
}

/** Anything with Block Kit in it: a message, an ephemeral, a view. */
export type Shown = { text?: string; blocks?: JsonObject[]; title?: JsonObject };

/** rich_text elements that are live by what they are. */
const ELEMENTS: Record<string, LiveKind> = {
  link: "link",
  user: "mention",
  usergroup: "group",
  team: "mention",
  channel: "channel",
  broadcast: "broadcast",
  emoji: "emoji",
  date: "date",
};

export function live(shown: Shown): Live[] {
  const found: Live[] = [];
  each(shown, (text, grammar, at) => {
    found.push(...liveTokens(text, grammar).map((token) => ({ ...token, at })));
  });
  walk(plainParts(shown), "", (value, at) => {
    const kind = ELEMENTS[String(value.type)];
    if (kind !== undefined) found.push({ kind, text: JSON.stringify(value), at });
    else if (typeof value.url === "string") found.push({ kind: "link", text: value.url, at: `${at}/url` });
    if (typeof value.image_url === "string")
      found.push({ kind: "image", text: value.image_url, at: `${at}/image_url` });
  });
  return found;
}

/** Every text that a person can read, in order. The `text` of a message with blocks is not among them. */
export function words(shown: Shown): Read[] {
  const found: Read[] = [];
  each(shown, (text, grammar, at) => {
    if (grammar === "fallback") return;
    found.push({ text: grammar === "mrkdwn" || grammar === "verbatim" ? readMrkdwn(text) : text, at });
  });
  return found;
}

/** All that can be read, one line for each text. */
export function visible(shown: Shown): string {
  return words(shown)
    .map(({ text }) => text)
    .join("\n");
}

/**
 * Pointers to section texts that Slack folds behind "Show more": over 700 characters or five line breaks, unless the
 * section says `expand`. (The figures are those documented for attachments; sections are seen to behave alike.)
 */
export function folded(shown: Shown): string[] {
  const found: string[] = [];
  walk(plainParts(shown), "", (value, at) => {
    if (value.type !== "section" || value.expand === true || !isObject(value.text)) return;
    const text = String(value.text.text);
    if (text.length > 700 || text.split("\n").length > 6) found.push(`${at}/text`);
  });
  return found;
}

function each(shown: Shown, look: (text: string, grammar: Grammar, at: string) => void): void {
  if (typeof shown.text === "string" && shown.text !== "")
    look(shown.text, (shown.blocks ?? []).length > 0 ? "fallback" : "mrkdwn", "/text");
  walk(plainParts(shown), "", (value, at) => {
    if (typeof value.text !== "string") return;
    const grammar = grammarOf(value);
    if (grammar !== undefined) look(value.text, grammar, `${at}/text`);
  });
}

function grammarOf({ type, emoji, verbatim }: JsonObject): Grammar | undefined {
  switch (type) {
    case "plain_text":
      return emoji === false ? "plain" : "emoji";
    case "mrkdwn":
      return verbatim === true ? "verbatim" : "mrkdwn";
    case "markdown":
      return "markdown";
    case "raw_text":
      return "emoji";
    case "text":
    case "link":
      return "plain";
    default:
      return undefined;
  }
}

/** Without a message's own `text`, which is judged by itself. */
function plainParts({ text: _, ...rest }: Shown): JsonObject {
  return JSON.parse(JSON.stringify(rest));
}

function walk(value: Json, at: string, look: (value: JsonObject, at: string) => void): void {
  if (isObject(value)) look(value, at);
  if (typeof value !== "object" || value === null) return;
  for (const [name, member] of Object.entries(value)) walk(member, `${at}/${name}`, look);
}
