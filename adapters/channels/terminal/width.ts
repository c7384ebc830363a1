/**
 * How many cells a text takes on a terminal, and how it is broken into lines of so many cells.
 * By grapheme, so that a flag or an emoji family is never cut in two; wide letters (CJK) and emoji take two cells.
 */

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** East Asian Wide and Fullwidth (Unicode UAX 11) as scripts and blocks, and what is drawn as emoji by default. */
const WIDE =
  /^(?![\u02ea\u02eb\u303f\u3248-\u324f\uff61-\uffdc\uffe8-\uffee])[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Yi}\p{Script=Tangut}\p{Script=Nushu}\u2329\u232a\u2ff0-\u33ff\u4dc0-\u4dff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f200}-\u{1f26f}\p{Emoji_Presentation}\p{Regional_Indicator}]/u;
const NARROW_TEXT = /^[\x20-\x7e]*$/;
const INVISIBLE = /^[\p{Mark}\p{Control}\p{Format}]+$/u;

export function widthOf(text: string): number {
  if (NARROW_TEXT.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += cellsOf(segment);
  return width;
}

function cellsOf(grapheme: string): number {
  if (INVISIBLE.test(grapheme)) return 0;
  // U+FE0F asks for the emoji picture of a letter-like sign: ✔ is one cell, ✔️ is two.
  return WIDE.test(grapheme) || grapheme.includes("\ufe0f") ? 2 : 1;
}

export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

/** At most `width` cells; what was cut off shows as `…`. */
export function clip(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const [first = ""] = pieces(text, width - 1);
  return `${first.trimEnd()}…`;
}

/**
 * Lines of at most `width` cells, broken at spaces where there are any. Continued lines are indented as the first one
 * is (and past a bullet), so that lists and code stay readable. No character is lost but the space at a break.
 */
export function wrap(line: string, width: number): string[] {
  if (widthOf(line) <= width) return [line];
  const lead = /^\s*(?:(?:[-*•+]|\d{1,3}[.)])\s+)?/.exec(line)?.[0] ?? "";
  const indent = widthOf(lead) <= width / 2 ? " ".repeat(widthOf(lead)) : "";
  const lines: string[] = [];
  let current = lead.length > 0 && indent !== "" ? lead : "";
  let empty = true;
  const room = () => width - widthOf(current);
  const flush = () => {
    lines.push(current.trimEnd());
    current = indent;
    empty = true;
  };
  for (const word of line.slice(current.length).split(/(?<=\s)(?=\S)/)) {
    if (!empty && widthOf(word.trimEnd()) > room()) flush();
    if (widthOf(word.trimEnd()) <= room()) {
      current += word;
      empty = false;
      continue;
    }
    for (const piece of pieces(word, Math.max(2, room()))) {
      if (!empty) flush();
      current += piece;
      empty = false;
    }
  }
  lines.push(current.trimEnd());
  return lines;
}

/** Cut hard into parts of at most `width` cells. */
function pieces(text: string, width: number): string[] {
  const parts: string[] = [];
  let part = "";
  let cells = 0;
  for (const { segment } of graphemes.segment(text)) {
    const next = cellsOf(segment);
    if (part !== "" && cells + next > width) {
      parts.push(part);
      part = "";
      cells = 0;
    }
    part += segment;
    cells += next;
  }
  return part === "" ? parts : [...parts, part];
}
