/** What YAML puts between a name and its value, and the texts that it sets below: `password: |`. */
import { type Found, one } from "./value.ts";

const TAG = /^(?:!!\w{1,20}|!vault|&[\w-]{1,40})[ \t]{1,8}(?=\S)/;
const [TAGS, BLOCKS] = ["!&", "|>"];
const BLOCK = /^[|>](?:[+-]?\d?|\d[+-])[ \t]{0,8}(?:#[^\n]{0,80})?\r?\n/;
/** Of the line that it begins in. */
const LOOK = 200;
const [NEWLINE, SPACE, RETURN] = [10, 32, 13];

/** Behind `!!str` and `&anchor`. */
export function afterTags(text: string, from: number): number {
  let at = from;
  for (let count = 0; count < 2 && isOne(TAGS, text, at); count += 1)
    at += TAG.exec(text.slice(at, at + 60))?.[0].length ?? 0;
  return at;
}

/** All lines below that are set further in than the line of the name is; null: no text begins here. */
export function blockAt(text: string, from: number): Found | null {
  if (!isOne(BLOCKS, text, from)) return null;
  const header = BLOCK.exec(text.slice(from, from + 110));
  if (header === null) return null;
  const start = from + header[0].length;
  const outer = indentOf(text, lineStart(text, from));
  let [at, to, inner] = [start, start, 0];
  let first = -1;
  while (at < text.length) {
    const words = at + indentOf(text, at);
    const end = lineEnd(text, words);
    const isBlank = text.slice(words, end).trim() === "";
    if (!isBlank) {
      if (first < 0) inner = words - at;
      if (inner <= outer || words - at < inner) break;
      if (first < 0) first = words;
      to = text.charCodeAt(end - 1) === RETURN ? end - 1 : end;
    }
    at = end + 1;
  }
  return first < 0 ? { spans: [], next: start } : one(text, first, to, to);
}

function isOne(characters: string, text: string, at: number): boolean {
  return at < text.length && characters.includes(text.charAt(at));
}

function indentOf(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === SPACE) at += 1;
  return at - from;
}

function lineStart(text: string, from: number): number {
  let at = from;
  while (at > 0 && from - at < LOOK && text.charCodeAt(at - 1) !== NEWLINE) at -= 1;
  return at;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}
