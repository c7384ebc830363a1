/**
 * The only ways in which somebody else's words get into a message. Discord reads every text display as Markdown and
 * has no plain one; so each character that could begin or end anything of it is escaped, wherever it stands. Labels of
 * buttons, fields and options are plain text there.
 */
import { oneLine } from "../../../src/text.ts";
import { COMPONENT, FLAG, type MessageBody, type Part } from "./wire.ts";

export type { MessageBody, Part } from "./wire.ts";

/** Discord refuses an empty text. */
const NOTHING = "–";

/**
 * All that Discord's Markdown is made of: emphasis, spoilers, code; headings, quotes and lists at a line's beginning;
 * mentions, emoji, times and links in angle brackets; `@everyone`, `https:`, `:emoji:`, `[label](`, `discord.gg`.
 */
const MARKS = "\\*_~|`<>@:[#.+-";
const EACH = /[\\*_~|`<>@:[#.+-]/g;

/** Characters are escaped one by one, so that texts may be cut and joined on either side. */
export function literal(text: string): string {
  return text.replace(EACH, "\\$&");
}

export function isMark(character: string): boolean {
  return MARKS.includes(character);
}

/** On one line of at most `room` characters, the escapes included; what is left out is marked by an ellipsis. */
export function short(text: string, room: number): string {
  const line = oneLine(text, room);
  const whole = literal(line);
  if (whole.length <= room) return whole === "" ? NOTHING : whole;
  let taken = 0;
  let size = 1;
  for (const character of line) {
    size += literal(character).length;
    if (size > room) break;
    taken += character.length;
  }
  return `${literal(line.slice(0, taken))}…`;
}

/** Whether `short` shows it whole. */
export function fits(text: string, room: number): boolean {
  return literal(oneLine(text, Number.POSITIVE_INFINITY)).length <= room;
}

/** For labels, titles and options, which no Markdown is read in. */
export function label(text: string, limit: number): string {
  return oneLine(text, limit) || NOTHING;
}

/** The program's own words, or a person's, in so much room; each line begins with `mark`. */
export function lines(text: string, room: number, mark = ""): string {
  const kept: string[] = [];
  let left = room - 2;
  for (const line of text.split("\n")) {
    if (left <= mark.length + 1) {
      kept.push("…");
      break;
    }
    const made = line.trim() === "" ? "" : mark + short(line, left - mark.length);
    kept.push(made);
    left -= made.length + 1;
  }
  return kept.join("\n") || NOTHING;
}

/** Markdown of ours around words that went through the functions above. */
export function text(content: string): Part {
  return { type: COMPONENT.text, content };
}

/** The small grey lines. */
export function subtext(words: string, room: number): Part {
  return text(lines(words, room, "-# "));
}

/** Five buttons a row, and as many rows as that makes. */
export function rows(buttons: readonly Part[]): Part[] {
  const made: Part[] = [];
  for (let from = 0; from < buttons.length; from += 5)
    made.push({ type: COMPONENT.row, components: buttons.slice(from, from + 5) });
  return made;
}

export const STYLE = { primary: 1, secondary: 2, success: 3, danger: 4, link: 5 } as const;

export function button(id: string, words: string, style: keyof typeof STYLE = "secondary"): Part {
  return { type: COMPONENT.button, custom_id: id, label: label(words, 80), style: STYLE[style] };
}

/** Null where Discord takes no such address. */
export function linkButton(url: string | null): Part | null {
  if (url === null || url.length > 512 || !/^https?:\/\/[^\s/]/.test(url)) return null;
  return { type: COMPONENT.button, url, label: "Open in browser", style: STYLE.link };
}

/** What stands in a frame with a coloured edge. */
export function framed(parts: readonly Part[], colour: number): MessageBody {
  return bare([{ type: COMPONENT.container, accent_color: colour, components: parts }]);
}

export function bare(components: readonly Part[]): MessageBody {
  return { flags: FLAG.v2, components };
}
