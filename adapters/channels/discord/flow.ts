/**
 * What a card holds, as one flow of strips: pieces of literal text, each small enough to stand anywhere. A message
 * shows the first of them, the pages of See all show every one; a strip is never cut, so "showing N of M" counts what
 * is seen. `cost` is what a strip takes of Discord's 4,000 characters, with the Markdown around it and its escapes.
 */
import type { Block, Card } from "../../../src/card.ts";
import { fits, isMark, literal, type Part, text } from "./literal.ts";

interface Span {
  text: string;
  bold?: true;
}

export interface Strip {
  style: "line" | "quote" | "item" | "step" | "code" | "json" | "diff";
  spans: Span[];
  /** Goes on where the strip before was cut. */
  more?: true;
  /** Number of a step. */
  at?: number;
  /** Begins a new part of the card, which stands a little apart. */
  head?: true;
  size: number;
  cost: number;
}

/** A sixth of what a card holds; a page breaks between strips. */
const LONGEST = 440;
/** Of a card's title. A longer one stands in full among the facts as well. */
export const TITLE = 260;

export function flowOf(card: Card): Strip[] {
  return [
    ...(fits(card.title, TITLE - 10) ? [] : line([bold("Title: "), { text: card.title }])),
    ...card.facts.flatMap(({ label, value }) => line([bold(`${label}: `), { text: value }])),
    ...card.body.flatMap((block) => apart(stripsOf(block))),
  ];
}

function apart([first, ...rest]: Strip[]): Strip[] {
  return first === undefined ? [] : [{ ...first, head: true }, ...rest];
}

function stripsOf(block: Block): Strip[] {
  const head = block.label === undefined ? [] : line([bold(block.label)]);
  switch (block.type) {
    case "text":
      return [...head, ...strips("quote", [{ text: block.text }])];
    case "list": {
      const style = block.ordered ? "step" : "item";
      return [...head, ...block.items.flatMap((item, at) => strips(style, [{ text: item }], at + 1))];
    }
    case "code":
    case "diff":
      return [...head, ...strips(fenceOf(block), [{ text: block.text }])];
    case "table":
      return [...head, ...block.rows.flatMap((row) => rowOf(row, block.columns))];
  }
}

/** Nothing within a fence is read, and nothing ends it but three backticks: where they occur there is none. */
function fenceOf(block: Extract<Block, { type: "code" | "diff" }>): Strip["style"] {
  if (block.text.includes("```") || block.text === "") return "quote";
  if (block.type === "diff") return "diff";
  return block.language === "json" ? "json" : "code";
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

/** On one line, since bold type ends with its line. */
function bold(words: string): Span {
  return { text: words.replaceAll("\n", "\\u{A}"), bold: true };
}

/** One text's spans in as many strips as its length needs. */
function strips(style: Strip["style"], spans: Span[], at?: number): Strip[] {
  const made: Strip[] = [];
  let open: Span[] = [];
  let room = LONGEST;
  const close = () => {
    const size = open.reduce((sum, each) => sum + each.text.length, 0);
    const strip: Omit<Strip, "cost"> = {
      ...{ style, spans: open, size },
      ...(at === undefined ? {} : { at }),
      ...(made.length > 0 ? { more: true as const } : {}),
    };
    made.push({ ...strip, cost: runOf([strip]).length + 1 });
    open = [];
    room = LONGEST;
  };
  for (const span of spans) {
    for (let rest = span.text; rest !== ""; ) {
      const { taken, cost } = within(rest, room, isFence(style));
      if (taken > 0) open.push({ ...span, text: rest.slice(0, taken) });
      rest = rest.slice(taken);
      room -= cost;
      if (rest !== "") close();
    }
  }
  if (open.length > 0 || made.length === 0) close();
  return made;
}

/** As much of a text as fits: to the end of a line where one is near, and never into a surrogate pair. */
function within(whole: string, room: number, fenced: boolean): { taken: number; cost: number } {
  let cost = 0;
  let end = { taken: 0, cost: 0 };
  let taken = 0;
  for (const character of whole) {
    const next = fenced ? character.length : costOf(character);
    if (cost + next > room) return end.cost > room / 2 ? end : { taken, cost };
    cost += next;
    taken += character.length;
    if (character === "\n") end = { taken, cost };
  }
  return { taken, cost };
}

function costOf(character: string): number {
  if (character === "\n") return 3;
  return isMark(character) ? 2 : character.length;
}

export function sizeOf(flow: readonly Strip[]): number {
  return flow.reduce((sum, { size }) => sum + size, 0);
}

/** The flow in pages that take at most `room` characters each; there is always one. */
export function pagesOf(flow: readonly Strip[], room: number): Strip[][] {
  const pages: Strip[][] = [];
  let open: Strip[] = [];
  let left = room;
  for (const strip of flow) {
    if (strip.cost > left && open.length > 0) {
      pages.push(open);
      open = [];
      left = room;
    }
    open.push(strip);
    left -= strip.cost;
  }
  return [...pages, open];
}

/** As at most `most` text displays, of the 40 components that a message may have. */
export function displaysOf(flow: readonly Strip[], most: number): Part[] {
  const groups: Strip[][] = [];
  for (const strip of flow) {
    const last = groups.at(-1);
    if (last === undefined || (strip.head === true && groups.length < most)) groups.push([strip]);
    else last.push(strip);
  }
  return groups.map((group) => text(runsIn(group).map(runOf).join("\n")));
}

/** Neighbours of one style go together, so that what was cut is whole again. */
function runsIn(group: readonly Strip[]): Strip[][] {
  const runs: Strip[][] = [];
  for (const strip of group) {
    const last = runs.at(-1);
    if (strip.more === true && last !== undefined) last.push(strip);
    else runs.push([strip]);
  }
  return runs;
}

/** One text as Markdown. */
function runOf(run: readonly Omit<Strip, "cost">[]): string {
  const [first] = run;
  const style = first?.style ?? "line";
  const spans = run.flatMap((strip) => strip.spans);
  const raw = spans.map((span) => span.text).join("");
  if (isFence(style)) return `\`\`\`${style === "code" ? "" : style}\n${edged(raw)}\n\`\`\``;
  const words = marked(spans) || "(empty)";
  switch (style) {
    case "quote":
      return words.replace(/^/gm, "> ");
    case "item":
    case "step":
      return `${style === "item" ? "-" : `${first?.at ?? 1}.`} ${words.replaceAll("\n", "\n  ")}`;
    default:
      return words;
  }
}

/** Discord leaves out the empty lines at either end of a fence. */
function edged(raw: string): string {
  return raw.replace(/^(?=\n)/, " ").replace(/(?<=\n)$/, " ");
}

/** Two bold pieces side by side are one: between them the marks would not be read as an end and a beginning. */
function marked(spans: readonly Span[]): string {
  const joined: Span[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last !== undefined && last.bold === span.bold)
      joined[joined.length - 1] = { ...last, text: last.text + span.text };
    else joined.push(span);
  }
  return joined.map((span) => (span.bold ? boldly(span.text) : literal(span.text))).join("");
}

/** Marks hug their words. */
function boldly(words: string): string {
  const [, before = "", inner = "", after = ""] = /^(\s*)([\s\S]*?)(\s*)$/.exec(words) ?? [];
  return inner === "" ? words : `${before}**${literal(inner)}**${after}`;
}

function isFence(style: Strip["style"]): boolean {
  return style === "code" || style === "json" || style === "diff";
}
