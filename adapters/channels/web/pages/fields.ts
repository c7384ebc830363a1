/** The fields of an action's form, with what was typed before and what is wrong with it at each of them. */
import type { Field } from "../../../../src/card.ts";
import { OTHER } from "../../../../src/form.ts";
import type { Problem } from "../../../../src/json.ts";
import { asSent, type Content, type Html, html, nothing, when } from "../markup.ts";
import { type Fields, inputOf, isSpelled, OTHER_CHOICE, otherInputOf, shownValue } from "../parse.ts";

export interface Filled {
  /** What came back from an earlier attempt. */
  fields?: Fields | undefined;
  /** Pointers are the fields' names. */
  problems?: readonly Problem[];
  /** Begins the ids of this form's inputs: names are the agent's. */
  prefix: string;
}

interface Input {
  id: string;
  name: string;
  field: Field;
  /** Undefined: nothing was typed here yet. */
  typed: string | undefined;
  problem: string | undefined;
  /** aria-describedby of hint and problem. */
  described: Html;
  focus: boolean;
}

export function fieldList(fields: readonly Field[], { fields: typed, problems = [], prefix }: Filled): Html {
  const faults = fields.map((field) => problems.find(({ pointer }) => fieldOf(pointer) === field.name)?.message);
  const first = faults.findIndex((fault) => fault !== undefined);
  return html`${fields.map((field, index) => {
    const id = `${prefix}-${index}`;
    const problem = faults[index];
    const hints = [
      hintOf(field) === undefined ? [] : `${id}-hint`,
      problem === undefined ? [] : `${id}-problem`,
    ].flat();
    const described = hints.length === 0 ? nothing : html` aria-describedby="${hints.join(" ")}"`;
    const name = inputOf(field.name);
    return row({ id, name, field, typed: typed?.get(name), problem, described, focus: index === first }, typed);
  })}`;
}

/** The first part of a JSON pointer; what is wrong inside of a field is the field's. */
function fieldOf(pointer: string): string {
  return (pointer.split("/")[1] ?? "").replaceAll("~1", "/").replaceAll("~0", "~");
}

function row(input: Input, typed: Fields | undefined): Html {
  const { field, problem, id } = input;
  const wrong = problem === undefined ? "field" : "field wrong";
  const notes = html`${hint(input)}${problem === undefined ? nothing : html`<p class="problem" id="${`${id}-problem`}">${problem}</p>`}`;
  if (field.type === "choice")
    return html`<fieldset class="${wrong}"${input.described}><legend>${labelOf(field)}</legend>${notes}${choice(input, typed)}</fieldset>`;
  return html`<div class="${wrong}"><label for="${id}">${labelOf(field)}</label>${notes}${control(input)}</div>`;
}

function labelOf(field: Field): Content {
  const optional =
    field.required || field.value !== undefined ? nothing : html` <span class="optional">(optional)</span>`;
  return html`<bdi>${field.label}</bdi>${optional}`;
}

function hintOf(field: Field): string | undefined {
  if (isSpelled(field)) return "As JSON, in quotes: it holds characters that could not be seen otherwise.";
  return field.hint;
}

function hint({ field, id }: Input): Html {
  const words = hintOf(field);
  return words === undefined ? nothing : html`<p class="hint" id="${`${id}-hint`}">${words}</p>`;
}

function control(input: Input): Html {
  const { field, id, name, typed, described, focus } = input;
  const value = typed ?? shownValue(field);
  const invalid = input.problem === undefined ? nothing : html` aria-invalid="true"`;
  const attributes = html`id="${id}" name="${name}"${field.required ? html` aria-required="true"` : nothing}${invalid}${described}${when(focus, "autofocus")}`;
  switch (field.type) {
    case "boolean":
      return html`<select ${attributes}>${["true", "false"].map(
        (word) => html`<option value="${word}"${when(value === word, "selected")}>${word}</option>`,
      )}</select>`;
    case "number":
      // Not type=number, which loses what it cannot hold.
      return html`<input type="text" inputmode="decimal" autocomplete="off" ${attributes} value="${asSent(value)}">`;
    case "text":
      if (isSpelled(field)) return area(value, attributes, "literal");
      return html`<input type="text" autocomplete="off" ${attributes} value="${asSent(value)}">`;
    case "json":
      return area(value, attributes, "literal");
    default:
      return area(value, attributes, field.value === undefined ? "words" : isSpelled(field) ? "literal" : "words tall");
  }
}

/** The first line break in a `textarea` is the parser's. */
function area(value: string, attributes: Html, look: string): Html {
  const rows = Math.min(24, Math.max(look === "words" ? 3 : 2, value.split("\n", 25).length + 1));
  return html`<textarea class="${look}" rows="${rows}" spellcheck="${look === "literal" ? "false" : "true"}" ${attributes}>\n${asSent(value)}</textarea>`;
}

function choice({ field, id, name, typed, focus, problem }: Input, all: Fields | undefined): Html {
  const options = field.options ?? [];
  const other = otherInputOf(field.name);
  const words = all?.get(other) ?? "";
  const chosen = typed ?? (words === "" ? undefined : OTHER_CHOICE);
  const invalid = problem === undefined ? nothing : html` aria-invalid="true"`;
  const option = (value: string, label: Content, index: number) =>
    html`<label class="option"><input type="radio" name="${name}" value="${value}" id="${`${id}-${index}`}"${when(chosen === value, "checked")}${when(focus && index === 0, "autofocus")}> <span>${label}</span></label>`;
  return html`${options.map((label, index) => option(String(index), html`<bdi>${label}</bdi>`, index))}
${field.required ? nothing : option("", "No answer", options.length + 1)}
${
  field.other === true
    ? html`<div class="other">${option(OTHER_CHOICE, OTHER, options.length)}
<label class="unseen" for="${`${id}-words`}">${`Your own words: ${field.label}`}</label>
<textarea id="${`${id}-words`}" name="${other}" rows="2"${invalid}>\n${asSent(words)}</textarea></div>`
    : nothing
}`;
}
