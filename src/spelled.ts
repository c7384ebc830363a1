/** JSON text in which nothing is hidden: every character that a person would not see stands there as `\uXXXX`. */
import { visible } from "./text.ts";

const PLAIN = /^[\n\x20-\x7e]*$/;

export function spelledJson(json: string): string {
  if (PLAIN.test(json)) return json;
  return [...json].map((character) => (isHidden(character) ? unitsOf(character) : character)).join("");
}

export function hasHidden(text: string): boolean {
  return [...text].some(isHidden);
}

function isHidden(character: string): boolean {
  return character !== "\n" && visible(character) !== character;
}

/** JSON escapes UTF-16 units, so what lies beyond takes two. */
function unitsOf(character: string): string {
  return Array.from({ length: character.length }, (_, at) => {
    return `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`;
  }).join("");
}
