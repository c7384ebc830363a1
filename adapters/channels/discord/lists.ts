/** Lists of checkpoints as one message: titles, kinds and ages, each with Open; no arguments, and nothing that approves. */
import { type Row, VERBS } from "../../../src/commands.ts";
import { bare, button, lines, type MessageBody, type Part, rows, short, text } from "./literal.ts";
import { writeMark } from "./marks.ts";
import { COMPONENT } from "./wire.ts";

/** Three components a row, of the 40 that a message may have. */
export const PAGE = 10;
/** Characters of a row, of 4,000. */
const TITLE = 180;
const ABOUT = 180;
const CUSTOM_ID = 100;

interface List {
  title: string;
  rows: readonly Row[];
  /** How many of the whole list are on the pages before, and how long it is. */
  from: number;
  count: number;
  /** Makes the list again. */
  command: string;
}

export function listView({ title, rows: listed, from, count, command }: List): MessageBody {
  return bare([heading(title), ...listed.slice(0, PAGE).map(rowOf), ...turning(command, from, count)]);
}

/** With the button that opens it. */
function rowOf({ id, icon, title, kind, status, age, due, by }: Row): Part {
  const ended = status === "pending" ? due : `${status}${by === undefined ? "" : ` by ${by}`}`;
  const about = [kind, `${age} old`, ...(ended === null ? [] : [ended]), id].join(" · ");
  return {
    type: COMPONENT.section,
    components: [text(`${icon} ${short(title, TITLE)}\n-# ${short(about, ABOUT)}`)],
    accessory: button(writeMark({ mark: "open", id }), "Open"),
  };
}

/** Back and Next name the command that made the list; where it is too long for a button, it has to be asked for shorter. */
function turning(command: string, from: number, count: number): Part[] {
  const turn = (words: string, at: number) => button(writeMark({ mark: "list", from: at, command }), words);
  const buttons = [
    ...(from > 0 ? [turn("Back", Math.max(0, from - PAGE))] : []),
    ...(from + PAGE < count ? [turn("Next", from + PAGE)] : []),
  ];
  if (buttons.every(({ custom_id = "" }) => custom_id.length <= CUSTOM_ID)) return rows(buttons);
  return [text("-# There are more: ask for fewer, as in /hitl pending mine")];
}

/** A heading and words below it. */
export function wordsView(title: string | null, words: string): MessageBody {
  return bare([...(title === null ? [] : [heading(title)]), text(lines(words, 3_600))]);
}

export function helpView(note: string | null): MessageBody {
  const verbs = VERBS.map(({ usage, what }) => `/hitl ${usage}: ${what}`).join("\n");
  return wordsView(null, note === null ? verbs : `${note}\n\n${verbs}`);
}

function heading(words: string): Part {
  return text(`### ${short(words, 200)}`);
}
