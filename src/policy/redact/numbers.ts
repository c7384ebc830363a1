/**
 * Numbers that are somebody's: payment cards, by the schemes' ranges and Luhn's check digit, and US social security
 * numbers, by the ranges that were ever given out.
 */
import { alnum, digit, is, runEnd } from "./letters.ts";
import type { Span } from "./span.ts";

const [SHORTEST, LONGEST] = [13, 19];
const [HYPHEN, SPACE, DOT, NBSP, THIN] = [45, 32, 46, 0xa0, 0x2009];

/** With or without single spaces or hyphens between groups as cards print them. */
export function cards(text: string): Span[] {
  const spans: Span[] = [];
  for (let at = 0; at < text.length; ) {
    if (!is(digit, text.charCodeAt(at))) {
      at += 1;
      continue;
    }
    const end = runEnd(text, at, digit);
    const to = startsNumber(text, at) ? cardEnd(text, at, end) : undefined;
    if (to !== undefined) spans.push({ from: at, to });
    at = to ?? end;
  }
  return spans;
}

export function isCard(digits: string): boolean {
  return digits.length >= SHORTEST && digits.length <= LONGEST && isIssued(digits) && hasCheckDigit(digits);
}

/** Not in the middle of a word, of an amount or of a longer number. */
function startsNumber(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  if (at === 0) return true;
  return !is(alnum, before) && !(before === DOT && is(digit, text.charCodeAt(at - 2)));
}

function endsNumber(text: string, at: number): boolean {
  const after = text.charCodeAt(at);
  return at >= text.length || !is(alnum, after);
}

function cardEnd(text: string, from: number, firstEnd: number): number | undefined {
  if (firstEnd - from >= SHORTEST)
    return firstEnd - from <= LONGEST && endsNumber(text, firstEnd) && isCard(text.slice(from, firstEnd))
      ? firstEnd
      : undefined;
  if (firstEnd - from !== 4) return undefined;
  let [digits, end, found] = [text.slice(from, firstEnd), firstEnd, undefined as number | undefined];
  const separator = text.charCodeAt(end);
  if (separator !== HYPHEN && separator !== SPACE && separator !== NBSP && separator !== THIN) return undefined;
  // At most five groups have room in 19 digits.
  for (let group = 1; group < 5 && text.charCodeAt(end) === separator; group += 1) {
    const next = runEnd(text, end + 1, digit, 8);
    if (next - end - 1 < 1 || next - end - 1 > 7) break;
    digits += text.slice(end + 1, next);
    end = next;
    if (endsNumber(text, end) && isCard(digits)) found = end;
  }
  return found;
}

function isIssued(digits: string): boolean {
  const [two, three, four, length] = [
    Number(digits.slice(0, 2)),
    Number(digits.slice(0, 3)),
    Number(digits.slice(0, 4)),
    digits.length,
  ];
  const within = (value: number, from: number, to: number) => value >= from && value <= to;
  // Visa, Mastercard, American Express, Diners, Discover, JCB, UnionPay, Maestro, RuPay, Mir
  if (digits[0] === "4") return length === 13 || length === 16 || length === 19;
  if (within(two, 51, 55) || within(four, 2221, 2720)) return length === 16;
  if (two === 34 || two === 37) return length === 15;
  if (within(three, 300, 305) || three === 309 || two === 36 || two === 38 || two === 39) return within(length, 14, 19);
  if (four === 6011 || within(three, 644, 649) || two === 65 || two === 62 || two === 60 || two === 81)
    return within(length, 16, 19);
  if (within(four, 3528, 3589)) return within(length, 16, 19);
  if (within(four, 2200, 2204)) return within(length, 16, 19);
  return (two === 50 || within(two, 56, 58) || two === 63 || two === 67) && within(length, 13, 19);
}

function hasCheckDigit(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const value = digits.charCodeAt(digits.length - 1 - at) - 48;
    sum += at % 2 === 0 ? value : value > 4 ? value * 2 - 9 : value * 2;
  }
  return sum % 10 === 0 && !/^(\d)\1*$/.test(digits);
}

const SSN = 11;

/** `AAA-GG-SSSS`: all of it is hidden. The first three digits say where somebody was born, or at least registered. */
export function ssns(text: string): Span[] {
  const spans: Span[] = [];
  for (let at = 0; at < text.length; ) {
    if (!is(digit, text.charCodeAt(at))) {
      at += 1;
      continue;
    }
    const end = runEnd(text, at, digit);
    const found = end - at === 3 && standsAlone(text, at) && isSsn(text.slice(at, at + SSN));
    if (found) spans.push({ from: at, to: at + SSN });
    at = found ? at + SSN : end;
  }
  return spans;
}

function standsAlone(text: string, at: number): boolean {
  const glued = (code: number) => is(alnum, code) || code === HYPHEN;
  return (
    (at === 0 || !glued(text.charCodeAt(at - 1))) && (at + SSN >= text.length || !glued(text.charCodeAt(at + SSN)))
  );
}

/** No area 000, 666 or 900 and above, no group 00, no serial 0000 (Social Security Administration, since 2011). */
function isSsn(text: string): boolean {
  const parts = /^(\d{3})([-\u2010-\u2015 \u00a0])(\d{2})\2(\d{4})$/.exec(text);
  if (parts === null) return false;
  const [, area = "", , group, serial] = parts;
  return area !== "000" && area !== "666" && area < "900" && group !== "00" && serial !== "0000";
}
