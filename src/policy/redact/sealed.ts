/** Secrets that their form gives away, whoever made them: private keys, signed tokens (JWT), authorization headers. */
import { ALNUM, begins, classOf, digit, is, lower, runEnd, upper, word } from "./letters.ts";
import type { Span } from "./span.ts";

const BEGIN = "-----BEGIN ";
const END = "-----END ";
const DASHES = "-----";
/** Of what stands between the dashes of an honest header. */
const HEADER = 80;
const PRIVATE = ["PRIVATE KEY", "STATIC KEY", "SECRET KEY"];

/** From its header to its footer; one whose footer is missing goes to the end of the text. */
export function privateKeys(text: string): Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf(BEGIN); at >= 0; ) {
    const header = text.slice(at + BEGIN.length, at + BEGIN.length + HEADER);
    const close = header.indexOf(DASHES);
    const name = header.slice(0, Math.max(close, 0)).toUpperCase();
    let next = at + BEGIN.length;
    if (PRIVATE.some((words) => name.includes(words))) {
      const footer = text.indexOf(END, next);
      const last = footer < 0 ? -1 : text.slice(footer + END.length, footer + END.length + HEADER).indexOf(DASHES);
      next = last < 0 ? text.length : footer + END.length + last + DASHES.length;
      spans.push({ from: at, to: next });
    }
    at = text.indexOf(BEGIN, next);
  }
  return spans;
}

const DOT = 46;
const JWT = "eyJ";

/** Three parts in base64url, of which the last may be empty; five where it is encrypted. */
export function jwts(text: string): Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf(JWT); at >= 0; ) {
    const isStart = begins(text, at);
    const to = isStart ? jwtEnd(text, at) : undefined;
    if (to !== undefined) spans.push({ from: at, to });
    // What was read as the first part of one cannot begin another.
    at = text.indexOf(JWT, to ?? (isStart ? runEnd(text, at, word) : at + JWT.length));
  }
  return spans;
}

function jwtEnd(text: string, at: number): number | undefined {
  const first = runEnd(text, at, word);
  if (first - at < 10 || text.charCodeAt(first) !== DOT) return undefined;
  let to = runEnd(text, first + 1, word);
  const isEncrypted = to === first + 1 && text.charCodeAt(to) === DOT;
  if (!isEncrypted && text.charCodeAt(to) !== DOT && !text.startsWith(JWT, first + 1)) return undefined;
  if (!isEncrypted && to - first < 8) return undefined;
  for (let parts = 2; parts < 5 && text.charCodeAt(to) === DOT; parts += 1) {
    const next = runEnd(text, to + 1, word);
    // A dot behind the third part ends a sentence.
    if (parts > 2 && next === to + 1) break;
    to = next;
  }
  return to;
}

const credential = classOf(`${ALNUM}_.~+/=-`);
const SCHEMES = ["bearer", "basic"];
const SPACE = 32;

/** `Bearer …` and `Basic …`, wherever they stand: the scheme stays, what follows goes. */
export function bearers(text: string): Span[] {
  const spans: Span[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at) | SPACE;
    if (code !== 98 || !begins(text, at)) continue;
    const scheme = SCHEMES.find((each) => text.slice(at, at + each.length).toLowerCase() === each);
    if (scheme === undefined) continue;
    let from = at + scheme.length;
    while (from < at + scheme.length + 4 && text.charCodeAt(from) === SPACE) from += 1;
    if (from === at + scheme.length) continue;
    const to = runEnd(text, from, credential);
    const given = text.slice(from, to);
    const isFound = scheme === "basic" ? isPair(given) : isRandom(given);
    if (isFound) spans.push({ from, to });
    at = (isFound ? to : from) - 1;
  }
  return spans;
}

/** `user:password` in base64. */
function isPair(given: string): boolean {
  if (given.length < 6 || given.length % 4 === 1) return false;
  const decoded = Buffer.from(given.slice(0, 400), "base64").toString("latin1");
  return /^[\x20-\x7e\x80-\xff]*:/.test(decoded) && isRandom(given);
}

/** Not a word of a sentence about authorization. */
export function isRandom(given: string): boolean {
  const text = given.slice(0, 200).replace(/[.=]+$/, "");
  if (text.length < 8) return false;
  let [digits, uppers, lowers] = [0, 0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (is(digit, code)) digits += 1;
    else if (is(upper, code)) uppers += at === 0 ? 0 : 1;
    else if (is(lower, code)) lowers += 1;
  }
  return digits > 0 || (uppers > 0 && lowers > 0) || text.length >= 24;
}
