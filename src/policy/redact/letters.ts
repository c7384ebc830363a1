/** Character classes as tables, and where a word can begin: what the scanners are made of, each step in constant time. */

export type Class = Uint8Array;

export function classOf(characters: string): Class {
  const table = new Uint8Array(128);
  for (let index = 0; index < characters.length; index += 1) table[characters.charCodeAt(index)] = 1;
  return table;
}

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();
export const DIGITS = "0123456789";
export const ALNUM = `${LOWER}${UPPER}${DIGITS}`;

export const digit = classOf(DIGITS);
export const alnum = classOf(ALNUM);
export const lower = classOf(LOWER);
export const upper = classOf(UPPER);
export const hex = classOf(`${DIGITS}abcdefABCDEF`);
export const word = classOf(`${ALNUM}_-`);
export const space = classOf(" \t\r\n\f\v");

export function is(table: Class, code: number): boolean {
  return code < 128 && table[code] === 1;
}

/** The end of the run of `table` that begins at `from`, looked for no further than `most` characters. */
export function runEnd(text: string, from: number, table: Class, most = Number.POSITIVE_INFINITY): number {
  const end = Math.min(text.length, from + most);
  let at = from;
  while (at < end && is(table, text.charCodeAt(at))) at += 1;
  return at;
}

const ESCAPES = classOf("nrtbfv");
const [BACKSLASH, PERCENT, LETTER_U] = [92, 37, 117];

/** Whether a word can begin here: also right behind an escape, as in `\nghp_…`, `%20ghp_…` or `\u0022ghp_…`. */
export function begins(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  if (at === 0 || !is(alnum, before)) return true;
  if (text.charCodeAt(at - 2) === BACKSLASH) return is(ESCAPES, before);
  if (!is(hex, before) || !is(hex, text.charCodeAt(at - 2))) return false;
  if (text.charCodeAt(at - 3) === PERCENT) return true;
  return text.charCodeAt(at - 5) === LETTER_U && text.charCodeAt(at - 6) === BACKSLASH;
}

/** Nothing of the word goes on behind its end. */
export function ends(text: string, at: number): boolean {
  return at >= text.length || !is(alnum, text.charCodeAt(at));
}

/** Not a word of a sentence: with digits or marks in it, or with capitals behind its first letter, and small ones. */
export function isMixed(text: string, isMark: (code: number) => boolean): boolean {
  let [uppers, lowers] = [false, false];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (is(digit, code) || isMark(code)) return true;
    if (is(upper, code)) uppers ||= at > 0;
    else if (is(lower, code)) lowers = true;
  }
  return uppers && lowers;
}
