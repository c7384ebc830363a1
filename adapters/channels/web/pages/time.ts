/** Times as people read them; the script keeps them true while the page is open. */
import { moment, roughly } from "../../../../src/state-line.ts";
import { iso } from "../../../../src/time.ts";
import { type Html, html } from "../markup.ts";

/** `5m ago` */
export function ago(at: number, now: number): Html {
  const words = now - at < 1_000 ? "just now" : `${roughly(now - at)} ago`;
  return html`<time datetime="${iso(at)}" title="${moment(at)}" data-ago>${words}</time>`;
}

/** `55m left`, `overdue`; whoever waits without a limit is told so. */
export function left(due: number | null, now: number): Html {
  if (due === null) return html`<span class="calm">no time limit</span>`;
  const words = due <= now ? "overdue" : `${roughly(due - now)} left`;
  const hurry = due - now < HURRY ? "hurry" : "calm";
  return html`<time class="${hurry}" datetime="${iso(due)}" title="${`due ${moment(due)}`}" data-left>${words}</time>`;
}

/** Less than this is shown as urgent. */
const HURRY = 10 * 60_000;

/** `2026-11-20 10:00 UTC`, in the reader's own zone once the script has run. */
export function at(ms: number): Html {
  return html`<time datetime="${iso(ms)}" data-at>${moment(ms)}</time>`;
}
