/** The rich_text block: text that is literal, and elements that say what else they are. */
import { byType, type Check, flag, list, shape, text, typed, url, whole, word } from "./shape.ts";

const looks = { bold: flag, code: flag, italic: flag, strike: flag, underline: flag };
const style = { style: shape({}, looks) };
const border = { border: whole(0, 1) };

const literal = typed("text", { text: text(40_000) }, style);
const link = typed("link", { url }, { ...style, text: text(40_000), unsafe: flag });

const inline = byType([
  literal,
  link,
  typed("emoji", { name: text(255) }, { ...style, unicode: text(255), skin_tone: whole(1, 6) }),
  typed("user", { user_id: text(255) }, style),
  typed("usergroup", { usergroup_id: text(255) }, style),
  typed("channel", { channel_id: text(255) }, style),
  typed("team", { team_id: text(255) }, style),
  typed("broadcast", { range: word("here", "channel", "everyone") }, style),
  typed("color", { value: text(255) }, style),
  typed("date", { timestamp: whole(0, 9_999_999_999), format: text(3_000) }, { ...style, url, fallback: text(3_000) }),
]);

const section = typed("rich_text_section", { elements: list(inline, 1_000, 0) });

const parts = byType([
  section,
  typed(
    "rich_text_list",
    { elements: list(byType([section]), 1_000), style: word("bullet", "ordered") },
    { ...border, indent: whole(0, 8), offset: whole(0, 10_000) },
  ),
  typed("rich_text_quote", { elements: list(inline, 1_000, 0) }, border),
  typed(
    "rich_text_preformatted",
    { elements: list(byType([literal, link]), 1_000, 0) },
    { ...border, language: text(255) },
  ),
]);

export const richText: [string, Check] = typed("rich_text", { elements: list(parts, 1_000) }, { block_id: text(255) });
