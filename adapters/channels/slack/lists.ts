/** Lists of checkpoints as blocks: titles, kinds and ages, each with Open; no arguments, and nothing that approves. */
import { type Row, VERBS } from "../../../src/commands.ts";
import { context, type Part, plain, section, short } from "./literal.ts";
import { markId } from "./marks.ts";

/** Two blocks a row, of the 50 that a message may have. */
export const PAGE = 15;

/** `part`: of a view that holds several lists. */
export function rowsOf(rows: readonly Row[], part = ""): Part[] {
  return rows.flatMap(({ id, icon, title, kind, status, age, due, by }, index) => {
    const ended = status === "pending" ? due : `${status}${by === undefined ? "" : ` by ${by}`}`;
    const about = [kind, `${age} old`, ...(ended === null ? [] : [ended]), id].join(" · ");
    return [
      {
        ...section(`${icon} ${title}`, 300),
        accessory: { type: "button", action_id: markId("open", part + index), text: plain("Open", 75), value: id },
      },
      context(about, 300),
    ];
  });
}

/** `from` of the whole list is on this page; the buttons name the command that made it. */
export function turning(command: string, from: number, count: number): Part[] {
  const turn = (label: string, at: number): Part => ({
    type: "button",
    action_id: markId("list", label.toLowerCase()),
    text: plain(label, 75),
    value: `${at} ${command}`,
  });
  const elements = [
    ...(from > 0 ? [turn("Back", Math.max(0, from - PAGE))] : []),
    ...(from + PAGE < count ? [turn("Next", from + PAGE)] : []),
  ];
  return elements.length === 0 ? [] : [{ type: "actions", block_id: "turn", elements }];
}

export function heading(text: string): Part {
  return { type: "header", text: short(text, 150) };
}

export function helpBlocks(note: string | null): Part[] {
  const lines = VERBS.map(({ usage, what }) => `/hitl ${usage}: ${what}`);
  return [...(note === null ? [] : [section(note)]), section(lines.join("\n"))];
}
