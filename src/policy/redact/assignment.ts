/**
 * Secrets that a text gives a name: `password=…`, `"api_key": "…"`, `--token …`, `?sig=…`, `<secret>…`, also behind
 * the backslashes of a text in a text. At each sign that may stand between the two, a bounded stretch before it is the
 * name; a value is read once and skipped.
 */
import { isReference } from "./address.ts";
import { ALNUM, begins, classOf, digit, is, lower, runEnd, space, upper } from "./letters.ts";
import { isMark, marksIn } from "./mark.ts";
import { isCounted, type NameRule } from "./name.ts";
import type { Span } from "./span.ts";

const nameLetters = classOf(`${ALNUM}_-.$ `);
/** What may stand between a name and its sign: quotes, brackets, stars of bold type. */
const around = classOf("\"'`\\*]) ");
const quotes = classOf("\"'`");
const bareEnd = classOf(" \t\r\n\f\v\"'`<>&\\");
const LONGEST_NAME = 48;
/** How far is looked ahead to tell what something is, and whether a header is one. */
const [LOOK, HEAD] = [400, 100];
const MOST_AROUND = 6;

const [EQUALS, COLON, PIPE, GREATER, LESS, DASH, BACKSLASH, NEWLINE] = [61, 58, 124, 62, 60, 45, 92, 10];
const signs = new Set([EQUALS, COLON, PIPE, GREATER]);

/** Of query strings: what signs an address is as good as a token. */
const SIGNATURES = /^(?:x-[a-z]+-)?(?:sig|signature|key|auth)$/i;

export function assignments(text: string, isSecret: NameRule): Span[] {
  const spans: Span[] = [];
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    const found = signs.has(code) ? assignedAt(text, at, isSecret) : code === DASH ? flagOf(text, at, isSecret) : null;
    if (found !== null) spans.push(...found.spans);
    at = Math.max(at + 1, found?.next ?? 0);
  }
  return spans;
}

interface Found {
  spans: Span[];
  next: number;
}

function assignedAt(text: string, sign: number, isSecret: NameRule): Found | null {
  const name = nameBefore(text, sign);
  if (name.text === "") return null;
  const inQuery = "?&".includes(text[name.from - 1] ?? "-") && SIGNATURES.test(name.text);
  if (!inQuery && !isSecret(name.text)) return null;
  const counted = isCounted(name.text);
  const code = text.charCodeAt(sign);
  if (code === GREATER) return text.charCodeAt(name.from - 1) === LESS ? element(text, sign + 1) : null;
  if (code === PIPE) return cell(text, sign + 1, counted);
  let from = sign + 1;
  // `=>`, `:=`, `==`, and the end of bold type.
  while (from < sign + 4 && "=>*".includes(text[from] ?? "-")) from += 1;
  from = afterBlanks(text, from);
  const isTight = code === EQUALS && from === sign + 1 && name.to === sign;
  return valueAt(text, from, {
    isTight: isTight || inQuery,
    isHeader: /(authorization|cookie|header)s?$/i.test(name.text),
    counted,
  });
}

/** What stands before a sign, and where. */
function nameBefore(text: string, sign: number): { text: string; from: number; to: number } {
  let to = sign;
  while (to > sign - MOST_AROUND && to > 0 && is(around, text.charCodeAt(to - 1))) to -= 1;
  let from = to;
  while (from > 0 && to - from < LONGEST_NAME && is(nameLetters, text.charCodeAt(from - 1))) from -= 1;
  return { text: text.slice(from, to).trim(), from, to };
}

function afterBlanks(text: string, from: number): number {
  let at = from;
  while (at < from + 8 && (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9)) at += 1;
  return at;
}

interface Manner {
  /** Nothing but the sign stands between: nobody writes sentences like that. */
  isTight: boolean;
  isHeader: boolean;
  /** A bare number is a count. */
  counted: boolean;
}

function valueAt(text: string, from: number, manner: Manner): Found | null {
  const slashes = runEnd(text, from, backslash, 8) - from;
  if (is(quotes, text.charCodeAt(from + slashes))) return quoted(text, from + slashes, slashes);
  if (text[from] === "[" || text[from] === "{") return container(text, from, manner.counted);
  if (manner.isHeader) {
    const header = headerAt(text, from);
    if (header !== null) return header;
  }
  return bare(text, from, manner);
}

const backslash = classOf("\\");

/** Up to the quote that closes it, behind as many backslashes; a line's end closes it, too. */
function quoted(text: string, open: number, slashes: number): Found {
  const quote = text.charCodeAt(open);
  const from = open + 1;
  let to = from;
  for (let escapes = 0; to < text.length; to += 1) {
    const code = text.charCodeAt(to);
    if (code === NEWLINE || (code === quote && (slashes === 0 ? escapes % 2 === 0 : escapes <= slashes))) break;
    escapes = code === BACKSLASH ? escapes + 1 : 0;
  }
  const end = text.charCodeAt(to) === quote ? to - slashes : to;
  return one(text, from, Math.max(from, end), Math.max(to, from));
}

function one(text: string, from: number, to: number, next: number): Found {
  const value = text.slice(from, Math.min(to, from + 120));
  const isNone = to <= from || isReference(value) || isMark(value) || isVariable(value);
  return { spans: isNone ? [] : [{ from, to }], next };
}

/** `$TOKEN`, `%TOKEN%`, `<token>`: what the shell, or a reader, puts something in for. */
function isVariable(value: string): boolean {
  return /^(?:(?:Bearer |Basic )?\$\(?[A-Z_][A-Z0-9_]{2,60}\)?|%[A-Z_]{3,60}%|<[\w -]{1,60}>)$/.test(value);
}

/** Lists and objects under the name: all texts and numbers in them, up to the bracket that closes it. */
function container(text: string, from: number, counted: boolean): Found | null {
  const [mark] = marksIn(text.slice(from, from + 32));
  if (mark?.from === 0) return { spans: [], next: from + mark.text.length };
  const spans: Span[] = [];
  let [depth, at] = [0, from];
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 91 || code === 123) depth += 1;
    else if (code === 93 || code === 125) depth -= 1;
    if (depth === 0) break;
    const slashes = runEnd(text, at, backslash, 8) - at;
    if (is(quotes, text.charCodeAt(at + slashes))) {
      const found = quoted(text, at + slashes, slashes);
      const close = found.next + 1;
      if (text.charCodeAt(afterBlanks(text, close)) !== COLON) spans.push(...found.spans);
      at = Math.max(close, at + 1);
      continue;
    }
    if (!counted && is(digit, code) && begins(text, at)) {
      const to = runEnd(text, at, digit);
      spans.push({ from: at, to });
      at = to;
    } else at += Math.max(1, slashes);
  }
  return { spans, next: at };
}

/** `Authorization: Token abc def`, `Cookie: a=b; c=d`: to the end of the line or of the text that it stands in. */
function headerAt(text: string, from: number): Found | null {
  // What it is shows at its beginning; only then all of it is read.
  const line = text.slice(from, endOfHeader(text, from, from + HEAD));
  const scheme = /^[A-Za-z][\w-]{2,20} +(?=\S)/.exec(line)?.[0] ?? "";
  const isCookie = scheme === "" && line.includes("=");
  if (!isCookie && !SCHEMES.has(scheme.trim().toLowerCase())) return null;
  const to = endOfHeader(text, from, text.length);
  return one(text, from + scheme.length, to, to);
}

function endOfHeader(text: string, from: number, limit: number): number {
  let to = from;
  while (to < Math.min(limit, text.length) && !is(headerEnd, text.charCodeAt(to))) to += 1;
  return to;
}

const headerEnd = classOf("\"'`\\\r\n");
const SCHEMES = new Set(
  [
    "bearer",
    "basic",
    "digest",
    "token",
    "apikey",
    "api-key",
    "negotiate",
    "hmac",
    "aws4-hmac-sha256",
    "key",
    "sharedkey",
  ].concat(["sharedaccesssignature", "ntlm", "oauth", "dpop", "signature"]),
);

function bare(text: string, from: number, { isTight, counted }: Manner): Found | null {
  let to = from;
  while (to < text.length && !is(bareEnd, text.charCodeAt(to)) && !endsEntry(text, to)) to += 1;
  const next = to;
  while (to > from && ",;)].:!?".includes(text[to - 1] ?? "-")) to -= 1;
  const value = text.slice(from, Math.min(to, from + 120));
  if (value === "" || isReference(value) || isVariable(value) || PLAIN.has(value.toLowerCase()))
    return { spans: [], next };
  // Nothing that long is read again.
  if (next - from > LOOK) return { spans: [{ from, to }], next };
  if (counted && /^[\d._]+$/.test(value)) return { spans: [], next };
  // A call, a look-up, an address that is looked at by itself.
  if (/^[A-Za-z_][\w.]*[([]/.test(value) || /^[a-z]+:\/\//i.test(value)) return { spans: [], next: from };
  const isLast = text.charCodeAt(next) === NEWLINE || text.charCodeAt(next) === 13 || next >= text.length;
  const isCode = /^[A-Za-z_]+(?:\.[A-Za-z_]+)+$/.test(value);
  if (!isTight && !looksSecret(value) && (!isLast || isCode)) return { spans: [], next: from };
  return { spans: [{ from, to }], next };
}

/** `Password=abc;Server=db`: the next entry begins behind it. */
function endsEntry(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return (code === 59 || code === 44) && /^[;,] ?[A-Za-z_][\w .-]{0,30}[=:]/.test(text.slice(at, at + 36));
}

/** `<password>…</password>` */
function element(text: string, from: number): Found | null {
  let to = from;
  while (to < text.length && text.charCodeAt(to) !== LESS && text.charCodeAt(to) !== NEWLINE) to += 1;
  // `<token>` alone is a place for one.
  return to === from || !text.startsWith("</", to) ? null : one(text, from, to, to);
}

/** The next cell of a table in Markdown. */
function cell(text: string, start: number, counted: boolean): Found | null {
  const from = afterBlanks(text, start);
  let to = from;
  while (to < text.length && text.charCodeAt(to) !== PIPE && text.charCodeAt(to) !== NEWLINE) to += 1;
  const next = to;
  while (to > from && is(space, text.charCodeAt(to - 1))) to -= 1;
  const value = text.slice(from, Math.min(to, from + 120));
  const isPlain = !looksSecret(value) || value.includes(" ") || (counted && /^[\d.,]+$/.test(value));
  return isPlain ? null : one(text, from, to, next);
}

/** `--password hunter2`, `-u user:hunter2`. */
function flagOf(text: string, at: number, isSecret: NameRule): Found | null {
  const before = text.charCodeAt(at - 1);
  if (at > 0 && (is(alphabet, before) || before === DASH)) return null;
  const start = text.charCodeAt(at + 1) === DASH ? at + 2 : at + 1;
  const end = runEnd(text, start, flagLetters, LONGEST_NAME);
  const name = text.slice(start, end);
  if (text.charCodeAt(end) !== 32 && text.charCodeAt(end) !== 9) return null;
  const from = afterBlanks(text, end);
  if (start === at + 2 && isSecret(name) && text.charCodeAt(from) !== DASH)
    return valueAt(text, from, { isTight: true, isHeader: false, counted: isCounted(name) });
  if (name !== "u" && name !== "user" && name !== "proxy-user") return null;
  const opened = is(quotes, text.charCodeAt(from)) ? from + 1 : from;
  let to = opened;
  while (to < text.length && !is(bareEnd, text.charCodeAt(to))) to += 1;
  const pair = text.slice(opened, Math.min(to, opened + 200));
  const colon = pair.indexOf(":");
  // `-u 1000:1000` are a user and a group.
  return colon < 1 || /^\d+:\d+$/.test(pair) ? null : one(text, opened + colon + 1, to, to);
}

const alphabet = classOf(ALNUM);
const flagLetters = classOf(`${ALNUM}-_`);

/** Words that stand where a secret would, and are none. */
const PLAIN = new Set(
  "null none nil true false yes no undefined empty missing required optional string str text number int integer boolean bool bytes any unknown hidden redacted the a an is are was must please your my our this that it in on for and or to of with from not".split(
    " ",
  ),
);

/** Not a word of a sentence. */
function looksSecret(value: string): boolean {
  if (value.length < 4) return false;
  if (value.length >= 20) return true;
  let [digits, uppers, lowers, marks] = [0, 0, 0, 0];
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    if (is(digit, code)) digits += 1;
    else if (is(upper, code)) uppers += at === 0 ? 0 : 1;
    else if (is(lower, code)) lowers += 1;
    else if ("!@#$%^&*+~?/=".includes(value[at] ?? "-")) marks += 1;
  }
  return digits > 0 || marks > 0 || (uppers > 0 && lowers > 0);
}
