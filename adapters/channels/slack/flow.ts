/**
 * What a card holds, as one flow of strips: pieces of literal text, each small enough to stand in any block. A message
 * shows the first of them, a modal's pages show all; a strip is never cut, so "showing N of M" counts what is seen.
 */
import type { Block, Card } from "../../../src/card.ts";
import type { Part } from "./literal.ts";

interface Span {
  text: string;
  bold?: true;
}

export interface Strip {
  style: "line" | "quote" | "code" | "item" | "step";
  spans: Span[];
  /** Goes on where the strip before was cut. */
  more?: true;
  size: number;
}

/** Half of a quote or code that a section could hold; a page breaks between strips. */
const LONGEST = 1_200;
/** Characters of one rich_text block, with margin below the 3,000 of other blocks. */
const BLOCK = 2_400;
/** Keeps a block of many short lines readable, and its elements few. */
const LINES = 80;
/** What a line takes beside its text: a payload of thousands of tiny rows must not fill a message with elements. */
const OVERHEAD = 20;

export function flowOf(card: Card): Strip[] {
  return [
    ...(card.title.length > TITLE ? line([bold("Title: "), { text: card.title }]) : []),
    ...card.facts.flatMap(({ label, value }) => line([bold(`${label}: `), { text: value }])),
    ...card.body.flatMap(stripsOf),
  ];
}

/** A longer title stands in full among the facts as well. */
export const TITLE = 140;

function stripsOf(block: Block): Strip[] {
  const head = block.label === undefined ? [] : line([bold(block.label)]);
  switch (block.type) {
    case "text":
      return [...head, ...strips("quote", [{ text: block.text }])];
    case "list":
      return [...head, ...block.items.flatMap((item) => strips(block.ordered ? "step" : "item", [{ text: item }]))];
    case "code":
    case "diff":
      return [...head, ...strips("code", [{ text: block.text }])];
    case "table":
      return [...head, ...block.rows.flatMap((row) => rowOf(row, block.columns))];
  }
}

/** Two columns are names and values; more of them keep their headings in every row, as phones have no room for a table. */
function rowOf(row: string[], columns: string[]): Strip[] {
  if (columns.length === 2) return strips("item", [bold(`${row[0] ?? ""}: `), { text: row[1] ?? "" }]);
  const cells = row.flatMap((cell, index) => [bold(`${columns[index] ?? ""}: `), { text: `${cell}  ` }]);
  return strips("item", cells);
}

function line(spans: Span[]): Strip[] {
  return strips("line", spans);
}

function bold(text: string): Span {
  return { text, bold: true };
}

/** One line's spans in as many strips as its length needs. */
function strips(style: Strip["style"], spans: Span[]): Strip[] {
  const made: Strip[] = [];
  let open: Span[] = [];
  let room = LONGEST;
  const close = () => {
    const size = open.reduce((sum, { text }) => sum + text.length, 0);
    made.push({ style, spans: open, size, ...(made.length > 0 ? { more: true as const } : {}) });
    open = [];
    room = LONGEST;
  };
  for (const span of spans) {
    for (let rest = span.text; rest !== ""; ) {
      const at = rest.length <= room ? rest.length : breakBefore(rest, room);
      if (at > 0) open.push({ ...span, text: rest.slice(0, at) });
      rest = rest.slice(at);
      room -= at;
      if (rest !== "") close();
    }
  }
  if (open.length > 0 || made.length === 0) close();
  return made;
}

/** At the end of a line where one is near, and never inside a surrogate pair. */
function breakBefore(text: string, room: number): number {
  const newline = text.lastIndexOf("\n", room - 1) + 1;
  if (newline > room / 2) return newline;
  const low = text.charCodeAt(room);
  return low >= 0xdc00 && low <= 0xdfff ? room - 1 : room;
}

export function sizeOf(flow: readonly Strip[]): number {
  return flow.reduce((sum, { size }) => sum + size, 0);
}

/** The flow in pages of at most about `room` characters each; there is always one. */
export function pagesOf(flow: readonly Strip[], room: number): Strip[][] {
  const pages: Strip[][] = [];
  let open: Strip[] = [];
  let left = room;
  for (const strip of flow) {
    const cost = strip.size + OVERHEAD;
    if (cost > left && open.length > 0) {
      pages.push(open);
      open = [];
      left = room;
    }
    open.push(strip);
    left -= cost;
  }
  return [...pages, open];
}

export function blocksOf(flow: readonly Strip[]): Part[] {
  const blocks: Part[] = [];
  let group: Strip[] = [];
  let size = 0;
  for (const strip of flow) {
    if (group.length > 0 && (size + strip.size > BLOCK || group.length >= LINES)) {
      blocks.push(richText(group));
      group = [];
      size = 0;
    }
    group.push(strip);
    size += strip.size;
  }
  return group.length === 0 ? blocks : [...blocks, richText(group)];
}

/** Neighbours of one style make one element, so that lists stay lists. */
function richText(group: readonly Strip[]): Part {
  const runs: Strip[][] = [];
  for (const strip of group) {
    const last = runs.at(-1);
    const joins = strip.style !== "code" || strip.more === true;
    if (last?.[0]?.style === strip.style && joins) last.push(strip);
    else runs.push([strip]);
  }
  return { type: "rich_text", elements: runs.map(elementOf) };
}

function elementOf(run: Strip[]): Part {
  const style = run[0]?.style ?? "line";
  if (style === "item" || style === "step") {
    const items: Span[][] = [];
    for (const { spans, more } of run) {
      if (more === true && items.length > 0) items.at(-1)?.push(...spans);
      else items.push([...spans]);
    }
    const elements = items.map((spans) => ({ type: "rich_text_section", elements: texts(spans) }));
    return { type: "rich_text_list", style: style === "item" ? "bullet" : "ordered", indent: 0, elements };
  }
  const elements = run.flatMap(({ spans, more }, index) => [
    ...(index > 0 && more !== true ? [{ type: "text", text: "\n" }] : []),
    ...texts(spans),
  ]);
  return { type: TYPES[style], elements };
}

const TYPES = { line: "rich_text_section", quote: "rich_text_quote", code: "rich_text_preformatted" } as const;

function texts(spans: Span[]): Part[] {
  const said = spans.filter(({ text }) => text !== "");
  if (said.length === 0) return [{ type: "text", text: "(empty)" }];
  return said.map(({ text, bold }) => ({ type: "text", text, ...(bold ? { style: { bold } } : {}) }));
}
