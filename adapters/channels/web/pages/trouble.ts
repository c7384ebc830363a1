/** What went wrong, and what to do about it. */
import { type Html, html, nothing } from "../markup.ts";
import type { Fields } from "../parse.ts";
import { hidden } from "./review.ts";

export interface Trouble {
  status: number;
  title: string;
  words: string;
  /** What was sent, to be sent again as it was: with the same key it counts once. */
  again?: { path: string; fields: Fields };
}

export function troublePage({ title, words, again }: Trouble): Html {
  return html`<div class="narrow">
<h1>${title}</h1>
<p>${words}</p>
${again === undefined ? nothing : html`<form method="post" action="${again.path}">${resent(again.fields)}<button class="button wide">Send it again</button></form>`}
<p><a href="/">To what waits</a></p>
</div>`;
}

function resent(fields: Fields): Html {
  const formal = ["csrf", "digest", "key", "action"].flatMap((name) => {
    const value = fields.get(name);
    return value === undefined ? [] : [html`<input type="hidden" name="${name}" value="${value}">`];
  });
  return html`${formal}${hidden(fields)}`;
}

export const NOT_FOUND: Trouble = {
  status: 404,
  title: "Not here",
  words:
    "There is no such checkpoint, or it is not yours to see. If somebody sent you the link, ask them to name you as an approver.",
};

export const NO_PAGE: Trouble = { status: 404, title: "Not here", words: "There is no page at this address." };

export const FOREIGN: Trouble = {
  status: 403,
  title: "Not sent from here",
  words:
    "This did not come from a page of this inbox, so nothing was done. Open the checkpoint here and decide there. If you did: reload the page, it is older than your session.",
};

export const UNAVAILABLE: Trouble = {
  status: 503,
  title: "Not certain yet",
  words:
    "The store did not answer in time, so it may be recorded or not. Send it again: what you typed is kept in this page, and it counts once.",
};

export const BROKEN: Trouble = {
  status: 500,
  title: "Something went wrong here",
  words: "It was nobody's decision. The log tells what happened.",
};
