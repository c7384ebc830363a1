/**
 * The only ways in which somebody else's words get into a message: `plain_text` without emoji, and text elements of
 * `rich_text`. Slack reads no control sequence in either. `mrkdwn` is never made here.
 */
import type { JsonObject } from "../../../src/json.ts";
import { clamp, oneLine, visible } from "../../../src/text.ts";

/** A block, element or view in Slack's own words. */
export type Part = JsonObject;

/** Slack refuses an empty text. */
const NOTHING = "–";

export function plain(text: string, limit: number): Part {
  return { type: "plain_text", text: clamp(text === "" ? NOTHING : text, limit).text, emoji: false };
}

/** For places of one line: buttons, titles, options. */
export function short(text: string, limit: number): Part {
  return plain(oneLine(text, limit), limit);
}

export function context(text: string, limit = 1_500): Part {
  return { type: "context", elements: [plain(text, limit)] };
}

/** The program's own words, or a person's, as a line of text. */
export function section(text: string, limit = 2_900): Part {
  return { type: "section", text: plain(visible(text), limit) };
}

/**
 * The text of a notification, which Slack reads as mrkdwn whatever the blocks say: control characters are escaped, and
 * what could still be read as a broadcast or an emoji is taken apart by a full-width twin of its mark.
 */
export function notification(text: string): string {
  return oneLine(text, 150)
    .replace(/@(?=(?:here|channel|everyone)\b)/gi, "＠")
    .replace(/:(?=[a-z0-9_+'-]+:)/gi, "：")
    .replace(/[*`]/g, (mark) => TWINS[mark] ?? mark)
    .replace(/[&<>]/g, (mark) => ENTITIES[mark] ?? mark);
}

const TWINS: Record<string, string> = { "*": "＊", "`": "｀" };
const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
