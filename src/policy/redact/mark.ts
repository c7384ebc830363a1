/** What stands where something was hidden: `[redacted 24 chars]`, so that everybody sees that there was something. */
import { isObject, type Json } from "../../json.ts";

/** Bounded in all its parts, and so linear. */
const MARK = /\[redacted (\d{1,9}) chars\]/g;
const ANY = /\[redacted \d{1,9} chars\]/;
const WHOLE = /^\[redacted \d{1,9} chars\]$/;

/** Characters are UTF-16 units, as everywhere. */
export function markOf(chars: number): string {
  return `[redacted ${chars} chars]`;
}

export function isMark(text: string): boolean {
  return WHOLE.test(text);
}

export interface Mark {
  text: string;
  from: number;
  chars: number;
}

export function marksIn(text: string): Mark[] {
  if (!text.includes("[redacted ")) return [];
  return [...text.matchAll(MARK)].map(({ 0: mark, 1: chars, index }) => ({
    text: mark,
    from: index,
    chars: Number(chars),
  }));
}

/** What stands before, between and behind the marks. */
export function aroundMarks(text: string): string[] {
  return text.split(ANY);
}

export function holdsMark(value: Json): boolean {
  if (typeof value === "string") return marksIn(value).length > 0;
  if (Array.isArray(value)) return value.some(holdsMark);
  return isObject(value) && Object.entries(value).some(([key, member]) => marksIn(key).length > 0 || holdsMark(member));
}
