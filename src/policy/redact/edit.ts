/**
 * Editing what is partly hidden. A mark that is left where it stood means what the agent had there; anywhere else it
 * would reach the agent as nothing but words, and what runs would be something that nobody meant.
 */

import { canonical, isObject, type Json, type Problem, pointer } from "../../json.ts";
import { aroundMarks, holdsMark, marksIn } from "./mark.ts";

/** Null: every mark of the edit stands where the agent can put back what it stands for. */
export function markFault(original: Json, edited: Json, path: string[] = ["edited"]): Problem | null {
  if (typeof edited === "string") {
    const left = marksOf(edited);
    const before = typeof original === "string" ? original : "";
    const there = marksOf(before);
    if (left === "" || edited === before) return null;
    if (left === there) return isTurned(before, edited) ? { pointer: pointer(path), message: TURNED } : null;
    const message =
      there === ""
        ? "A hidden value was moved here: the agent knows it only where it stood. Leave it in its place, or write a value of your own"
        : "Leave all hidden values of this text in their order, or take all of them out";
    return { pointer: pointer(path), message };
  }
  const members = Array.isArray(edited)
    ? edited.map((item, index) => [String(index), item] as const)
    : isObject(edited)
      ? Object.entries(edited)
      : [];
  for (const [name, member] of members) {
    const before = memberOf(original, name);
    if (!Array.isArray(edited) && marksIn(name).length > 0 && before === undefined)
      return {
        pointer: pointer([...path, name]),
        message: "A hidden name was moved here: leave it in its place, or take it out",
      };
    const fault = markFault(before ?? null, member, [...path, name]);
    if (fault !== null) return fault;
  }
  const isUnsure = Array.isArray(edited) && Array.isArray(original) && isShifted(original, edited);
  return isUnsure ? { pointer: pointer(path), message: SHIFTED } : null;
}

const SHIFTED =
  "An item of this list was taken out or moved before a hidden value, which is known by its place alone: leave the items in their places, or write values of your own";

/** Marks look alike. Whether any that is left may stand for another item's value than the one in its place. */
function isShifted(original: readonly Json[], edited: readonly Json[]): boolean {
  const last = edited.findLastIndex(holdsMark);
  if (last < 0) return false;
  const [before, after] = [original.map((item) => canonical(item)), edited.map((item) => canonical(item))];
  const isOther = (at: number) => after[at] !== before[at];
  if (edited.length === original.length)
    return after.some((item, at) => isOther(at) && holdsMark(edited[at] ?? null) && before.includes(item));
  const kept = after.slice(0, last + 1);
  return (
    kept.some((_, at) => isOther(at)) ||
    before.slice(last + 1).some((item, at) => holdsMark(original[last + 1 + at] ?? null) && kept.includes(item))
  );
}

const TURNED =
  "What stands around hidden values of one length changed places, and in a text these are known by their order alone: leave it in its order, or write values of your own";

/** A line, or one of several commands in it. */
const PIECE = /\n|;|&&|\|/;
const WORD = /[\p{L}\p{N}_.-]+(?=[^\p{L}\p{N}_.-]*$)/u;
/** How far before a mark its name is looked for. */
const NEAR = 60;

/** Whether one of its marks, which are all there, stands where another one stood that looks the same. */
function isTurned(original: string, edited: string): boolean {
  const numbers = new Map<string, number>();
  const [piecesBefore, pieces] = [piecesOf(original, numbers), piecesOf(edited, numbers)];
  const [wordsBefore, words] = [wordsOf(original), wordsOf(edited)];
  const there = new Set(piecesBefore);
  // The same word may well be written a second time; the former one is then still in its place.
  const gone = new Set(wordsBefore.filter((word, at) => word !== words[at]));
  return (
    pieces.some((piece, at) => piece !== piecesBefore[at] && there.has(piece)) ||
    words.some((word, at) => word !== wordsBefore[at] && gone.has(word)) ||
    (new Set(marksIn(original).map(({ text }) => text)).size < wordsBefore.length && isCrossed(original, edited))
  );
}

/** Whether of the words that either text holds once some went behind a mark and others before one. */
function isCrossed(original: string, edited: string): boolean {
  const [before, after] = [placesOf(original), placesOf(edited)];
  const moves = [...before].map(([word, place]) => Math.sign((after.get(word) ?? place) - place));
  return moves.includes(1) && moves.includes(-1);
}

/** Behind how many marks each word stands that stands there once. */
function placesOf(text: string): Map<string, number> {
  const places = new Map<string, number>();
  const twice = new Set<string>();
  for (const [at, piece] of aroundMarks(text).entries())
    for (const [word] of piece.matchAll(WORDS)) {
      if (places.has(word)) twice.add(word);
      places.set(word, at);
    }
  for (const word of twice) places.delete(word);
  return places;
}

const WORDS = /[\p{L}\p{N}_.-]+/gu;

/** What each mark stands in: by number, as a long piece may hold many. */
function piecesOf(text: string, numbers: Map<string, number>): number[] {
  return text.split(PIECE).flatMap((each) => {
    const marks = marksIn(each);
    const piece = each.trim();
    const number = numbers.get(piece) ?? numbers.size;
    if (marks.length > 0) numbers.set(piece, number);
    return marks.map(() => number);
  });
}

/** The word before each mark. */
function wordsOf(text: string): string[] {
  return marksIn(text).map(
    ({ from, text: mark }) => `${WORD.exec(text.slice(Math.max(0, from - NEAR), from))?.[0] ?? ""} ${mark}`,
  );
}

function marksOf(text: string): string {
  return marksIn(text)
    .map((mark) => mark.text)
    .join("");
}

function memberOf(value: Json, name: string): Json | undefined {
  if (Array.isArray(value)) return value[Number(name)];
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** The same value, that remembers whether anybody looked at something hidden in it. */
export function veiled<T extends object>(value: T): { value: T; wasLookedBehind(): boolean } {
  let looked = false;
  function veil(inner: unknown): unknown {
    if (typeof inner !== "object" || inner === null) return inner;
    const copy = Array.isArray(inner) ? [] : {};
    for (const [name, member] of Object.entries(inner)) {
      const within = veil(member);
      const isHidden = typeof member === "string" && marksIn(member).length > 0;
      const get = () => {
        looked ||= isHidden;
        return within;
      };
      Object.defineProperty(copy, name, { get, enumerable: true });
    }
    return copy;
  }
  const needed = Object.values(value).some((member) => holdsMark(member as Json));
  return { value: needed ? (veil(value) as T) : value, wasLookedBehind: () => looked };
}
