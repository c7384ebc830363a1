/**
 * The fields of a form as Discord's modals, and what was filled in as values again. A modal holds five components; a
 * form that needs more comes in steps, laid out from the form alone, so that a step is the same however often it is
 * opened. Inputs are numbered, since an argument's name may be anything; a text that is too long for one input is
 * edited in several, cut and joined exactly.
 */
import type { Field, Form } from "../../../src/card.ts";
import type { Values } from "../../../src/edit-form.ts";
import { OTHER, otherName } from "../../../src/form.ts";
import { isBlank, oneLine, visible } from "../../../src/text.ts";
import { label, lines, literal, type Part, text } from "./literal.ts";
import { COMPONENT } from "./wire.ts";

/** What is filled in, over all steps, by the inputs' custom ids: typed text, or `o3` for the fourth option. */
export type Filled = Readonly<Record<string, string>>;

const COMPONENTS = 5;
/** More questions than anybody answers in a chat. */
const MOST_STEPS = 15;
/** An input takes 4,000; the rest is room to write in. */
const INPUT = 3_000;
/** Of one field; longer texts are edited on the web or in a terminal. */
const MOST_INPUTS = 12;
const RADIO = 10;
const SELECT = 25;
const OPTION = 100;
const LABEL = 45;
const DESCRIPTION = 100;
/** Characters of what stands above the inputs of one modal, and of one field's parts of it. */
const ABOVE = 3_900;
const ABOVE_NAME = 900;
const ABOVE_HINT = 400;
const ABOVE_OPTIONS = 2_500;

/** What belongs together: an input or two, and what has no room in their labels. */
interface Unit {
  inputs: Part[];
  /** Literal. */
  above: string;
}

/** Null where Discord has no room for the form. */
export function stepsOf(form: Form, filled: Filled = {}): Part[][] | null {
  const layout = layoutOf(form);
  return layout === null ? null : layout.map((step) => step.map((part) => filledIn(part, filled)));
}

function layoutOf(form: Form): Part[][] | null {
  // As the card numbers its questions; arguments have names.
  const numbered = form.fields.length > 1 && form.action === "answer";
  const units: Unit[] = [];
  for (const [index, field] of form.fields.entries()) {
    const made = unitsOf(field, index, numbered ? `${index + 1}. ` : "");
    if (made === null) return null;
    units.push(...made);
  }
  const steps = packed(units).map(drawn);
  return steps.length > MOST_STEPS ? null : steps;
}

function packed(units: readonly Unit[]): Unit[][] {
  const steps: Unit[][] = [];
  for (const unit of units) {
    const last = steps.at(-1);
    if (last !== undefined && isRoomy([...last, unit])) last.push(unit);
    else steps.push([unit]);
  }
  return steps;
}

function isRoomy(units: readonly Unit[]): boolean {
  const inputs = units.reduce((sum, each) => sum + each.inputs.length, 0);
  const above = aboveOf(units);
  return inputs + (above === "" ? 0 : 1) <= COMPONENTS && above.length <= ABOVE;
}

function drawn(units: readonly Unit[]): Part[] {
  const above = aboveOf(units);
  return [...(above === "" ? [] : [text(above)]), ...units.flatMap(({ inputs }) => inputs)];
}

function aboveOf(units: readonly Unit[]): string {
  return units.flatMap(({ above }) => (above === "" ? [] : [above])).join("\n\n");
}

function unitsOf(field: Field, index: number, number: string): Unit[] | null {
  switch (field.type) {
    case "choice":
      return [choice(field, index, number)];
    case "boolean":
      return [unit(field, number, [options(idOf(index), ["true", "false"], field.value, field.required)])];
    default:
      return texts(field, index, number);
  }
}

function idOf(index: number, more = ""): string {
  return `f${index}${more}`;
}

/**
 * The field's own words in its first input's label where they fit, and above all inputs where they do not. `more` ends
 * the label, `extra` has no room below it.
 */
function unit(
  field: Field,
  number: string,
  inputs: readonly Part[],
  { more = "", extra = [] }: { more?: string; extra?: readonly string[] } = {},
): Unit {
  const [first, ...rest] = inputs;
  const name = oneLine(field.label, Number.POSITIVE_INFINITY);
  const hint = isBlank(field.hint) ? "" : (field.hint ?? "");
  const fits = number.length + name.length + more.length <= LABEL;
  // A name that is a little too long stands below its beginning.
  const below = hint === "" && !fits && name.length <= DESCRIPTION ? name : oneLine(hint, Number.POSITIVE_INFINITY);
  const isAbove = extra.length > 0 || below.length > DESCRIPTION || (!fits && below !== name);
  const above = [
    `${literal(number)}${lines(visible(field.label), ABOVE_NAME)}`,
    ...(hint === "" ? [] : [lines(visible(hint), ABOVE_HINT, "-# ")]),
    ...extra,
  ];
  const labelled: Part = {
    type: COMPONENT.label,
    label: `${label(`${number}${name}`, LABEL - more.length)}${more}`,
    ...(isAbove || below === "" ? {} : { description: below }),
    ...(first === undefined ? {} : { component: first }),
  };
  return { inputs: [labelled, ...rest], above: isAbove ? above.join("\n") : "" };
}

function texts(field: Field, index: number, number: string): Unit[] | null {
  const pieces = piecesOf(field.value ?? "");
  if (pieces.length > MOST_INPUTS) return null;
  const multiline = field.type === "multiline" || field.type === "json" || pieces.length > 1;
  return pieces.map((piece, at) => {
    // A part that was emptied on purpose is taken; the whole is checked when it is joined again.
    const required = field.required && pieces.length === 1;
    const input = textInput(pieceId(index, at), multiline, required, piece);
    const more = pieces.length === 1 ? "" : ` (part ${at + 1} of ${pieces.length})`;
    return unit(at === 0 ? field : { ...field, hint: "" }, number, [input], { more });
  });
}

function pieceId(index: number, at: number): string {
  return idOf(index, at === 0 ? "" : `.${at}`);
}

function textInput(id: string, multiline: boolean, required: boolean, value = ""): Part {
  return {
    type: COMPONENT.textInput,
    custom_id: id,
    style: multiline ? 2 : 1,
    required,
    ...(value === "" ? {} : { value }),
  };
}

/** At the end of a line where one is near, and never into a surrogate pair. */
function piecesOf(whole: string): string[] {
  const pieces: string[] = [];
  for (let rest = whole; pieces.length === 0 || rest !== ""; ) {
    let at = rest.length;
    if (at > INPUT) {
      const line = rest.lastIndexOf("\n", INPUT - 1) + 1;
      at = line > INPUT / 2 ? line : INPUT;
      const low = rest.charCodeAt(at);
      if (low >= 0xdc00 && low <= 0xdfff) at -= 1;
    }
    pieces.push(rest.slice(0, at));
    rest = rest.slice(at);
  }
  return pieces;
}

/** Options that Discord would cut stand above as well, numbered, with as much room as there is. */
function choice(field: Field, index: number, number: string): Unit {
  const offered = offeredOf(field);
  const long = offered.some((option) => oneLine(option, Number.POSITIVE_INFINITY).length > OPTION);
  const labels = offered.map((option, at) => (long ? `${at + 1}. ${option}` : option));
  const all = field.other ? [...labels, OTHER] : labels;
  const selected = field.value === undefined ? -1 : offered.indexOf(field.value);
  const asked = options(idOf(index), all, all[selected], field.required && field.other !== true);
  const room = Math.floor(ABOVE_OPTIONS / Math.max(1, offered.length)) - 5;
  const extra = long ? offered.map((option, at) => `${at + 1}\\. ${lines(visible(option), room)}`) : [];
  return unit(field, number, field.other ? [asked, other(index, number)] : [asked], { extra });
}

function offeredOf({ options: all = [], other: own }: Field): readonly string[] {
  return all.slice(0, own ? SELECT - 1 : SELECT);
}

function other(index: number, number: string): Part {
  return { type: COMPONENT.label, label: number + OTHER, component: textInput(idOf(index, ":other"), true, false) };
}

/** Values are numbers: two options may read alike once they are cut. */
function options(id: string, labels: readonly string[], initial: string | undefined, required: boolean): Part {
  const type = labels.length >= 2 && labels.length <= RADIO ? COMPONENT.radioGroup : COMPONENT.select;
  const chosen = initial === undefined ? -1 : labels.indexOf(initial);
  const made = labels.map((each, at) => ({
    ...{ label: label(each, OPTION), value: `o${at}` },
    ...(at === chosen ? { default: true } : {}),
  }));
  return { type, custom_id: id, required, options: made };
}

function filledIn(part: Part, filled: Filled): Part {
  const { component } = part;
  const id = component?.custom_id;
  if (component === undefined || id === undefined || !Object.hasOwn(filled, id)) return part;
  const value = filled[id] ?? "";
  if (component.options === undefined) {
    const { value: _before, ...rest } = component;
    return { ...part, component: value === "" ? rest : { ...rest, value } };
  }
  const chosen = component.options.map(({ default: _before, ...option }) =>
    option.value === value ? { ...option, default: true } : option,
  );
  return { ...part, component: { ...component, options: chosen } };
}

/** What one submitted modal says, by custom id: texts, and of options the one that was chosen; nothing chosen is null. */
export function filledFrom(values: Readonly<Record<string, unknown>>): Filled {
  const filled: Record<string, string> = {};
  for (const [id, value] of Object.entries(values)) {
    const said: unknown = Array.isArray(value) ? value[0] : value;
    if (OURS.test(id)) filled[id] = typeof said === "string" ? said : "";
  }
  return filled;
}

const OURS = /^f\d{1,4}(\.\d{1,2}|:other)?$/;

/** The first step of which something is not filled in yet, be it with nothing; null: all of it is there. */
export function missingStep(form: Form, filled: Filled): number | null {
  const at = (layoutOf(form) ?? []).findIndex((step) =>
    step.some(({ component }) => component?.custom_id !== undefined && !Object.hasOwn(filled, component.custom_id)),
  );
  return at < 0 ? null : at;
}

/** What was filled in, by the names of the form's fields; a field of which something is missing is left out. */
export function valuesFrom(form: Form, filled: Filled): Values {
  // Without a prototype: an argument may be called like one of its members.
  const values: Values = Object.create(null);
  for (const [index, field] of form.fields.entries()) {
    const first = filled[idOf(index)];
    if (first === undefined) continue;
    if (field.type === "choice") {
      values[field.name] = chosenFrom(first, field);
      const typed = filled[idOf(index, ":other")];
      if (typed !== undefined) values[otherName(field.name)] = typed;
    } else if (field.type === "boolean") values[field.name] = { o0: "true", o1: "false" }[first] ?? "";
    else {
      const pieces = piecesOf(field.value ?? "").map((_piece, at) => filled[pieceId(index, at)]);
      if (pieces.every((piece) => piece !== undefined)) values[field.name] = pieces.join("");
    }
  }
  return values;
}

function chosenFrom(value: string, field: Field): string {
  const [, at] = /^o(\d{1,2})$/.exec(value) ?? [];
  if (at === undefined) return "";
  const offered = offeredOf(field);
  return Number(at) < offered.length ? (offered[Number(at)] ?? "") : OTHER;
}

/** The field that a problem is about, and the step in which it is asked; the first one where it names no field. */
export function fieldAt(form: Form, pointer: string): { field: Field | null; step: number } {
  const path = pointer.split("/").map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const at = form.fields.findIndex(({ name }) => name === path[1] || name === path[2]);
  const step = (layoutOf(form) ?? []).findIndex((parts) =>
    parts.some(({ component }) => component?.custom_id === idOf(Math.max(at, 0))),
  );
  return { field: form.fields[at] ?? null, step: Math.max(step, 0) };
}
