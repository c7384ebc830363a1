/** Filling in a modal by the names that a person reads: what a client lets through becomes a submission, else it says why. */
import { COMPONENT, SELECTS } from "./numbers.ts";
import type { Modal, Part } from "./wire.ts";

/** By label or custom id; options by label or value. What is not named stays as it was opened. */
export type Values = Record<string, string | string[] | boolean | null>;

export interface Field {
  label: string;
  part: Part;
}

export function fieldsOf(modal: Modal): Field[] {
  return modal.components.flatMap((part): Field[] => {
    if (part.type === COMPONENT.label && part.component !== undefined)
      return [{ label: part.label ?? "", part: part.component }];
    const [inner] = part.components ?? [];
    return part.type === COMPONENT.row && inner !== undefined ? [{ label: inner.label ?? "", part: inner }] : [];
  });
}

/** The `components` of a submission, in the modal's own order. */
export function filled(modal: Modal, values: Values): Record<string, unknown>[] {
  const fields = fieldsOf(modal);
  for (const name of Object.keys(values))
    if (!fields.some((field) => isNamed(field, name)))
      throw new Error(
        `The form "${modal.title}" has no "${name}", only ${fields.map(({ label }) => `"${label}"`).join(", ")}`,
      );
  let id = 0;
  const numbered = <T extends object>(rest: T) => {
    id += 1;
    return { ...rest, id };
  };
  return modal.components.map((part) => {
    const outer = numbered({ type: part.type });
    const inner = part.component ?? part.components?.[0];
    if (inner === undefined) return outer;
    const field = { label: part.label ?? inner.label ?? "", part: inner };
    const name = Object.keys(values).find((each) => isNamed(field, each));
    const answer = numbered({
      type: inner.type,
      custom_id: inner.custom_id,
      ...answered(field, name === undefined ? undefined : values[name]),
    });
    return part.type === COMPONENT.row ? { ...outer, components: [answer] } : { ...outer, component: answer };
  });
}

function isNamed({ label, part }: Field, name: string): boolean {
  return label === name || part.custom_id === name;
}

function answered(field: Field, value: Values[string] | undefined): Record<string, unknown> {
  const { part, label } = field;
  switch (part.type) {
    case COMPONENT.textInput:
      return { value: text(field, value) };
    case COMPONENT.checkbox:
      return { value: value === undefined ? part.default === true : value === true };
    case COMPONENT.radioGroup: {
      const [chosen] = chosenOf(field, value, 1);
      if (chosen === undefined && part.required !== false) throw new Error(`"${label}" must be answered`);
      return { value: chosen ?? null };
    }
    default:
      return { values: several(field, value) };
  }
}

function text({ part, label }: Field, value: Values[string] | undefined): string {
  const typed = value === undefined ? (part.value ?? "") : value;
  if (typeof typed !== "string") throw new Error(`"${label}" takes text`);
  if (typed === "" && part.required !== false) throw new Error(`"${label}" must be filled in`);
  if (typed !== "" && typed.length < (part.min_length ?? 0))
    throw new Error(`"${label}" needs ${part.min_length} characters`);
  const most = part.max_length ?? 4000;
  if (typed.length > most) throw new Error(`"${label}" takes ${most} characters, not ${typed.length}`);
  return typed;
}

/** Selects, checkbox groups, file uploads. */
function several(field: Field, value: Values[string] | undefined): string[] {
  const { part, label } = field;
  const all = part.options?.length ?? 25;
  const most = part.max_values ?? (part.type === COMPONENT.checkboxGroup ? all : 1);
  const chosen = chosenOf(field, value, most);
  const least = part.required === false && chosen.length === 0 ? 0 : (part.min_values ?? 1);
  if (chosen.length < least) throw new Error(`"${label}" needs ${least} of its options`);
  return chosen;
}

export function chosenOf({ part, label }: Field, value: Values[string] | undefined, most: number): string[] {
  if (value === null) return [];
  const preset = (part.options ?? []).filter((each) => each.default === true).map((each) => each.value);
  if (value === undefined) return preset;
  const wanted = Array.isArray(value) ? value : [String(value)];
  if (wanted.length > most) throw new Error(`"${label}" takes ${most} of its options, not ${wanted.length}`);
  // User, role and channel selects have ids instead of options.
  if (part.options === undefined) return wanted;
  return wanted.map((each) => {
    const option = part.options?.find((one) => one.label === each) ?? part.options?.find((one) => one.value === each);
    if (option === undefined)
      throw new Error(
        `"${label}" has no option "${each}", only ${part.options?.map((one) => `"${one.label}"`).join(", ")}`,
      );
    return option.value;
  });
}

export function isSelect(part: Part): boolean {
  return SELECTS.includes(part.type);
}
