/** Lists and objects under the name of a secret, in JSON, in YAML, in code, as programs print them. */
import { begins, classOf, digit, is, runEnd } from "./letters.ts";
import type { NameRule } from "./name.ts";
import { afterBlanks, backslash, type Found, looksSecret, quoted, quotes } from "./value.ts";

const breaks = classOf(" \t\r\n\f\v\"'`\\,;:=[]{}()<>&");
const [EQUALS, COLON, PAREN, BRACKET] = [61, 58, 40, 91];

export interface Manner {
  /** A bare number is a count. */
  counted: boolean;
  /** Words without quotes may be secrets; not so in the body of a function. */
  bare: boolean;
  isSecret: NameRule;
}

/** All texts and numbers in them, and what looks like a secret; names stay. */
export function inContainer(text: string, from: number, close: number, manner: Manner): Found {
  const found: Found = { spans: [], next: from + 1 };
  for (let at = from + 1; at < close; ) {
    const slashes = runEnd(text, at, backslash, 8) - at;
    const open = at + slashes;
    if (is(quotes, text.charCodeAt(open)) && !isApostrophe(text, open)) {
      const inside = quoted(text, open, slashes, close);
      const end = inside.next + 1;
      if (end <= close && text.charCodeAt(afterBlanks(text, end)) !== COLON) found.spans.push(...inside.spans);
      at = end <= close ? end : open + 1;
    } else if (is(breaks, text.charCodeAt(at))) at += Math.max(1, slashes);
    else {
      const end = Math.min(close, wordEnd(text, at));
      word(text, at, end, manner, found);
      at = end;
    }
  }
  return found;
}

function isApostrophe(text: string, at: number): boolean {
  return text.charCodeAt(at) === 39 && /[\p{L}\d]/u.test(text.charAt(at - 1)) && /\p{L}/u.test(text.charAt(at + 1));
}

function wordEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && !is(breaks, text.charCodeAt(at))) at += 1;
  return at;
}

/** Longer ones are no names. */
const LONGEST = 80;

function word(text: string, from: number, to: number, { counted, bare, isSecret }: Manner, { spans }: Found): void {
  let [start, end] = [from, to];
  while (start < end && "-!*".includes(text[start] ?? "")) start += 1;
  while (end > start && ".!?*".includes(text[end - 1] ?? "")) end -= 1;
  const value = text.slice(start, Math.min(end, start + LONGEST + 1));
  // The end of base64 is no sign.
  const padded = end === to ? runEnd(text, end, equals, 2) : end;
  const isPadded = padded > end && /^[\s,;\]})]?$/.test(text.charAt(padded));
  if (!isPadded && isName(text, to)) return;
  const isCount = counted && /^[\d._]+[%a-z]?$/i.test(value);
  if (bare && !isCount && looksSecret(value) && !isCode(value) && !isSecret(value)) {
    spans.push({ from: start, to: isPadded ? padded : end });
    return;
  }
  if (counted) return;
  for (let at = start; at < end; ) {
    const stop = is(digit, text.charCodeAt(at)) && begins(text, at) ? runEnd(text, at, digit) : at;
    if (stop > at) spans.push({ from: at, to: stop });
    at = Math.max(stop, at + 1);
  }
}

const equals = classOf("=");

/** A sign follows it, or it is called, or looked into. */
function isName(text: string, to: number): boolean {
  const code = text.charCodeAt(afterBlanks(text, to));
  if (code === EQUALS || code === COLON) return true;
  return text.charCodeAt(to) === PAREN || text.charCodeAt(to) === BRACKET;
}

/** `config.secret`, `accessToken`, `//`: of a program. */
function isCode(value: string): boolean {
  return /^[A-Za-z_]+(?:\.[A-Za-z_]+)+$|^[a-z]+(?:[A-Z][a-z]+)+$|^[^\p{L}\d]*$/u.test(value);
}
