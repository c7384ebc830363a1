/**
 * An entry's text in the log: two lines, all but its data and its data, so that retention empties the second without
 * taking the first apart.
 */
import type { Entry } from "../../../src/ports.ts";

export function packEntry({ data, ...rest }: Entry): string {
  return `${JSON.stringify(rest)}\n${JSON.stringify(data)}`;
}

export function unpackEntry(text: string): Entry {
  const end = text.indexOf("\n");
  const entry = JSON.parse(text.slice(0, end));
  entry.data = JSON.parse(text.slice(end + 1));
  return entry;
}
