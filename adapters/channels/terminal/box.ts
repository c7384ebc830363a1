/** Frames of rounded corners around lines that are already safe to print; every line comes out equally wide. */
import { clip, padEnd, widthOf, wrap } from "./width.ts";

export type Paint = (text: string) => string;

export interface BoxOptions {
  width: number;
  /** Put between the corners: `╭─ title ───╮`. */
  title: string;
  /** As the questions of a clarification have it: `╭──── Question 1/2 ────╮`. */
  centred?: boolean;
  frame: Paint;
  heading: Paint;
  /** How a line of the content is painted, all of its continuations with it. */
  tint?: (line: string) => Paint;
}

const AS_IT_IS = (): Paint => (text) => text;

export function box(lines: readonly string[], options: BoxOptions): string[] {
  const { width, centred = false, frame, heading, tint = AS_IT_IS } = options;
  const title = clip(options.title, width - 6);
  const dashes = width - 4 - widthOf(title);
  const before = centred ? Math.ceil(dashes / 2) : 1;
  const inner = width - 4;
  return [
    frame(`╭${"─".repeat(before)} `) + heading(title) + frame(` ${"─".repeat(dashes - before)}╮`),
    ...lines.flatMap((line) =>
      wrap(line, inner).map((part) => `${frame("│")} ${tint(line)(padEnd(part, inner))} ${frame("│")}`),
    ),
    frame(`╰${"─".repeat(width - 2)}╯`),
  ];
}
