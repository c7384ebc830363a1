/**
 * The fields of a form as Slack's inputs, and what was filled in as values again. Inputs are numbered, since an
 * argument's name may be anything; a text that is too long for one input is edited in several, cut and joined exactly.
 */
import type { Field, Form } from "../../../src/card.ts";
import type { Values } from "../../../src/edit-form.ts";
import { OTHER, otherName } from "../../../src/form.ts";
import { isObject, type Json, type JsonObject, type Problem } from "../../../src/json.ts";
import { isBlank, oneLine, visible } from "../../../src/text.ts";
import { blocksOf, type Strip } from "./flow.ts";
import { type Part, plain, short } from "./literal.ts";

/** A plain_text_input takes 3,000; the rest is room to write in. */
const INPUT = 2_500;
/** Of one field; longer texts are edited on the web or in a terminal. */
const MOST_INPUTS = 12;
const RADIO = 10;
const SELECT = 100;
const OPTION = 75;
/** A view takes 100 blocks, and each field up to three of them. */
const MOST_BLOCKS = 90;

/** Null where Slack has no room for the form. */
export function inputsOf(form: Form): Part[] | null {
  const blocks: Part[] = [];
  for (const [index, field] of form.fields.entries()) {
    const made = inputsFor(field, index);
    if (made === null) return null;
    blocks.push(...made);
  }
  return blocks.length > MOST_BLOCKS ? null : blocks;
}

function inputsFor(field: Field, index: number): Part[] | null {
  switch (field.type) {
    case "choice":
      return choice(field, index);
    case "boolean":
      return [input(field, idOf(index), radio(["true", "false"], field.value), field.required)];
    default:
      return texts(field, index);
  }
}

function idOf(index: number, more = ""): string {
  return `f${index}${more}`;
}

function input({ label, hint }: Field, block: string, element: Part, required: boolean, name = label): Part {
  return {
    type: "input",
    block_id: block,
    label: short(name, 2_000),
    element: { ...element, action_id: "v" },
    optional: !required,
    ...(hint === undefined || isBlank(hint) ? {} : { hint: plain(visible(hint), 2_000) }),
  };
}

function texts(field: Field, index: number): Part[] | null {
  const value = field.value ?? "";
  const pieces = piecesOf(value);
  if (pieces.length > MOST_INPUTS) return null;
  const multiline = field.type === "multiline" || field.type === "json" || pieces.length > 1;
  return pieces.map((piece, at) => {
    const name = pieces.length === 1 ? field.label : `${field.label} (part ${at + 1} of ${pieces.length})`;
    const element = {
      type: "plain_text_input",
      multiline,
      ...(piece === "" ? {} : { initial_value: piece }),
    };
    // Slack would refuse a part that was emptied on purpose; the whole is checked when it is joined again.
    const required = field.required && pieces.length === 1;
    return input(field, idOf(index, at === 0 ? "" : `.${at}`), element, required, name);
  });
}

function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (let rest = text; pieces.length === 0 || rest !== ""; ) {
    let at = rest.length <= INPUT ? rest.length : rest.lastIndexOf("\n", INPUT - 1) + 1 || INPUT;
    const low = rest.charCodeAt(at);
    if (low >= 0xdc00 && low <= 0xdfff) at -= 1;
    pieces.push(rest.slice(0, at));
    rest = rest.slice(at);
  }
  return pieces;
}

/** Options that Slack would cut are shown in full above, and numbered. */
function choice(field: Field, index: number): Part[] {
  const options = field.options ?? [];
  const offered = options.slice(0, field.other ? SELECT - 1 : SELECT);
  const long = offered.some((option) => oneLine(option, Number.POSITIVE_INFINITY).length > OPTION - 5);
  const labels = offered.map((option, at) => (long ? `${at + 1}. ${option}` : option));
  const all = field.other ? [...labels, OTHER] : labels;
  const selected = field.value === undefined ? undefined : options.indexOf(field.value);
  const element = (all.length <= RADIO ? radio : select)(all, selected === undefined ? undefined : all[selected]);
  const above: Strip[] = [field.label.length > 150 ? said(field.label) : [], long ? offered.map(numbered) : []].flat();
  return [
    ...blocksOf(above),
    input(field, idOf(index), element, field.required && field.other !== true),
    ...(field.other === true ? [other(index)] : []),
  ];
}

function said(text: string): Strip[] {
  return [{ style: "quote", spans: [{ text: visible(text) }], size: text.length }];
}

function numbered(option: string): Strip {
  return { style: "step", spans: [{ text: visible(option) }], size: option.length };
}

function other(index: number): Part {
  return {
    type: "input",
    block_id: idOf(index, ":other"),
    label: plain(OTHER, 100),
    element: { type: "plain_text_input", multiline: true, action_id: "v" },
    optional: true,
  };
}

function radio(labels: readonly string[], initial: string | undefined): Part {
  return choices("radio_buttons", labels, initial);
}

function select(labels: readonly string[], initial: string | undefined): Part {
  return choices("static_select", labels, initial);
}

/** Values are numbers: two options may read alike once they are cut. */
function choices(type: string, labels: readonly string[], initial: string | undefined): Part {
  const options = labels.map((label, at) => ({ text: short(label, OPTION), value: `o${at}` }));
  const chosen = initial === undefined ? -1 : labels.indexOf(initial);
  return { type, options, ...(chosen < 0 ? {} : { initial_option: options[chosen] ?? null }) };
}

/** What was filled in, by the names of the form's fields. `state` is Slack's `view.state.values`. */
export function valuesFrom(form: Form, state: Json): Values {
  // Without a prototype: an argument may be called like one of its members.
  const values: Values = Object.create(null);
  for (const [index, field] of form.fields.entries()) {
    const first = elementIn(state, idOf(index));
    if (first === undefined) continue;
    if (field.type === "choice") {
      values[field.name] = chosenFrom(first, field);
      const typed = elementIn(state, idOf(index, ":other"));
      if (typed !== undefined) values[otherName(field.name)] = textFrom(typed);
    } else if (field.type === "boolean") values[field.name] = optionFrom(first) === 0 ? "true" : boolFrom(first);
    else values[field.name] = joined(state, index, first);
  }
  return values;
}

function joined(state: Json, index: number, first: JsonObject): string {
  const rest = Array.from({ length: MOST_INPUTS - 1 }, (_, at) => elementIn(state, idOf(index, `.${at + 1}`)));
  return [first, ...rest].map((element) => (element === undefined ? "" : textFrom(element))).join("");
}

function chosenFrom(element: JsonObject, field: Field): string {
  const at = optionFrom(element);
  if (at === undefined) return "";
  const options = field.options ?? [];
  const most = field.other ? SELECT - 1 : SELECT;
  return at < Math.min(options.length, most) ? (options[at] ?? "") : OTHER;
}

function boolFrom(element: JsonObject): string {
  return optionFrom(element) === 1 ? "false" : "";
}

function optionFrom({ selected_option }: JsonObject): number | undefined {
  if (!isObject(selected_option) || typeof selected_option.value !== "string") return undefined;
  const [, at] = /^o(\d{1,3})$/.exec(selected_option.value) ?? [];
  return at === undefined ? undefined : Number(at);
}

/** The words among it, whatever form they were typed into. */
export function typedIn(state: Json): string[] {
  const inputs = isObject(state) ? Object.keys(state).map((block) => elementIn(state, block)) : [];
  return inputs.flatMap((element) => (element === undefined ? [] : [textFrom(element)]));
}

/** Nothing typed is null there. */
function textFrom({ value }: JsonObject): string {
  return typeof value === "string" ? value : "";
}

function elementIn(state: Json, block: string): JsonObject | undefined {
  const held = isObject(state) && Object.hasOwn(state, block) ? state[block] : undefined;
  const element = isObject(held) ? held.v : undefined;
  return isObject(element) ? element : undefined;
}

/** Problems at the inputs that they are about, in Slack's `errors`; what names no field stands at the first one. */
export function errorsOf(form: Form, problems: readonly Problem[]): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const { pointer, message } of problems) {
    const path = pointer.split("/").map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
    const at = form.fields.findIndex(({ name }) => name === path[1] || name === path[2]);
    errors[idOf(Math.max(at, 0))] ??= oneLine(message, 200);
  }
  return errors;
}
