/** Parts of a text that are to be hidden, and the text without them. */
import { markOf, marksIn } from "./mark.ts";

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
  const spans = besides(merged(found), marksIn(text));
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

/** What stands for something hidden already stays as it is. */
function besides(spans: Span[], marks: readonly { from: number; text: string }[]): Span[] {
  if (marks.length === 0) return spans;
  const rest: Span[] = [];
  let next = 0;
  for (const span of spans) {
    let { from } = span;
    while (next < marks.length && (marks[next]?.from ?? 0) < span.to) {
      const mark = marks[next] ?? { from: 0, text: "" };
      if (mark.from > from) rest.push({ from, to: mark.from });
      from = Math.max(from, mark.from + mark.text.length);
      // It may reach into the next span as well.
      if (mark.from + mark.text.length > span.to) break;
      next += 1;
    }
    if (from < span.to) rest.push({ from, to: span.to });
  }
  return rest;
}
