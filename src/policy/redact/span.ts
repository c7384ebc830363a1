/** Parts of a text that are to be hidden, and the text without them. */
import { markOf } from "./mark.ts";

/** From, inclusive, to, exclusive: UTF-16 units. */
export interface Span {
  from: number;
  to: number;
}

export interface Covered {
  text: string;
  /** What was hidden, in order, none touching another. */
  spans: Span[];
}

export function cover(text: string, found: readonly Span[]): Covered {
  const spans = merged(found);
  if (spans.length === 0) return { text, spans };
  const parts: string[] = [];
  let at = 0;
  for (const { from, to } of spans) {
    parts.push(text.slice(at, from), markOf(to - from));
    at = to;
  }
  parts.push(text.slice(at));
  return { text: parts.join(""), spans };
}

function merged(found: readonly Span[]): Span[] {
  const spans: Span[] = [];
  for (const span of [...found].sort((a, b) => a.from - b.from)) {
    const last = spans.at(-1);
    if (last !== undefined && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else if (span.to > span.from) spans.push({ ...span });
  }
  return spans;
}
