/**
 * The little of Markdown that helps reading (headings, lists, bold, code), over text that is escaped as always.
 * Links, images and HTML stay the text that they are, and nothing is left out but the marks themselves. An agent's
 * headings are paragraphs that look like headings: the outline of the page is ours. Linear in its input.
 */
import { type Content, type Html, html } from "./markup.ts";

const FENCE = /^ {0,3}(```+|~~~+)\s*([\w+#.-]{0,30})\s*$/;
const HEADING = /^ {0,3}(#{1,6})\s+(\S.*)$/;
const ITEM = /^( {0,8})(?:[-*+•]|(\d{1,4})[.)])\s+(\S.*)$/;
const SPAN = /(`[^`\n]+`|\*\*[^*\n]+\*\*)/;

/** Undefined where the text is no Markdown: it is shown as it is. */
export function markdown(text: string): Html | undefined {
  const blocks: Html[] = [];
  const lines = text.split("\n");
  const closers = closersIn(lines);
  let plain = true;
  let paragraph: string[] = [];
  const flush = () => {
    if (paragraph.length > 0) blocks.push(html`<p>${inline(paragraph.join("\n"))}</p>`);
    paragraph = [];
  };
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    const heading = HEADING.exec(line);
    const end = FENCE.test(line) ? closing(lines, at, closers) : undefined;
    if (heading === null && end === undefined && !ITEM.test(line)) {
      if (SPAN.test(line)) plain = false;
      if (line.trim() === "") flush();
      else paragraph.push(line);
      continue;
    }
    flush();
    plain = false;
    if (heading !== null) {
      const [, marks = "", words = ""] = heading;
      blocks.push(html`<p class="md-heading md-${marks.length}">${inline(words)}</p>`);
    } else if (end !== undefined) {
      blocks.push(html`<pre class="code">\n${lines.slice(at + 1, end).join("\n")}</pre>`);
      at = end;
    } else {
      const items = itemsFrom(lines, at);
      blocks.push(html`<ul class="md-list">${items.map(item)}</ul>`);
      at += items.length - 1;
    }
  }
  flush();
  return plain ? undefined : html`${blocks}`;
}

/** Where each mark stands alone for the last time: what opens behind it is never closed, and need not be looked for. */
function closersIn(lines: readonly string[]): ReadonlyMap<string, number> {
  return new Map(lines.flatMap((line, at) => (/^\s*(?:`{3,}|~{3,})\s*$/.test(line) ? [[line.trim(), at]] : [])));
}

/** The line that closes the fence at `at`; one that is never closed is no fence. */
function closing(lines: readonly string[], at: number, closers: ReadonlyMap<string, number>): number | undefined {
  const mark = FENCE.exec(lines[at] ?? "")?.[1] ?? "";
  if ((closers.get(mark) ?? -1) <= at) return undefined;
  for (let end = at + 1; ; end += 1) if (lines[end]?.trim() === mark) return end;
}

interface Item {
  depth: number;
  number: string | undefined;
  words: string;
}

function itemsFrom(lines: readonly string[], from: number): Item[] {
  const items: Item[] = [];
  for (let at = from; at < lines.length; at += 1) {
    const found = ITEM.exec(lines[at] ?? "");
    if (found === null) break;
    const [, indent = "", number, words = ""] = found;
    items.push({ depth: Math.min(3, Math.floor(indent.length / 2)), number, words });
  }
  return items;
}

function item({ depth, number, words }: Item): Html {
  const mark =
    number === undefined
      ? html`<span class="mark" aria-hidden="true">•</span>`
      : html`<span class="mark">${number}.</span>`;
  return html`<li class="in-${depth}">${mark} <span>${inline(words)}</span></li>`;
}

function inline(text: string): Content {
  return text.split(SPAN).map((part, index) => {
    if (index % 2 === 0) return part;
    return part.startsWith("`") ? html`<code>${part.slice(1, -1)}</code>` : html`<strong>${part.slice(2, -2)}</strong>`;
  });
}
