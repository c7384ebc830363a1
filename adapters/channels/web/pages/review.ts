/** The step before an edit is sent: what it changes, line by line, and the way back to the form with all of it. */
import type { CardAction } from "../../../../src/card.ts";
import type { Checkpoint } from "../../../../src/checkpoint.ts";
import { diffText } from "../../../../src/diff.ts";
import type { Json } from "../../../../src/json.ts";
import { text } from "../../../../src/kinds/kind.ts";
import { asSent, type Html, html, nothing } from "../markup.ts";
import type { Fields } from "../parse.ts";
import { diff } from "../render.ts";
import { pathOf, type Sealed, sent } from "./actions.ts";
import { icon } from "./icons.ts";

export interface Review {
  checkpoint: Checkpoint;
  action: CardAction;
  title: string;
  before: Json;
  after: Json;
  fields: Fields;
  sealed: Sealed;
}

export function reviewPage({ checkpoint, action, title, before, after, fields, sealed }: Review): Html {
  const changes = diffText(text(before), text(after));
  const { quorum } = checkpoint;
  return html`<article class="checkpoint review">
<header class="head"><div class="kind">${icon("change")} <span>edit</span></div>
<h1>Review the change</h1>
<p class="source">of <a href="${`/checkpoints/${checkpoint.id}`}"><bdi>${title}</bdi></a></p></header>
<div class="main review-main">
<section class="block diff"><h2>${checkpoint.kind === "tool" ? "Arguments" : "Output"}</h2>
${changes === "" ? html`<p>Nothing is changed: sending it approves what is there.</p>` : diff(changes)}</section>
<section class="actions" aria-label="Decide"><p class="why">Nothing has been decided yet. What is sent is approved as edited${quorum > 1 ? ", and counts as your approval of it" : nothing}; what the agent had asked for is kept beside it.</p>
<div class="buttons">
<form class="act approve" method="post" action="${pathOf(sealed, "act")}">${sent(sealed, "edit")}${hidden(fields)}
<button class="button" data-shortcut="a">${icon("approve")} <span>${action.form?.submit ?? "Approve edited"}</span></button></form>
<form class="act" method="post" action="${pathOf(sealed, "edit")}">${sent(sealed, "edit")}${hidden(fields)}
<button class="button quiet" data-shortcut="e">${icon("change")} <span>Go on editing</span></button></form>
</div></section>
</div>
</article>`;
}

/** What was typed, to be sent again. */
export function hidden(fields: Fields): Html {
  return html`${[...fields]
    .filter(([name]) => !FORMAL.includes(name))
    .map(([name, value]) => html`<input type="hidden" name="${asSent(name)}" value="${asSent(value)}">`)}`;
}

/** What every form of a checkpoint brings itself. */
const FORMAL: readonly string[] = ["csrf", "digest", "key", "action"];
