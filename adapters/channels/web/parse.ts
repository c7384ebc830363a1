/**
 * A posted form as an act, or as problems at its fields. Pure. Browsers change texts on their way through a form (line
 * ends, characters that HTML cannot hold), so what comes back as a browser would send it untouched counts as untouched.
 */
import type { Act, CardAction, Field } from "../../../src/card.ts";
import { ACTIONS, type ActionName } from "../../../src/checkpoint.ts";
import type { Values } from "../../../src/edit-form.ts";
import { type Asked, actFrom, OTHER, otherName } from "../../../src/form.ts";
import { type Problem, parseStrict, pointer } from "../../../src/json.ts";
import { actRequest } from "../../../src/request.ts";
import { hasHidden, spelledJson } from "../../../src/spelled.ts";
import { isBlank } from "../../../src/text.ts";

/** What a form sent, by the names of its inputs. */
export type Fields = ReadonlyMap<string, string>;

/** The input of a field, and the one for what is typed instead of a choice. Agents name fields as they like. */
export const inputOf = (field: string): string => `f.${encodeURIComponent(field)}`;
export const otherInputOf = (field: string): string => `o.${encodeURIComponent(field)}`;
/** The optional words of an action that needs no form. */
export const NOTE = "note";
/** Chosen among options, which are sent by their number. */
export const OTHER_CHOICE = "other";

export function actionIn(fields: Fields): ActionName | undefined {
  return ACTIONS.find((name) => name === fields.get("action"));
}

/** A problem's pointer is the field's name. */
export function actOf(
  { action, comment, form }: Pick<CardAction, "action" | "comment" | "form">,
  asked: Asked,
  fields: Fields,
): Act | Problem[] {
  const digest = fields.get("digest") ?? "";
  if (form === null) {
    const note = fields.get(NOTE);
    const words = comment === "none" || note === undefined || isBlank(note) ? {} : { feedback: unixLines(note) };
    return checked({ action, ...words, digest });
  }
  const values: Values = {};
  const problems: Problem[] = [];
  for (const field of form.fields) {
    const read = readField(field, fields);
    if (typeof read === "object") problems.push({ pointer: pointer([field.name]), message: read.fault });
    else if (read !== undefined) values[field.name] = read;
    const other = otherOf(field, fields);
    if (other !== undefined) values[otherName(field.name)] = other;
  }
  if (problems.length > 0) return problems;
  const act = actFrom(form, asked, values);
  return Array.isArray(act) ? act : checked({ ...act, digest });
}

/** The bounds that the API sets to an act. */
function checked(act: Act): Act | Problem[] {
  const { error } = actRequest.safeParse(act);
  if (error !== undefined) return error.issues.map(({ path, message }) => problemAt(pointer(path), message));
  if (Buffer.byteLength(JSON.stringify(act)) > MAX_ACT)
    return [{ pointer: "", message: "It is too long: 256 KB is the most that an agent can be sent." }];
  return act;
}

const MAX_ACT = 256 * 1024;

/** What the desk or the API's schema says about a part of the act, at the field that the part came from. */
export function problemAt(at: string, message: string): Problem {
  return { pointer: at.replace(/^\/answers(?=\/)/, ""), message };
}

/** What somebody wrote, to be shown to them where it can no longer be sent. */
export function wordsIn(fields: Fields): string {
  const words = [...fields].filter(([name, value]) => /^(?:[fo]\.|note$|text$)/.test(name) && !isBlank(value));
  return words
    .map(([, value]) => unixLines(value))
    .filter((value) => value !== OTHER_CHOICE && !/^\d{1,4}$/.test(value))
    .join("\n");
}

function readField(field: Field, fields: Fields): string | { fault: string } | undefined {
  const given = fields.get(inputOf(field.name));
  if (given === undefined) return undefined;
  if (field.type === "choice") return optionOf(field, given);
  const typed = unixLines(given);
  if (field.value === undefined) return typed;
  if (typed === asBrowsersSend(shownValue(field))) return field.value;
  if (!isSpelled(field)) return typed;
  const parsed = parseStrict(typed);
  return parsed.ok && typeof parsed.value === "string"
    ? parsed.value
    : { fault: 'It must be a JSON text, in quotes: "…".' };
}

function optionOf(field: Field, given: string): string {
  if (given === OTHER_CHOICE) return OTHER;
  return /^\d{1,4}$/.test(given) ? (field.options?.[Number(given)] ?? "") : "";
}

/** Counts where "Other" was chosen, or nothing: not beside an option, where it was left over from before. */
function otherOf(field: Field, fields: Fields): string | undefined {
  if (field.other !== true) return undefined;
  const chosen = fields.get(inputOf(field.name)) ?? "";
  const typed = fields.get(otherInputOf(field.name));
  return typed === undefined || (chosen !== "" && chosen !== OTHER_CHOICE) ? undefined : unixLines(typed);
}

/** What a prefilled field shows: JSON, and texts with characters that nobody would see, are spelled out. */
export function shownValue(field: Field): string {
  const value = field.value ?? "";
  if (field.type === "json") return spelledJson(value);
  return isSpelled(field) ? spelledJson(JSON.stringify(value)) : value;
}

export function isSpelled({ type, value }: Field): boolean {
  if (value === undefined || (type !== "text" && type !== "multiline")) return false;
  // What people type themselves, and tell apart well enough.
  return hasHidden(value.replaceAll(/\t|\r\n/g, ""));
}

function asBrowsersSend(text: string): string {
  return unixLines(text).replaceAll("\r", "\n").replaceAll("\0", "\uFFFD");
}

function unixLines(text: string): string {
  return text.replaceAll("\r\n", "\n");
}
