/** Somebody else's text, made safe for a terminal: nothing in it can move the cursor, and nothing in it is unseen. */
import { visible } from "../../../src/text.ts";

/** Deeper than any indentation that is meant for reading. */
const INDENT = /^ {1,40}/;

/** Line by line. Indentation stays as it is: here it hides nothing, since all of a line is shown. */
export function literal(text: string): string[] {
  return text
    .replace(/\n+$/, "")
    .split(/\r?\n/)
    .map((line) => {
      const indent = INDENT.exec(line)?.[0] ?? "";
      return indent + visible(line.slice(indent.length));
    });
}

/** The same for a place that has one line only. */
export function oneLine(text: string): string {
  return visible(text.replace(/\s+/g, " ").trim());
}
