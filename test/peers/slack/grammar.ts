/**
 * Slack's control sequences, written down apart from any renderer, from docs.slack.dev, "Formatting message text" and
 * "markdown block". Where Slack's behaviour is not documented, what may be live counts as live.
 *
 * mrkdwn    <!here> <!channel> <!everyone> <!subteam^S1> <!date^…>  <@U1>  <#C1>  <https://…|label>  and every other
 *           <…>: live anywhere, inside code too. A bare URL links itself; unless `verbatim`, so do domains, e-mail
 *           addresses, @here and #names. :emoji:  *bold*  _italic_  ~strike~  `code`  ```code```  and a line that
 *           begins with > or &gt; . There is no escape but &amp; &lt; &gt;.
 * markdown  all of the above in angle brackets, and standard Markdown: links, images, code, emphasis, headings, lists,
 *           quotes, rules, tables, indented code, :emoji:. A backslash takes the meaning of punctuation away, but not
 *           that of angle brackets.
 * plain     nothing but :emoji:, where emoji are not switched off.
 * fallback  the `text` of a message that has blocks: shown in notifications only, where <…> is all that counts.
 */
export type Grammar = "mrkdwn" | "verbatim" | "markdown" | "plain" | "emoji" | "fallback";

export type LiveKind = "broadcast" | "mention" | "group" | "channel" | "date" | "link" | "image" | "emoji" | "format";

export interface Token {
  kind: LiveKind;
  text: string;
}

interface Rule {
  kind: LiveKind;
  /** Its first group, where it has one, is what is live. */
  pattern: RegExp;
}

const EMOJI: Rule = { kind: "emoji", pattern: /:(?!\d+:)[a-z0-9_+'-]+:(?::skin-tone-[2-6]:)?|:(?:100|1234):/g };
const URLS: Rule[] = [
  { kind: "link", pattern: /\b[a-z][a-z0-9+.-]*:\/\/[^\s<>|]+/gi },
  { kind: "link", pattern: /\b(?:mailto|tel):[^\s<>|]+/gi },
];
/** Endings that people meet in links; Slack knows them all, and no list of ours could. */
const ENDINGS =
  "com|net|org|io|dev|app|ai|co|sh|me|info|biz|xyz|link|site|online|top|cc|gg|ly|to|tv|us|uk|de|fr|eu|ru|cn|in|jp|br|edu|gov|mil|zip|mov";
const NAMES: Rule[] = [
  { kind: "link", pattern: /(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g },
  { kind: "link", pattern: /\bwww\.[^\s<>|]+/gi },
  {
    kind: "link",
    pattern: new RegExp(`(?<![\\w@./-])(?:[\\w-]+\\.)+(?:${ENDINGS})(?![\\w-])(?:[/?#][^\\s<>|]*)?`, "gi"),
  },
  { kind: "broadcast", pattern: /(?<![\w@])@(?:here|channel|everyone)\b/gi },
  { kind: "channel", pattern: /(?<![\w&#/])#(?!\d+\b)[a-z0-9_-]{2,80}\b/g },
];
/** Markers that hug their words, at the edge of a word, on one line. */
function hugging(marker: string): RegExp {
  const m = marker.replace("*", "\\*");
  return new RegExp(`(?<![\\p{L}\\p{N}${m}])${m}(?=[^\\s${m}])[^\\n]*?(?<=[^\\s])${m}(?![\\p{L}\\p{N}])`, "gu");
}
const MRKDWN: Rule[] = [
  { kind: "format", pattern: /```[\s\S]+?```/g },
  { kind: "format", pattern: /`[^`\n]+`/g },
  { kind: "format", pattern: hugging("*") },
  { kind: "format", pattern: hugging("_") },
  { kind: "format", pattern: hugging("~") },
  { kind: "format", pattern: /^[ \t]*(?:>|&gt;).*$/gm },
];
const MARKDOWN: Rule[] = [
  { kind: "image", pattern: /!\[[^\]\n]*\]\([^)\n]*\)/g },
  { kind: "link", pattern: /\[[^\]\n]*\]\([^)\n]*\)/g },
  { kind: "link", pattern: /^ {0,3}\[[^\]\n]+\]:\s*\S+/gm },
  { kind: "format", pattern: /^ {0,3}(?:```|~~~)[\s\S]*?(?:^ {0,3}(?:```|~~~)|$(?![\s\S]))/gm },
  { kind: "format", pattern: /(`+)[^`][\s\S]*?\1/g },
  { kind: "format", pattern: /(\*{1,3}|~{1,2})(?=\S)[\s\S]*?(?<=\S)\1/g },
  { kind: "format", pattern: /(?<![\p{L}\p{N}])(_{1,3})(?=\S)[\s\S]*?(?<=\S)\1(?![\p{L}\p{N}])/gu },
  { kind: "format", pattern: /^ {0,3}#{1,6}(?:[ \t].*)?$/gm },
  { kind: "format", pattern: /^ {0,3}(?:>|&gt;).*$/gm },
  { kind: "format", pattern: /^ {0,3}(?:[-*+]|\d{1,9}[.)])(?:[ \t].*)?$/gm },
  { kind: "format", pattern: /^ {0,3}(?:(?:- *){3,}|(?:\* *){3,}|(?:_ *){3,}|=+[ \t]*)$/gm },
  { kind: "format", pattern: /^[^\n]*\|[^\n]*\n[ \t|:-]*-[ \t|:-]*$/gm },
  { kind: "format", pattern: /^(?: {4}|\t)\S.*$/gm },
];

const RULES: Record<Grammar, Rule[]> = {
  plain: [],
  fallback: [],
  emoji: [EMOJI],
  verbatim: [...URLS, EMOJI, ...MRKDWN],
  mrkdwn: [...URLS, ...NAMES, EMOJI, ...MRKDWN],
  markdown: [...URLS, ...NAMES, EMOJI, ...MARKDOWN],
};

/** What in a text would be live under a grammar, control sequences first. */
export function liveTokens(text: string, grammar: Grammar): Token[] {
  const controls = grammar === "plain" || grammar === "emoji" ? [] : controlSequences(text);
  // What stands in angle brackets has been told; it is not a second time a link or an emoji.
  const bare = grammar === "markdown" ? withoutEscapes(withoutControls(text)) : withoutControls(text);
  const rest = grammar === "emoji" ? text : bare;
  const found = RULES[grammar].flatMap(({ kind, pattern }) =>
    [...rest.matchAll(pattern)].map((match) => ({ kind, text: match[0] })),
  );
  return [...controls, ...found];
}

const CONTROL = /<([^<>\s][^<>\n]*)>/g;

function controlSequences(text: string): Token[] {
  return [...text.matchAll(CONTROL)].map(([whole, inside = ""]) => ({ kind: controlKind(inside), text: whole }));
}

function controlKind(inside: string): LiveKind {
  if (inside.startsWith("!subteam^")) return "group";
  if (inside.startsWith("!date^")) return "date";
  if (inside.startsWith("!")) return "broadcast";
  if (inside.startsWith("@")) return "mention";
  return inside.startsWith("#") ? "channel" : "link";
}

function withoutControls(text: string): string {
  return text.replace(CONTROL, "\u0000");
}

/** CommonMark: a backslash before punctuation makes it literal. */
function withoutEscapes(text: string): string {
  return text.replace(/\\[!-/:-@[-`{-~]/g, "\u0001");
}

/** The words that a person reads of mrkdwn: entities and labels resolved, markers left where they are. */
export function readMrkdwn(text: string): string {
  return text
    .replace(CONTROL, (_, inside: string) => inside.split("|")[1] ?? inside)
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
