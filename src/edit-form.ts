/**
 * The fields in which a value is edited, and the value read back from them: a text as a text, a flat object as one
 * typed field a member, everything else as JSON. What nobody touched comes back as it was, to the character.
 */
import type { Field } from "./card.ts";
import { isObject, type Json, type JsonObject, type Problem, parseStrict, pointer } from "./json.ts";
import { isBlank } from "./text.ts";

/** What a surface hands back: every field by its name, a cleared one as "". */
export type Values = Record<string, string | boolean>;

/** The name of the one field that holds a whole value. */
const WHOLE = "edited";
/** A text that is longer, or has lines, gets more than one line to be edited in. */
const ONE_LINE = 80;
/** Discord takes 100 characters of custom id. */
const LONGEST_NAME = 80;

export function editFields(value: Json): Field[] {
  if (typeof value === "string")
    return [{ name: WHOLE, label: "Edited text", type: "multiline", required: true, value }];
  if (isFlat(value)) return Object.entries(value).map(([name, member]) => fieldOf(name, member));
  return [{ name: WHOLE, label: "Edited value (JSON)", type: "json", required: true, value: pretty(value) }];
}

export function editedFrom(original: Json, values: Values): { edited: Json } | Problem[] {
  if (!isFlat(original)) return whole(original, values);
  const problems: Problem[] = [];
  const members = Object.entries(original).map(([name, member]): [string, Json] => {
    const read = readMember(name, member, values);
    if ("problem" in read) problems.push(read.problem);
    return [name, "problem" in read ? null : read.value];
  });
  return problems.length > 0 ? problems : { edited: Object.fromEntries(members) };
}

/** One field a member works for scalars, and while no member is called like a field of ours. */
function isFlat(value: Json): value is JsonObject {
  if (!isObject(value)) return false;
  const members = Object.entries(value);
  return (
    members.length > 0 &&
    members.every(
      ([name, member]) =>
        (member === null || typeof member !== "object") &&
        name !== WHOLE &&
        name !== "feedback" &&
        !isBlank(name) &&
        name.length <= LONGEST_NAME,
    )
  );
}

function fieldOf(name: string, value: Json): Field {
  const field = { name, label: name, required: true, value: String(value) };
  switch (typeof value) {
    case "number":
      return { ...field, type: "number" };
    case "boolean":
      return { ...field, type: "boolean" };
    case "string":
      // A text may be empty.
      return {
        ...field,
        required: false,
        type: value.length > ONE_LINE || /[\r\n]/.test(value) ? "multiline" : "text",
      };
    default:
      return { ...field, type: "json", hint: 'null, or a JSON value: 12, true, "text"' };
  }
}

type Read = { value: Json } | { problem: Problem };

function whole(original: Json, values: Values): { edited: Json } | Problem[] {
  const given = Object.hasOwn(values, WHOLE) ? values[WHOLE] : undefined;
  if (typeof given !== "string" || isBlank(given)) return [fault(WHOLE, "It is blank: write what should stand there.")];
  if (typeof original === "string") return { edited: sameLines(original, given) ? original : unixLines(given) };
  if (sameLines(pretty(original), given)) return { edited: original };
  const read = readJson(WHOLE, given);
  if ("problem" in read) return [read.problem];
  if (isObject(original) && !isObject(read.value)) return [fault(WHOLE, "It must stay an object: {…}.")];
  return { edited: read.value };
}

function readMember(name: string, original: Json, values: Values): Read {
  const given = Object.hasOwn(values, name) ? values[name] : undefined;
  // Not the same as cleared: a surface that lost a field must not blank an argument.
  if (given === undefined) return { problem: fault(name, "It is missing.") };
  if (typeof original === "boolean") {
    if (given === true || given === "true") return { value: true };
    if (given === false || given === "false") return { value: false };
    return { problem: fault(name, "Choose true or false.") };
  }
  if (typeof given !== "string") return { problem: fault(name, "It must be text.") };
  // Also a number that no form would take, like 10000000000000000, which an agent may have sent as 1e16.
  if (sameLines(String(original), given)) return { value: original };
  if (typeof original === "string") return { value: unixLines(given) };
  return typeof original === "number" ? readNumber(name, given) : readJson(name, given);
}

function pretty(value: Json): string {
  return JSON.stringify(value, null, 2);
}

/** Browsers send line ends as CR LF whatever they were given. */
function unixLines(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

function sameLines(original: string, given: string): boolean {
  return unixLines(original) === unixLines(given);
}

function readNumber(name: string, given: string): Read {
  if (isBlank(given)) return { problem: fault(name, "It is blank: write a number.") };
  const parsed = parseStrict(given.trim());
  if (parsed.ok && typeof parsed.value === "number") return { value: parsed.value };
  const inexact = parsed.ok === false && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(given.trim());
  return {
    problem: fault(name, inexact ? "This number cannot be kept exactly." : "It must be a number like 12 or 0.5."),
  };
}

function readJson(name: string, given: string): Read {
  if (isBlank(given)) return { problem: fault(name, "It is blank: write a JSON value.") };
  const parsed = parseStrict(given);
  if (parsed.ok) return { value: parsed.value };
  const { pointer: at, message } = parsed.problem;
  // Phones write them by themselves.
  const curly = /[“”„]/.test(given) ? ' Use straight quotes ("), not curly ones.' : "";
  return { problem: fault(name, `It cannot be read${at === "" ? "" : ` at ${at}`}: ${message}.${curly}`) };
}

export function fault(name: string, message: string): Problem {
  return { pointer: pointer([name]), message };
}
