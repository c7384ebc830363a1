/**
 * The actions of a checkpoint, each with its form: a form that needs no script to open, that comes back with all that
 * was typed and says at each field what is wrong. One press decides only where the action asks nothing.
 */
import type { CardAction } from "../../../../src/card.ts";
import type { ActionName } from "../../../../src/checkpoint.ts";
import type { Problem } from "../../../../src/json.ts";
import { asSent, type Html, html, nothing, when } from "../markup.ts";
import { type Fields, NOTE } from "../parse.ts";
import type { Standing } from "../standing.ts";
import { fieldList } from "./fields.ts";
import { icon } from "./icons.ts";

/** What goes along with every form of a checkpoint. */
export interface Sealed {
  id: string;
  /** What was shown. */
  digest: string;
  /** Of the session. */
  token: string;
  /** Makes a press that comes twice count once. */
  key: string;
}

/** An attempt that did not go through, to be opened again. */
export interface Attempt {
  action: ActionName | "comment" | "withdraw";
  fields: Fields;
  problems: readonly Problem[];
  /** What is wrong as a whole. */
  detail?: string;
}

export const SHORTCUTS: Record<ActionName, string> = {
  proceed: "a",
  answer: "a",
  edit: "e",
  revise: "r",
  refine: "f",
  reject: "x",
  cancel: "x",
};

export function actionBar({ actions, why }: Standing, sealed: Sealed, attempt: Attempt | undefined): Html {
  if (actions.length === 0) return why === null ? nothing : html`<p class="why">${why}</p>`;
  return html`<section class="actions" aria-label="Decide" id="actions">
${why === null ? nothing : html`<p class="why">${why}</p>`}
<div class="buttons">${actions.map((action) => {
    const own = attempt?.action === action.action ? attempt : undefined;
    return action.form === null ? press(action, sealed, own) : form(action, sealed, own);
  })}</div>
${actions.map((action) => noteOf(action, attempt))}
</section>`;
}

function press(action: CardAction, sealed: Sealed, attempt: Attempt | undefined): Html {
  return html`<form class="act ${action.tone}" id="${`act-${action.action}`}" method="post" action="${pathOf(sealed, "act")}">
${faultBox(attempt)}${sent(sealed, action.action)}
<button class="button" data-shortcut="${SHORTCUTS[action.action]}">${face(action)}</button>
</form>`;
}

/** Goes along with a press. It stands after all the buttons, where it has the room, and belongs to the press's form. */
function noteOf({ action, form, comment }: CardAction, attempt: Attempt | undefined): Html {
  if (form !== null || comment === "none") return nothing;
  const note = (attempt?.action === action ? attempt.fields.get(NOTE) : undefined) ?? "";
  const id = `note-${action}`;
  return html`<details class="note"${when(note !== "", "open")}><summary>Add a note</summary>
<label for="${id}">Note to the agent <span class="optional">(optional)</span></label>
<textarea id="${id}" form="${`act-${action}`}" name="${NOTE}" rows="2">\n${asSent(note)}</textarea></details>`;
}

function form(action: CardAction, sealed: Sealed, attempt: Attempt | undefined): Html {
  const { action: name, tone, form } = action;
  if (form === null) return nothing;
  const isEdit = name === "edit";
  const prefix = `in-${name}`;
  return html`<details class="act ${tone}" name="act" id="${`act-${name}`}"${when(attempt !== undefined, "open")}>
<summary class="button" data-shortcut="${SHORTCUTS[name]}">${face(action)}</summary>
<form method="post" action="${pathOf(sealed, isEdit ? "review" : "act")}" novalidate>
${faultBox(attempt)}${sent(sealed, name)}
${fieldList(form.fields, { fields: attempt?.fields, problems: attempt?.problems ?? [], prefix })}
<button class="button send">${isEdit ? "Review the change" : form.submit}</button>
</form>
</details>`;
}

function face({ tone, label, action }: CardAction): Html {
  return html`${icon(tone)} <span><bdi>${label}</bdi></span> <kbd aria-hidden="true">${SHORTCUTS[action]}</kbd>`;
}

/** What is wrong, first; the fields say it again where it is. */
export function faultBox(attempt: Attempt | undefined): Html {
  if (attempt?.detail === undefined) return nothing;
  return html`<div class="fault" role="alert"><p>${attempt.detail}</p></div>`;
}

export function pathOf({ id }: Pick<Sealed, "id">, verb: string): string {
  return `/checkpoints/${id}/${verb}`;
}

export function sent({ digest, token, key }: Sealed, action: string): Html {
  return html`<input type="hidden" name="csrf" value="${token}"><input type="hidden" name="digest" value="${digest}"><input type="hidden" name="key" value="${key}"><input type="hidden" name="action" value="${action}">`;
}
