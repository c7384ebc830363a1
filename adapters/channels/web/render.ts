/**
 * A card as a page shows it: all of it, whatever its length. Pure. What an agent wrote stands inside a sheet with the
 * agent's name on it, so that it cannot pass for words of the page; arguments and code are literal, prose may be
 * Markdown with its raw text beside it.
 */
import type { Block, Card, Fact } from "../../../src/card.ts";
import type { KindName } from "../../../src/checkpoint.ts";
import { count } from "../../../src/text.ts";
import { markdown } from "./markdown.ts";
import { type Content, type Html, html, nothing } from "./markup.ts";

export function render({ kind, facts, body }: Pick<Card, "kind" | "facts" | "body">, agent: string): Html {
  return html`<section class="sheet" aria-label="${`Asked by ${agent}`}">
<p class="by">Asked by <bdi>${agent}</bdi></p>
${facts.length === 0 ? nothing : factList(facts)}
${body.map((block) => renderBlock(block, kind))}
</section>`;
}

function factList(facts: readonly Fact[]): Html {
  return html`<dl class="facts">${facts.map(
    ({ label, value }) => html`<div><dt>${label}</dt><dd><bdi>${value}</bdi></dd></div>`,
  )}</dl>`;
}

export function renderBlock(block: Block, kind: KindName): Html {
  const { label } = block;
  return html`<section class="block ${block.type}">
${label === undefined ? nothing : html`<h2><bdi>${label}</bdi></h2>`}
${content(block, kind)}
</section>`;
}

function content(block: Block, kind: KindName): Html {
  switch (block.type) {
    case "text":
      return kind === "tool" ? long(block.text, nameOf(block), pre(block.text)) : prose(block.text, nameOf(block));
    case "code":
      return long(block.text, nameOf(block), html`<pre class="code">\n${block.text}</pre>`);
    case "diff":
      return long(block.text, nameOf(block), diff(block.text));
    case "list":
      return list(block);
    case "table":
      return table(block);
  }
}

function list({ items, ordered }: Block & { type: "list" }): Html {
  const all = items.map((item) => html`<li><bdi>${item}</bdi></li>`);
  return ordered ? html`<ol class="items">${all}</ol>` : html`<ul class="items">${all}</ul>`;
}

function nameOf({ label }: Block): string {
  return label ?? "Content";
}

/** The first line break in a `pre` is the parser's. */
function pre(text: string): Html {
  return html`<pre class="text">\n${text}</pre>`;
}

/** Markdown where it is some, with the raw text one press away. */
function prose(text: string, label: string): Html {
  const rendered = markdown(text);
  if (rendered === undefined) return long(text, label, pre(text));
  return html`${long(text, label, html`<div class="prose">${rendered}</div>`)}
<details class="raw"><summary>Raw text<span class="unseen"> of ${label}</span></summary>${long(text, `${label}, raw`, pre(text))}</details>`;
}

/** Lines and characters that a screen takes without a scroll bar of its own. */
const LONG = { lines: 80, characters: 8_000 };

/** Long content scrolls in a region that the keyboard reaches; nothing of it is left out. */
function long(text: string, label: string, shown: Html): Html {
  if (text.length <= LONG.characters && text.split("\n", LONG.lines + 1).length <= LONG.lines) return shown;
  const size = `${count(text.length)} characters`;
  return html`<p class="size">${size}, all of them below</p>
<div class="scroll" role="region" tabindex="0" aria-label="${`${label}, ${size}`}">${shown}</div>`;
}

/** The marks stay, so that the colours only repeat them. */
export function diff(text: string): Html {
  return html`<pre class="diff">${text.split("\n").map(diffLine)}</pre>`;
}

function diffLine(line: string): Html {
  if (line.startsWith("+ ") || line === "+") return html`<ins>${line}\n</ins>`;
  if (line.startsWith("- ") || line === "-") return html`<del>${line}\n</del>`;
  return html`<span>${line}\n</span>`;
}

function table({ columns, rows }: Block & { type: "table" }): Html {
  return html`<div class="wide"><table>
<thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map(cell)}</tr>`)}</tbody>
</table></div>`;
}

function cell(value: string, index: number): Content {
  return index === 0 ? html`<th scope="row"><bdi>${value}</bdi></th>` : html`<td><bdi>${value}</bdi></td>`;
}
