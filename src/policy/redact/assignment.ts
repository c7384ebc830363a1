/**
 * Secrets that a text gives a name: `password=…`, `"api_key": "…"`, `--token …`, `?sig=…`, `<secret>…`, also behind
 * the backslashes of a text in a text. At each sign that may stand between the two, a bounded stretch before it is the
 * name; a value is read once and skipped.
 */
import { isReference } from "./address.ts";
import { type Brackets, bracketsOf } from "./brackets.ts";
import { inContainer } from "./container.ts";
import { ALNUM, classOf, is, runEnd, space } from "./letters.ts";
import { marksIn } from "./mark.ts";
import { isCounted, isWeak, type NameRule } from "./name.ts";
import type { Span } from "./span.ts";
import { afterBlanks, backslash, type Found, isVariable, looksSecret, one, placeEnd, quoted, quotes } from "./value.ts";
import { afterTags, blockAt } from "./yaml.ts";

const nameLetters = classOf(`${ALNUM}_-.$ `);
/** What may stand between a name and its sign: quotes, brackets, stars of bold type. */
const around = classOf("\"'`\\*]) ");
const bareEnd = classOf(" \t\r\n\f\v\"'`<>&\\");
const LONGEST_NAME = 48;
/** How far is looked ahead to tell what something is, and whether a header is one. */
const [LOOK, HEAD] = [400, 100];
const MOST_AROUND = 6;

const [EQUALS, COLON, PIPE, GREATER, LESS, DASH, NEWLINE] = [61, 58, 124, 62, 60, 45, 10];
const signs = new Set([EQUALS, COLON, PIPE, GREATER]);

/** Of query strings: what signs an address is as good as a token. */
const SIGNATURES = /^(?:x-[a-z]+-)?(?:sig|signature|key|auth)$/i;

export function assignments(text: string, isSecret: NameRule): Span[] {
  const spans: Span[] = [];
  const page: Page = { text, isSecret, seen: [0, 0] };
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    const found = signs.has(code) ? assignedAt(page, at) : code === DASH ? flagOf(page, at) : null;
    // One by one: a container may hold more than a call takes arguments.
    for (const span of found?.spans ?? []) spans.push(span);
    at = Math.max(at + 1, found?.next ?? 0);
  }
  return spans;
}

interface Page {
  text: string;
  isSecret: NameRule;
  /** Made for the first container. */
  brackets?: Brackets;
  /** The ends of the containers that were looked into already, without their numbers, and with them. */
  seen: [number, number];
}

function assignedAt(page: Page, sign: number): Found | null {
  const { text, isSecret } = page;
  const name = nameBefore(text, sign);
  if (name.text === "") return null;
  const inQuery = "?&".includes(text[name.from - 1] ?? "-") && SIGNATURES.test(name.text);
  if (!inQuery && !isSecret(name.text)) return null;
  const counted = isCounted(name.text);
  const code = text.charCodeAt(sign);
  const weak = isWeak(name.text);
  // Of sentences and of figures: `second pass: …`, `PASS: …`, `| pass | 1.2s |`.
  if (weak && (code === PIPE || (code === COLON && /[ A-Z]/.test(name.text)))) return null;
  if (code === GREATER) return text.charCodeAt(name.from - 1) === LESS ? element(text, sign + 1) : null;
  if (code === PIPE) return cell(text, sign + 1, counted);
  let from = sign + 1;
  // `=>`, `:=`, `==`, and the end of bold type.
  while (from < sign + 4 && "=>*".includes(text[from] ?? "-")) from += 1;
  const isArrow = code === EQUALS && text.charCodeAt(sign + 1) === GREATER;
  from = afterBlanks(text, from);
  const isTight = code === EQUALS && from === sign + 1 && name.to === sign;
  if (code === COLON) {
    from = afterTags(text, from);
    const block = blockAt(text, from);
    if (block !== null) return block;
  }
  return valueAt(page, from, {
    isTight: isTight || inQuery,
    isHeader: /(authorization|cookie|header)s?$/i.test(name.text),
    counted,
    weak,
    isArrow,
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

interface Manner {
  /** Nothing but the sign stands between: nobody writes sentences like that. */
  isTight: boolean;
  isHeader: boolean;
  /** A bare number is a count. */
  counted: boolean;
  /** The name alone is not much of a sign. */
  weak: boolean;
  /** A function may follow. */
  isArrow: boolean;
}

function valueAt(page: Page, start: number, manner: Manner): Found | null {
  const { text } = page;
  const place = placeEnd(text, start);
  if (place !== null) return { spans: [], next: place };
  let from = start;
  for (; from < start + MOST_OPEN && isOpen(text, from); from += 1) {
    const found = container(page, from, manner);
    if (found !== null) return found;
  }
  const slashes = runEnd(text, from, backslash, 8) - from;
  if (is(quotes, text.charCodeAt(from + slashes))) return quoted(text, from + slashes, slashes);
  if (manner.isHeader) {
    const header = headerAt(text, from);
    if (header !== null) return header;
  }
  return bare(text, from, manner);
}

/** Of brackets that nothing closes, as of a text that was cut off: the first value behind them is looked at. */
const MOST_OPEN = 4;

function isOpen(text: string, at: number): boolean {
  return text[at] === "[" || text[at] === "{";
}

/** Null where nothing closes it. What lies inside is looked at once more for names of its own, but not for all texts. */
function container(page: Page, from: number, { counted, isArrow }: Manner): Found | null {
  const { text, isSecret, seen } = page;
  const [mark] = marksIn(text.slice(from, from + 32));
  if (mark?.from === 0) return { spans: [], next: from + mark.text.length };
  page.brackets ??= bracketsOf(text);
  const close = page.brackets(from);
  if (close === undefined) return null;
  if (from < seen[1] || (counted && from < seen[0])) return { spans: [], next: from + 1 };
  seen[counted ? 0 : 1] = close;
  return inContainer(text, from, close, { counted, isSecret, bare: !isArrow });
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

function bare(text: string, from: number, { isTight, counted, weak }: Manner): Found | null {
  let to = from;
  while (to < text.length && !is(bareEnd, text.charCodeAt(to)) && !endsEntry(text, to)) to += 1;
  const next = to;
  while (to > from && ",;)].:!?".includes(text[to - 1] ?? "-")) to -= 1;
  to = withoutClose(text, from, to);
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
  if (weak && !looksSecret(value) && (!isTight || value.length < 6)) return { spans: [], next: from };
  if (!isTight && !looksSecret(value) && (!isLast || isCode)) return { spans: [], next: from };
  return { spans: [{ from, to }], next };
}

/** `{user=a, password=b}`: the end of what it stands in is none of it. */
function withoutClose(text: string, from: number, end: number): number {
  if (text[end - 1] !== "}" || text.slice(from, Math.min(end, from + LOOK)).includes("{")) return end;
  let to = end;
  while (to > from && "}]);,".includes(text[to - 1] ?? "-")) to -= 1;
  return to;
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
function flagOf(page: Page, at: number): Found | null {
  const { text, isSecret } = page;
  const before = text.charCodeAt(at - 1);
  if (at > 0 && (is(alphabet, before) || before === DASH)) return null;
  const start = text.charCodeAt(at + 1) === DASH ? at + 2 : at + 1;
  const end = runEnd(text, start, flagLetters, LONGEST_NAME);
  const name = text.slice(start, end);
  if (text.charCodeAt(end) !== 32 && text.charCodeAt(end) !== 9) return null;
  const from = afterBlanks(text, end);
  if (start === at + 2 && isSecret(name) && text.charCodeAt(from) !== DASH)
    return valueAt(page, from, {
      isTight: true,
      isHeader: false,
      counted: isCounted(name),
      weak: false,
      isArrow: false,
    });
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
