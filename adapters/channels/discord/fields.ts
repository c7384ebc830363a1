/**
 * The fields of a form as Discord's modals, and what was filled in as values again. A modal holds five components; a
 * form that needs more comes in steps, laid out from the form alone, so that a step is the same however often it is
 * opened.
 */
import type { Field, Form } from "../../../src/card.ts";
import type { Values } from "../../../src/edit-form.ts";
import { OTHER, otherName } from "../../../src/form.ts";
import { idOf, offeredOf, pieceId, piecesOf, type Unit, unitsOf } from "./inputs.ts";
import { type Part, text } from "./literal.ts";

/** What is filled in, over all steps, by the inputs' custom ids: typed text, or `o3` for the fourth option. */
export type Filled = Readonly<Record<string, string>>;

const COMPONENTS = 5;
/** More questions than anybody answers in a chat. */
const MOST_STEPS = 15;
/** Characters of what stands above the inputs of one modal. */
const ABOVE = 3_900;

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

/** The words among it. */
export function typedIn(filled: Filled): string[] {
  return Object.values(filled).filter((value) => !/^o\d{1,2}$/.test(value));
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
