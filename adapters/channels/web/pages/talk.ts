/** What people said about a checkpoint, and the rounds before and after it. */
import type { Checkpoint } from "../../../../src/checkpoint.ts";
import { hiddenText } from "../../../../src/policy/redact/raise.ts";
import type { Rules } from "../../../../src/policy/redact/rules.ts";
import { nameOf, stateLine } from "../../../../src/state-line.ts";
import { asSent, type Html, html, nothing } from "../markup.ts";
import { type Attempt, faultBox, pathOf, type Sealed, sent } from "./actions.ts";
import { at } from "./time.ts";

export function comments({ comments }: Checkpoint, sealed: Sealed, attempt: Attempt | undefined, rules: Rules): Html {
  const own = attempt?.action === "comment" ? attempt : undefined;
  return html`<section class="talk" id="comments"><h2>Comments</h2>
${
  comments.length === 0
    ? html`<p class="calm">None yet. A comment decides nothing; everybody who sees this sees it too.</p>`
    : html`<ol class="plain">${comments.map(
        ({ by, at: time, text }) =>
          html`<li><p class="said"><bdi>${nameOf(by)}</bdi> <span class="when">${at(time)}</span></p><p class="words"><bdi>${hiddenText(text, rules)}</bdi></p></li>`,
      )}</ol>`
}
<form method="post" action="${pathOf(sealed, "comments")}">
${faultBox(own)}${sent(sealed, "comment")}
<label for="comment">Add a comment</label>
<textarea id="comment" name="text" rows="2" data-shortcut="c"${own === undefined ? nothing : html` aria-invalid="true" autofocus`}>\n${asSent(own?.fields.get("text") ?? "")}</textarea>
<button class="button quiet">Comment</button>
</form>
</section>`;
}

export function rounds(
  { round }: Checkpoint,
  before: readonly Checkpoint[],
  after: Checkpoint | undefined,
  now: number,
  rules: Rules,
): Html {
  if (before.length === 0 && after === undefined) return nothing;
  const others = after === undefined ? before : [...before, after];
  return html`<section class="rounds"><h2>Rounds</h2><ol class="plain">${others.map(
    (each) =>
      html`<li><a href="${`/checkpoints/${each.id}`}">Round ${each.round}</a> <bdi>${stateLine(each, now, rules)}</bdi></li>`,
  )}</ol><p class="calm">This is round ${round}.</p></section>`;
}

export function withdrawal(sealed: Sealed, attempt: Attempt | undefined): Html {
  const own = attempt?.action === "withdraw" ? attempt : undefined;
  return html`<details class="withdraw"${own === undefined ? nothing : html` open`}><summary>Withdraw it</summary>
<form method="post" action="${pathOf(sealed, "withdraw")}">
${faultBox(own)}${sent(sealed, "withdraw")}
<label for="withdraw">Why does nobody need to decide this any more?</label>
<textarea id="withdraw" name="text" rows="2">\n${asSent(own?.fields.get("text") ?? "")}</textarea>
<button class="button quiet">Withdraw</button>
</form></details>`;
}
