/** Limits of the single controls: buttons, selects, text inputs, radio and checkbox groups. */
import { COMPONENT } from "../numbers.ts";
import { type Checks, given, isObject } from "./problems.ts";

type Path = (string | number)[];
type Raw = Record<string, unknown>;

export function button(check: Checks, part: Raw, path: Path): void {
  if (!check.whole(part.style, [...path, "style"], 1, 6)) return;
  if (given(part.label)) check.text(part.label, [...path, "label"], 1, 80);
  if (!given(part.label) && !given(part.emoji) && part.style !== 6)
    check.wrong(path, "BUTTON_COMPONENT_INVALID_LABEL", "A button needs a label or an emoji");
  if (part.style === 5) {
    if (given(part.custom_id)) check.wrong(path, "BUTTON_COMPONENT_CUSTOM_ID_INVALID", "A link has no custom id");
    if (check.text(part.url, [...path, "url"], 1, 512) && !/^(https?|discord):\/\/[^\s/]/.test(part.url))
      check.wrong([...path, "url"], "URL_TYPE_INVALID_SCHEME", "Scheme must be one of ('http', 'https', 'discord').");
  } else if (part.style === 6) {
    check.text(part.sku_id, [...path, "sku_id"], 1, 20);
  } else {
    if (given(part.url)) check.wrong([...path, "url"], "BUTTON_COMPONENT_URL_INVALID", "Only a link has a url");
    check.text(part.custom_id, [...path, "custom_id"], 1, 100);
  }
}

/** A select menu of a message or, inside a label, of a modal. */
export function select(check: Checks, part: Raw, path: Path, inModal: boolean): void {
  check.text(part.custom_id, [...path, "custom_id"], 1, 100);
  if (given(part.placeholder)) check.text(part.placeholder, [...path, "placeholder"], 0, 150);
  const count = part.type === COMPONENT.stringSelect ? options(check, part, path, 1, 25) : 25;
  range(check, part, path, 25, count, inModal);
  if (!inModal && given(part.required))
    check.wrong([...path, "required"], "UNKNOWN_FIELD", "required is only for modals");
  if (inModal && part.disabled === true)
    check.wrong([...path, "disabled"], "UNKNOWN_FIELD", "A select of a modal cannot be disabled");
}

export function textInput(check: Checks, part: Raw, path: Path, inLabel: boolean): void {
  check.text(part.custom_id, [...path, "custom_id"], 1, 100);
  check.whole(part.style, [...path, "style"], 1, 2);
  if (inLabel && given(part.label))
    check.wrong([...path, "label"], "UNKNOWN_FIELD", "Within a label the input has none");
  if (!inLabel) check.text(part.label, [...path, "label"], 1, 45);
  if (given(part.placeholder)) check.text(part.placeholder, [...path, "placeholder"], 0, 100);
  if (given(part.min_length)) check.whole(part.min_length, [...path, "min_length"], 0, 4000);
  if (given(part.max_length)) check.whole(part.max_length, [...path, "max_length"], 1, 4000);
  const least = typeof part.min_length === "number" ? part.min_length : 0;
  const most = typeof part.max_length === "number" ? part.max_length : 4000;
  if (least > most) check.wrong([...path, "min_length"], "NUMBER_TYPE_RANGE", "min_length is over max_length");
  // An empty value is a field without one; any other must be submittable as it stands.
  if (given(part.value) && part.value !== "") check.text(part.value, [...path, "value"], least, most);
}

export function radioGroup(check: Checks, part: Raw, path: Path): void {
  check.text(part.custom_id, [...path, "custom_id"], 1, 100);
  options(check, part, path, 2, 10);
  const chosen = Array.isArray(part.options)
    ? part.options.filter((each) => isObject(each) && each.default === true)
    : [];
  if (chosen.length > 1)
    check.wrong([...path, "options"], "TOO_MANY_DEFAULTS", "Only one option of a radio group may be the default");
}

export function checkboxGroup(check: Checks, part: Raw, path: Path): void {
  check.text(part.custom_id, [...path, "custom_id"], 1, 100);
  range(check, part, path, 10, options(check, part, path, 1, 10), true);
}

export function fileUpload(check: Checks, part: Raw, path: Path): void {
  check.text(part.custom_id, [...path, "custom_id"], 1, 100);
  range(check, part, path, 10, 10, true);
}

/** Returns how many options there are. */
function options(check: Checks, part: Raw, path: Path, least: number, most: number): number {
  const values = new Set<unknown>();
  check.objects(part.options, [...path, "options"], least, most, (each, at) => {
    check.text(each.label, [...at, "label"], 1, 100);
    check.text(each.value, [...at, "value"], 1, 100);
    if (given(each.description)) check.text(each.description, [...at, "description"], 1, 100);
    if (values.has(each.value))
      check.wrong([...at, "value"], "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "This option value is already used");
    values.add(each.value);
  });
  return Array.isArray(part.options) ? part.options.length : most;
}

function range(check: Checks, part: Raw, path: Path, most: number, count: number, inModal: boolean): void {
  if (given(part.min_values)) check.whole(part.min_values, [...path, "min_values"], 0, most);
  if (given(part.max_values)) check.whole(part.max_values, [...path, "max_values"], 1, most);
  const max = typeof part.max_values === "number" ? part.max_values : 1;
  const min = typeof part.min_values === "number" ? part.min_values : 1;
  if (given(part.max_values) && max > count)
    check.wrong([...path, "max_values"], "SELECT_COMPONENT_MAX_VALUES", "max_values is over the number of options");
  if (given(part.min_values) && min > Math.max(max, given(part.max_values) ? 0 : count))
    check.wrong([...path, "min_values"], "SELECT_COMPONENT_MIN_VALUES", "min_values is over max_values");
  if (inModal && part.min_values === 0 && part.required !== false)
    check.wrong([...path, "min_values"], "SELECT_COMPONENT_REQUIRED", "min_values is 0 though an answer is required");
  const chosen = Array.isArray(part.options)
    ? part.options.filter((each) => isObject(each) && each.default === true)
    : [];
  if (part.type === COMPONENT.stringSelect && chosen.length > max)
    check.wrong([...path, "options"], "TOO_MANY_DEFAULTS", "More options are the default than may be chosen");
}
