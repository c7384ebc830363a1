/** What stands behind a name's sign, and what tells a secret there from a word, a place for one, a call. */
import { isReference } from "./address.ts";
import { classOf, is, isMixed } from "./letters.ts";
import { isMark } from "./mark.ts";
import type { Span } from "./span.ts";

export interface Found {
  spans: Span[];
  next: number;
}

export const quotes = classOf("\"'`");
export const backslash = classOf("\\");
const [BACKSLASH, NEWLINE, DOLLAR, BRACE] = [92, 10, 36, 123];

export function afterBlanks(text: string, from: number): number {
  let at = from;
  while (at < from + 8 && (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9)) at += 1;
  return at;
}

/** Up to the quote that closes it, behind as many backslashes; a line's end closes it, too. */
export function quoted(text: string, open: number, slashes: number, limit = text.length): Found {
  const quote = text.charCodeAt(open);
  const from = open + 1;
  let to = from;
  for (let escapes = 0; to < limit; to += 1) {
    const code = text.charCodeAt(to);
    if (code === NEWLINE || (code === quote && (slashes === 0 ? escapes % 2 === 0 : escapes <= slashes))) break;
    escapes = code === BACKSLASH ? escapes + 1 : 0;
  }
  const end = text.charCodeAt(to) === quote ? to - slashes : to;
  return one(text, from, Math.max(from, end), Math.max(to, from));
}

export function one(text: string, from: number, to: number, next: number): Found {
  const value = text.slice(from, Math.min(to, from + 120));
  const isNone = to <= from || isReference(value) || isMark(value) || isVariable(value);
  return { spans: isNone ? [] : [{ from, to }], next };
}

/** `$TOKEN`, `%TOKEN%`, `<token>`: what the shell, or a reader, puts something in for. */
export function isVariable(value: string): boolean {
  return /^(?:(?:Bearer |Basic )?\$\(?[A-Z_][A-Z0-9_]{2,60}\)?|%[A-Z_]{3,60}%|<[\w -]{1,60}>)$/.test(value);
}

/** Where `${…}`, `{{ … }}` or `${{ … }}` ends that stands here alone; null: none does. */
export function placeEnd(text: string, from: number): number | null {
  const first = text.charCodeAt(from);
  if ((first !== DOLLAR && first !== BRACE) || text.charCodeAt(from + 1) !== BRACE) return null;
  const place = /^(?:\$?\{\{[^{}]{0,100}\}\}|\$\{[^{}]{0,100}\})(?=$|[\s"'`,;)\]}<&\\])/.exec(
    text.slice(from, from + 120),
  );
  return place === null ? null : from + place[0].length;
}

const marks = classOf("!@#$%^&*+~?/=");

/** Not a word of a sentence. */
export function looksSecret(value: string): boolean {
  if (value.length < 4) return false;
  return value.length >= 20 || isMixed(value, (code) => is(marks, code));
}
