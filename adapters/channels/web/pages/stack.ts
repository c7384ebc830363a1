/** Tables whose rows stand as blocks on a narrow screen. */
import { type Html, html } from "../markup.ts";

/** The column's heading, said in the cell where the columns are gone. */
export function of(heading: string): Html {
  return html`<span class="of">${heading}: </span>`;
}
