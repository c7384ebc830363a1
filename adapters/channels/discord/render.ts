/**
 * A card as a Discord message of Components V2. Every limit holds by construction: title, chrome and notes have their
 * fixed shares of the 4,000 characters that all text displays of a message may hold, and the content takes the rest;
 * of the 40 components, buttons and chrome take at most 18.
 */
import type { Card, CardAction } from "../../../src/card.ts";
import { isApproving } from "../../../src/checkpoint.ts";
import { count } from "../../../src/text.ts";
import { displaysOf, flowOf, pagesOf, sizeOf, TITLE } from "./flow.ts";
import {
  button,
  framed,
  lines,
  type MessageBody,
  type Part,
  rows,
  type STYLE,
  short,
  subtext,
  text,
} from "./literal.ts";
import { type Sign, writeMark } from "./marks.ts";
import { COMPONENT } from "./wire.ts";

export interface Drawn {
  message: MessageBody;
  /** Characters of the content that the card shows, of how many. */
  shown: number;
  of: number;
}

const SOURCE = 220;
const STATE = 520;
const NOTES = 340;
/** 4,000 less title (260) and all of these, with a margin. */
const CONTENT = 2_600;
/** Of the text displays of a message, those for its content. */
const DISPLAYS = 20;

export function render(card: Card, sign: Sign): Drawn {
  const flow = flowOf(card);
  const of = sizeOf(flow);
  const first = pagesOf(flow, CONTENT)[0] ?? [];
  const shown = sizeOf(first);
  const complete = shown === of;
  const notes = [...(complete ? [] : [`Showing ${count(shown)} of ${count(of)} characters`]), ...card.notes];
  const link = browseButton(card);
  const buttons = [
    ...card.actions.filter((each) => complete || !card.seeAll || !isApproving(each.action)).map(buttonOf(sign)),
    ...(complete ? [] : [seeButton(card)]),
    ...(link === null ? [] : [link]),
  ];
  const parts = [
    heading(card),
    ...(card.source === "" ? [] : [subtext(card.source, SOURCE)]),
    ...displaysOf(first, DISPLAYS),
    { type: COMPONENT.separator, divider: true },
    stateOf(card),
    ...(notes.length === 0 ? [] : [subtext(notes.join("\n"), NOTES)]),
    ...rows(buttons),
  ];
  return { message: framed(parts, COLOURS[card.status]), shown, of };
}

export const COLOURS = { pending: 0x5865f2, resolved: 0x4e5058, expired: 0x4e5058, withdrawn: 0x4e5058 } as const;

export function heading({ icon, title }: Pick<Card, "icon" | "title">): Part {
  return text(`### ${icon} ${short(title, TITLE - 10)}`);
}

/** What came of it is what people look for on an ended card. */
export function stateOf({ status, state }: Card): Part {
  return status === "pending" ? subtext(state, STATE) : text(lines(state, STATE));
}

const STYLES = { approve: "success", reject: "danger", change: "secondary" } as const satisfies Record<
  CardAction["tone"],
  keyof typeof STYLE
>;

export function buttonOf(sign: Sign): (action: CardAction) => Part {
  return ({ action, label, tone }) => button(writeMark({ mark: "act", handle: sign(action) }), label, STYLES[tone]);
}

/** Whoever presses it gets a link of their own: one on the card would be everybody's. */
export function browseButton({ id, url }: Pick<Card, "id" | "url">): Part | null {
  return url === null ? null : button(writeMark({ mark: "browse", id }), "Open in browser");
}

function seeButton({ id, seeAll, actions }: Card): Part {
  const mark = writeMark({ mark: "see", id });
  const reviewed = seeAll && actions.some(({ action }) => isApproving(action));
  return reviewed ? button(mark, "Review in full", "primary") : button(mark, "See all");
}
