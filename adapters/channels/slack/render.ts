/**
 * A card as a Slack message. Every limit holds by construction: the title, the chrome and the buttons have their
 * fixed shares, and the content takes what is left of the 13,200 characters that a message may hold in all its blocks.
 */
import type { Card, CardAction } from "../../../src/card.ts";
import { isApproving } from "../../../src/checkpoint.ts";
import { count } from "../../../src/text.ts";
import { blocksOf, flowOf, pagesOf, sizeOf } from "./flow.ts";
import { context, notification, type Part, plain, section, short } from "./literal.ts";
import { markId, type Sign } from "./marks.ts";

export interface Message {
  text: string;
  blocks: Part[];
}

export interface Drawn {
  message: Message;
  /** Characters of the content that the card shows, of how many. */
  shown: number;
  of: number;
}

/** 13,200 less title (150), source, state, notes (1,500 together), seven buttons (525) and a margin. */
const CONTENT = 9_000;
const SOURCE = 300;
const STATE = 700;
const NOTES = 500;
const BUTTON = 75;

export function render(card: Card, sign: Sign): Drawn {
  const flow = flowOf(card);
  const of = sizeOf(flow);
  const first = pagesOf(flow, CONTENT)[0] ?? [];
  const shown = sizeOf(first);
  const complete = shown === of;
  const notes = [...(complete ? [] : [`Showing ${count(shown)} of ${count(of)} characters`]), ...card.notes];
  const elements = [
    ...card.actions.filter((each) => complete || !card.seeAll || !isApproving(each.action)).map(buttonOf(sign)),
    ...(complete ? [] : [seeButton(card)]),
    ...browseButtons(card),
  ];
  const blocks = [
    { type: "header", text: short(`${card.icon} ${card.title}`, 150) },
    ...(card.source === "" ? [] : [context(card.source, SOURCE)]),
    ...blocksOf(first),
    { type: "divider" },
    // What came of it is what people look for on an ended card.
    card.status === "pending" ? context(card.state, STATE) : section(card.state, STATE),
    ...(notes.length === 0 ? [] : [context(notes.join("\n"), NOTES)]),
    ...(elements.length === 0 ? [] : [{ type: "actions", block_id: "actions", elements }]),
  ];
  return { message: { text: fallback(card), blocks }, shown, of };
}

/** What a phone's notification says: the agent's words without anything that Slack would act on. */
function fallback(card: Card): string {
  return `${card.icon} ${HEADS[card.status]} · ${notification(card.title)}`;
}

const HEADS = {
  pending: "Waiting for a decision",
  resolved: "Decided",
  expired: "Timed out",
  withdrawn: "Withdrawn",
} as const;

const STYLES = { approve: { style: "primary" }, reject: { style: "danger" }, change: {} } as const;

export function buttonOf(sign: Sign): (action: CardAction) => Part {
  return ({ action, label, tone }) => ({
    type: "button",
    action_id: markId("act", action),
    text: short(label, BUTTON),
    value: sign(action),
    ...STYLES[tone],
  });
}

function seeButton({ id, seeAll, actions }: Card): Part {
  const reviewed = seeAll && actions.some(({ action }) => isApproving(action));
  return {
    type: "button",
    action_id: markId("see"),
    text: plain(reviewed ? "Review in full" : "See all", BUTTON),
    value: id,
    ...(reviewed ? { style: "primary" } : {}),
  };
}

/** Whoever presses it gets a link of their own: one on the card would be everybody's. */
export function browseButtons({ id, url }: Pick<Card, "id" | "url">): Part[] {
  if (url === null) return [];
  return [{ type: "button", action_id: markId("browse"), text: plain("Open in browser", BUTTON), value: id }];
}

export function linkButton(url: string): Part {
  return { type: "button", action_id: markId("link"), text: plain("Open in browser", BUTTON), url, style: "primary" };
}
