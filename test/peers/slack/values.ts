/** What stands in the fields of a view: as it opens, as a person fills it in, and what Slack's client lets through. */
import { isObject, type Json, type JsonObject } from "../../../src/json.ts";
import { inputs, interactive } from "./blocks/find.ts";
import type { Values } from "./world.ts";

/** A text, an option's value or text, or several of them; null empties the field. */
export type Given = string | string[] | number | null;

/** The member of the state that holds the value, and the one of the element that fills it at first. */
const SLOTS: Record<string, [slot: string, initial: string]> = {
  plain_text_input: ["value", "initial_value"],
  email_text_input: ["value", "initial_value"],
  url_text_input: ["value", "initial_value"],
  number_input: ["value", "initial_value"],
  rich_text_input: ["rich_text_value", "initial_value"],
  radio_buttons: ["selected_option", "initial_option"],
  static_select: ["selected_option", "initial_option"],
  external_select: ["selected_option", "initial_option"],
  checkboxes: ["selected_options", "initial_options"],
  multi_static_select: ["selected_options", "initial_options"],
  multi_external_select: ["selected_options", "initial_options"],
  users_select: ["selected_user", "initial_user"],
  conversations_select: ["selected_conversation", "initial_conversation"],
  channels_select: ["selected_channel", "initial_channel"],
  multi_users_select: ["selected_users", "initial_users"],
  multi_conversations_select: ["selected_conversations", "initial_conversations"],
  multi_channels_select: ["selected_channels", "initial_channels"],
  datepicker: ["selected_date", "initial_date"],
  timepicker: ["selected_time", "initial_time"],
  datetimepicker: ["selected_date_time", "initial_date_time"],
  file_input: ["files", "initial_files"],
};

/** The fields' first values; where a field with the same ids was there before, what the person had put in stays. */
export function valuesOf(blocks: readonly JsonObject[], before: Values = {}): Values {
  const values: Values = {};
  for (const { block, element } of interactive(blocks)) {
    const slots = SLOTS[String(element.type)];
    if (slots === undefined) continue;
    const [slot, initial] = slots;
    const [blockId, actionId] = [String(block.block_id), String(element.action_id)];
    const kept = before[blockId]?.[actionId];
    const first = { type: String(element.type), [slot]: element[initial] ?? empty(slot) };
    const state = kept !== undefined && kept.type === element.type ? kept : first;
    values[blockId] = { ...values[blockId], [actionId]: state };
  }
  return values;
}

function empty(slot: string): Json {
  return slot.endsWith("s") ? [] : null;
}

/** Puts a person's words into the field of that block_id, action_id or label. */
export function fill(blocks: readonly JsonObject[], values: Values, name: string, given: Given): void {
  const found = interactive(blocks).find(
    ({ block, element }) =>
      SLOTS[String(element.type)] !== undefined &&
      (block.block_id === name || element.action_id === name || textOf(block.label) === name),
  );
  if (found === undefined) throw new Error(`there is no field ${name} in the view; there are: ${names(blocks)}`);
  const { block, element } = found;
  const [slot] = SLOTS[String(element.type)] ?? [""];
  const [blockId, actionId] = [String(block.block_id), String(element.action_id)];
  const state = { type: String(element.type), [slot]: put(element, slot, given) };
  values[blockId] = { ...values[blockId], [actionId]: state };
}

function put(element: JsonObject, slot: string, given: Given): Json {
  if (given === null || given === "") return empty(slot);
  if (slot === "selected_option") return option(element, String(given));
  if (slot === "selected_options")
    return (Array.isArray(given) ? given : [String(given)]).map((each) => option(element, each));
  if (slot.endsWith("s")) return Array.isArray(given) ? given : [String(given)];
  return typeof given === "number" && slot === "selected_date_time" ? given : String(given);
}

/** The offered option of that value or text: nobody can choose what is not there. */
export function option(element: JsonObject, name: string): JsonObject {
  const groups = objects(element.option_groups).flatMap((group) => objects(group.options));
  const options = [...objects(element.options), ...groups];
  const found = options.find((each) => each.value === name) ?? options.find((each) => textOf(each.text) === name);
  if (found === undefined)
    throw new Error(`"${name}" is not offered; there are: ${options.map((each) => textOf(each.text)).join(" | ")}`);
  return found;
}

/** By block_id, what Slack's own client says instead of sending the form. */
export function clientErrors(blocks: readonly JsonObject[], values: Values): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const block of inputs(blocks)) {
    const element = isObject(block.element) ? block.element : {};
    const state = values[String(block.block_id)]?.[String(element.action_id)] ?? {};
    const error = clientError(block, element, state[SLOTS[String(element.type)]?.[0] ?? ""] ?? null);
    if (error !== null) errors[String(block.block_id)] = error;
  }
  return errors;
}

function clientError(block: JsonObject, element: JsonObject, value: Json): string | null {
  if (value === null || (Array.isArray(value) && value.length === 0))
    return block.optional === true ? null : "Please complete this required field.";
  if (typeof value !== "string") return null;
  switch (element.type) {
    case "plain_text_input": {
      const max = Number(element.max_length ?? 3_000);
      if (value.length > max) return `Must be at most ${max} characters.`;
      return value.length < Number(element.min_length ?? 0) ? "Too short." : null;
    }
    case "number_input":
      if (!/^-?\d+(\.\d+)?$/.test(value)) return "Enter a number.";
      if (element.is_decimal_allowed !== true && value.includes(".")) return "Enter a whole number.";
      if (Number(value) < Number(element.min_value ?? Number.NEGATIVE_INFINITY)) return "Too small.";
      return Number(value) > Number(element.max_value ?? Number.POSITIVE_INFINITY) ? "Too large." : null;
    case "email_text_input":
      return /^\S+@\S+\.\S+$/.test(value) ? null : "Enter an email address.";
    case "url_text_input":
      return /^https?:\/\/\S+$/.test(value) ? null : "Enter a URL.";
    default:
      return null;
  }
}

/** The words of a text object. */
export function textOf(value: Json | undefined): string {
  return isObject(value) && typeof value.text === "string" ? value.text : "";
}

function names(blocks: readonly JsonObject[]): string {
  return interactive(blocks)
    .filter(({ element }) => SLOTS[String(element.type)] !== undefined)
    .map(({ block, element }) => `${String(block.block_id)}/${String(element.action_id)} (${textOf(block.label)})`)
    .join(", ");
}

function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
