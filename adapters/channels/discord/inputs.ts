/**
 * One field of a form as Discord's inputs. They are numbered, since an argument's name may be anything; a text that is
 * too long for one input is edited in several, cut and joined exactly; what has no room in a label stands above.
 */
import type { Field } from "../../../src/card.ts";
import { OTHER } from "../../../src/form.ts";
import { isBlank, oneLine, visible } from "../../../src/text.ts";
import { label, lines, literal, type Part } from "./literal.ts";
import { COMPONENT } from "./wire.ts";

/** An input takes 4,000; the rest is room to write in. */
const INPUT = 3_000;
/** Of one field; longer texts are edited on the web or in a terminal. */
const MOST_INPUTS = 12;
const RADIO = 10;
const SELECT = 25;
const OPTION = 100;
const LABEL = 45;
const DESCRIPTION = 100;
/** Characters of one field's words above its inputs. */
const ABOVE_NAME = 900;
const ABOVE_HINT = 400;
const ABOVE_OPTIONS = 2_500;

/** What belongs together: an input or two, and what has no room in their labels. */
export interface Unit {
  inputs: Part[];
  /** Literal. */
  above: string;
}

export function unitsOf(field: Field, index: number, number: string): Unit[] | null {
  switch (field.type) {
    case "choice":
      return [choice(field, index, number)];
    case "boolean":
      return [unit(field, number, [options(idOf(index), ["true", "false"], field.value, field.required)])];
    default:
      return texts(field, index, number);
  }
}

export function idOf(index: number, more = ""): string {
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

export function pieceId(index: number, at: number): string {
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
export function piecesOf(whole: string): string[] {
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

export function offeredOf({ options: all = [], other: own }: Field): readonly string[] {
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
