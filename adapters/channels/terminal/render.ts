/**
 * A card as lines of a terminal: what is to be decided in boxes, what was said about it as bullets below.
 *
 *   ╭─ 📋 Understanding Summary ──────────╮
 *   │ • Skill: Python async programming   │
 *   ╰─────────────────────────────────────╯
 *
 * All of the card is shown, whatever its length. An agent's words pass through `visible`, line by line, and stand
 * inside a frame or an indent, so that they can neither steer the terminal nor pass for the program's own lines.
 */
import { styleText } from "node:util";
import type { Block, Card, Fact, Field } from "../../../src/card.ts";
import { box, type Paint } from "./box.ts";
import { literal, oneLine } from "./literal.ts";
import { padEnd, widthOf, wrap } from "./width.ts";

export interface Look {
  /** Columns of the terminal; the card takes 40 to 100 of them. */
  width: number;
  /** No frames, colours or pictures: for screen readers, pipes and files. */
  plain: boolean;
  colour: boolean;
}

const MIN_WIDTH = 40;
const MAX_WIDTH = 100;

export function render(card: Card, look: Look): string[] {
  return look.plain ? plainCard(card) : boxedCard(card, look);
}

/** One question of a clarification, asked alone. */
export function renderQuestion(
  field: Field,
  at: number,
  of: number,
  look: Look,
  besides: readonly string[] = [],
): string[] {
  const title = `Question ${at}/${of}`;
  const question = [...literal(field.label), ...besides.flatMap(literal)];
  const hint = field.hint === undefined ? [] : literal(field.hint);
  if (look.plain) return ["", `${title}:`, ...indented(question), ...indented(hint)];
  const paint = paints(look.colour);
  const framed = box(question, { width: widthFor(look), title, centred: true, ...paint });
  return [
    "",
    ...framed,
    ...hint.flatMap((line) => wrap(line, widthFor(look) - 2)).map((line) => `  ${paint.dim(line)}`),
  ];
}

interface Paints {
  plain: Paint;
  frame: Paint;
  heading: Paint;
  dim: Paint;
  note: Paint;
  added: Paint;
  removed: Paint;
}

function paints(colour: boolean): Paints {
  const paint =
    (...format: Parameters<typeof styleText>[0][]): Paint =>
    (text) =>
      colour ? format.reduce<string>((done, each) => styleText(each, done, { validateStream: false }), text) : text;
  return {
    plain: (text) => text,
    frame: paint("cyan"),
    heading: paint("bold"),
    dim: paint("dim"),
    note: paint("yellow"),
    added: paint("green"),
    removed: paint("red"),
  };
}

export function widthFor({ width }: Look): number {
  return Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, width));
}

function boxedCard(card: Card, look: Look): string[] {
  const width = widthFor(look);
  const paint = paints(look.colour);
  const within = (lines: string[]) => lines.flatMap((line) => wrap(line, width));
  const lines = [
    "",
    ...within(literal(card.title)).map(paint.heading),
    ...within(literal(sourceOf(card))).map(paint.dim),
    "",
  ];
  const framed = card.body.filter((block) => block.type !== "list");
  const facts = factLines(card.facts, width - 4);
  // What has changed comes first; the picture and the facts belong to what is to be decided.
  const main = framed.findLastIndex((block) => block.type === "diff") + 1;
  for (const [index, block] of (framed.length > main || facts.length === 0 ? framed : [...framed, EMPTY]).entries()) {
    const content = blockLines(block, width - 4);
    const also = index === main ? facts : [];
    const gap = content.length > 0 && also.length > 0 ? [""] : [];
    const name = oneLine(block.label ?? (index === main ? card.title : ""));
    const title = index === main ? `${card.icon} ${name}` : name;
    const tint = block.type === "diff" ? { tint: tintOf(paint) } : {};
    lines.push(...box([...content, ...gap, ...also], { width, title, ...paint, ...tint }));
  }
  for (const block of card.body) {
    if (block.type === "list") lines.push("", ...listLines(block, "•").flatMap((line) => wrap(line, width)));
  }
  lines.push(
    "",
    ...within(literal(card.state)).map(paint.dim),
    ...card.notes.flatMap((note) => within(literal(`! ${note}`))).map(paint.note),
  );
  return lines;
}

function sourceOf({ source, id }: Card): string {
  return source === "" ? id : `${source} · ${id}`;
}

const EMPTY: Block & { type: "text" } = { type: "text", text: "" };

type Framed = Exclude<Block, { type: "list" }>;

function blockLines(block: Framed, width: number): string[] {
  if (block.type === "table") return tableLines(block, width);
  return block.text === "" ? [] : literal(block.text);
}

function factLines(facts: readonly Fact[], width: number): string[] {
  return facts.flatMap(({ label, value }) => {
    const [first = "", ...more] = literal(value);
    const line = `${oneLine(label)}: ${first}`;
    return more.length === 0 && widthOf(line) <= width ? [line] : [`${oneLine(label)}:`, first, ...more];
  });
}

function listLines(block: Block & { type: "list" }, bullet: string): string[] {
  return [
    `${oneLine(block.label)}:`,
    ...block.items.flatMap((item, index) => {
      const mark = block.ordered ? `${index + 1}.` : bullet;
      return literal(item).map((line, at) => (at === 0 ? `  ${mark} ${line}` : `    ${line}`));
    }),
  ];
}

/** Columns side by side where they fit, one line a cell where they do not. */
function tableLines({ columns, rows }: Block & { type: "table" }, width: number): string[] {
  const head = columns.map(oneLine);
  const cells = rows.map((row) => head.map((_, index) => oneLine(row[index] ?? "")));
  const widths = head.map((name, index) => Math.max(widthOf(name), ...cells.map((row) => widthOf(row[index] ?? ""))));
  if (widths.reduce((sum, each) => sum + each + 2, -2) > width) return cells.flatMap((row) => cellLines(head, row));
  const line = (row: readonly string[]) =>
    row
      .map((cell, index) => padEnd(cell, widths[index] ?? 0))
      .join("  ")
      .trimEnd();
  return [line(head), widths.map((each) => "─".repeat(each)).join("  "), ...cells.map(line)];
}

/** A name and its value read best together; a longer row needs its columns' names. */
function cellLines(head: readonly string[], row: readonly string[]): string[] {
  if (row.length === 2) return [`${row[0]}: ${row[1]}`];
  return row.map((cell, index) => `${index === 0 ? "- " : "  "}${head[index]}: ${cell}`);
}

function tintOf(paint: Paints): (line: string) => Paint {
  return (line) => (line.startsWith("+") ? paint.added : line.startsWith("-") ? paint.removed : paint.plain);
}

function plainCard(card: Card): string[] {
  return [
    "",
    oneLine(card.title),
    ...literal(sourceOf(card)),
    ...card.facts.flatMap(({ label, value }) => heading(label, literal(value))),
    ...card.body.flatMap((block) => {
      if (block.type === "list") return ["", ...listLines(block, "-")];
      const lines = block.type === "table" ? tableLines(block, 0) : literal(block.text);
      return ["", `${oneLine(block.label ?? "Content")}:`, ...indented(lines)];
    }),
    "",
    ...literal(card.state),
    ...card.notes.flatMap((note) => literal(`Note: ${note}`)),
  ];
}

function heading(label: string, lines: string[]): string[] {
  return lines.length === 1 ? [`${oneLine(label)}: ${lines[0]}`] : [`${oneLine(label)}:`, ...indented(lines)];
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
