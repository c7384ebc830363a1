/**
 * Literal text: what an agent or a person wrote, made so that everything in it can be seen and nothing in it can
 * steer the eye. All functions are linear in their input, and `visible` of something visible changes nothing.
 */

/** Code points that show nothing, reorder what stands beside them, or mean something else on another machine. */
const HIDDEN = /\r\n|(?![\n ])[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/gu;
// A longer run of spaces can push what follows out of sight.
const LONG_RUN = / {9,}/g;
const SEEN = /[^\s\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;

/**
 * Every hidden code point as `\u{…}`. An emoji's joiner and variation selector go with them: safe over pretty.
 * A tab becomes two spaces and a Windows line break a line break; a run of more than 8 spaces its count.
 */
export function visible(text: string): string {
  return text
    .replace(HIDDEN, (hidden) => (hidden === "\r\n" ? "\n" : hidden === "\t" ? "  " : escaped(hidden)))
    .replace(LONG_RUN, (run) => `\\u{20}×${run.length}`);
}

/** Nothing in it that a person would see. */
export function isBlank(text: string | undefined): boolean {
  return text === undefined || !SEEN.test(text);
}

export function escaped(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16).toUpperCase()}}`;
}

export interface Clamped {
  text: string;
  /** Characters (UTF-16 units) of the original that `text` shows, of how many. */
  shown: number;
  of: number;
}

/** At most `limit` UTF-16 units, the notice included: platforms count in these. */
export function clamp(text: string, limit: number): Clamped {
  const of = text.length;
  if (of <= limit) return { text, shown: of, of };
  const room = limit - notice(of, of).length;
  const shown = boundary(text, Math.max(0, room));
  // No room for the notice: the mark alone, and the caller's figures.
  if (shown === 0) return ellipsis(text, limit);
  return { text: text.slice(0, shown) + notice(shown, of), shown, of };
}

/** On one line, visible, at most `limit` UTF-16 units: for titles, lists and the status line. */
export function oneLine(text: string, limit: number): string {
  return ellipsis(visible(text.replace(/\s+/g, " ").trim()), limit).text;
}

export function count(characters: number): string {
  return characters.toLocaleString("en-US");
}

function notice(shown: number, of: number): string {
  return `\n… showing ${count(shown)} of ${count(of)} characters`;
}

function ellipsis(text: string, limit: number): Clamped {
  if (text.length <= limit) return { text, shown: text.length, of: text.length };
  const shown = boundary(text, Math.max(0, limit - 1));
  return { text: `${text.slice(0, shown)}…`.slice(0, Math.max(0, limit)), shown, of: text.length };
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
/** Longer than any honest character; a letter under thousands of accents is cut through. */
const LONGEST = 64;

/** The last place at or before `at` where no character is cut through. */
function boundary(text: string, at: number): number {
  if (at >= text.length) return text.length;
  // A window keeps this independent of the text's length.
  const from = Math.max(0, at - 4 * LONGEST);
  const found = graphemes.segment(text.slice(from, at + 4 * LONGEST)).containing(at - from);
  const start = from + (found?.index ?? 0);
  if (found !== undefined && at - start <= LONGEST) return start;
  return isLow(text.charCodeAt(at)) ? at - 1 : at;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
