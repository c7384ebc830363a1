/** Small plots, drawn row by row, so that their words keep their size on every screen; behind each stands its table. */
import { oneLine } from "../../../../src/text.ts";
import { type Content, type Html, html, nothing, own } from "../markup.ts";

export type Fill = "approve" | "answer" | "change" | "reject" | "off" | "gone" | "accent" | "soft";

export interface Bar {
  label: string;
  /** From the left, one after the other, each as long as its value. */
  parts: readonly { fill: Fill; value: number }[];
  /** At the end of the row. */
  value: string;
}

export interface Plot {
  title: string;
  /** What it says, in a sentence. */
  says: string;
  legend?: readonly { fill: Fill; label: string }[];
  bars: readonly Bar[];
  columns: readonly string[];
  rows: readonly (readonly string[])[];
  /** Parts of a row lie over each other, all from the left; else they follow each other. */
  over?: true;
}

/** Rows of a plot; the table has all. */
const MOST = 12;
const WIDTH = 1_000;

export function plot({ title, says, legend, bars, columns, rows, over }: Plot): Html {
  const shown = bars.slice(0, MOST);
  const lengths = shown.map(({ parts }) =>
    lengthOf(
      parts.map(({ value }) => value),
      over,
    ),
  );
  const scale = WIDTH / Math.max(...lengths, Number.EPSILON);
  return html`<section class="figure">
<h2>${title}</h2>
<p class="calm">${says}</p>
${legend === undefined ? nothing : html`<ul class="legend" aria-hidden="true">${legend.map(({ fill, label }) => html`<li>${swatch(fill)} ${label}</li>`)}</ul>`}
${shown.length === 0 ? nothing : html`<div class="bars" aria-hidden="true">${shown.map((bar) => row(bar, scale, over))}</div>`}
${rows.length === 0 ? html`<p class="calm">Nothing to show for this time.</p>` : html`<details class="raw"><summary>As a table<span class="unseen">: ${title}</span></summary>${table(columns, rows)}</details>`}
</section>`;
}

function lengthOf(values: readonly number[], over: true | undefined): number {
  return over ? Math.max(0, ...values) : values.reduce((sum, each) => sum + each, 0);
}

function row({ label, parts, value }: Bar, scale: number, over: true | undefined): Html {
  let x = 0;
  const rects = parts.map((part) => {
    const width = part.value * scale;
    const at = over ? 0 : x;
    x += width;
    // So that even one of ten thousand is seen.
    return part.value === 0
      ? ""
      : `<rect class="fill-${part.fill}" x="${round(at)}" y="0" width="${round(Math.max(width, 4))}" height="20" rx="2"/>`;
  });
  const svg = own(
    `<svg viewBox="0 0 ${WIDTH} 20" preserveAspectRatio="none" focusable="false">${rects.join("")}</svg>`,
  );
  return html`<span class="bar-label"><bdi>${oneLine(label, 40)}</bdi></span><span class="bar-line">${svg}</span><span class="bar-value">${value}</span>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function swatch(fill: Fill): Html {
  return own(
    `<svg viewBox="0 0 12 12" width="12" height="12" focusable="false"><rect class="fill-${fill}" width="12" height="12" rx="3"/></svg>`,
  );
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): Html {
  return html`<div class="wide"><table><thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => html`<tr>${cells.map(cell)}</tr>`)}</tbody></table></div>`;
}

function cell(value: string, index: number): Content {
  return index === 0 ? html`<th scope="row"><bdi>${value}</bdi></th>` : html`<td><bdi>${value}</bdi></td>`;
}
