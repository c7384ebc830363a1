/**
 * Payload fields as blocks: short values together in a table, long ones on their own, nested ones as JSON.
 * Nothing is left out, and a text never passes for the number that it spells.
 */
import type { Block, Fact } from "../card.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { text } from "./kind.ts";

/** What still reads well in a table's cell or a fact on a phone. */
const SHORT = 120;

type Scalar = string | number | boolean | null;

export function isScalar(value: Json | undefined): value is Scalar {
  return value !== undefined && (value === null || typeof value !== "object");
}

function isShort(value: Json): value is Scalar {
  return isScalar(value) && (typeof value !== "string" || (value.length <= SHORT && !/[\r\n]/.test(value)));
}

/** `10` is the number; the text that reads 10 is shown with its quotes. */
export function literal(value: Scalar): string {
  if (typeof value !== "string") return String(value);
  return /^\s*(-?\d[\d.eE+-]*|true|false|null|".*"|)\s*$/.test(value) ? JSON.stringify(value) : value;
}

/** A text under its label; a field that is left out or null makes no block. */
export function textOf(label: string, value: Json | undefined): Block[] {
  return value === undefined || value === null ? [] : [blockOf(label, value)];
}

/** One block for any value, so that not even an empty one is missed. */
export function blockOf(label: string, value: Json): Block {
  if (typeof value !== "string") return json(label, value);
  return { type: "text", label, text: /^[ \t\r\n]*$/.test(value) ? "(empty)" : value };
}

export function listOf(label: string, value: Json | undefined): Block[] {
  if (!Array.isArray(value) || value.length === 0) return [];
  return [{ type: "list", label, items: value.map(text) }];
}

export function json(label: string, value: Json): Block {
  return { type: "code", label, text: JSON.stringify(value, null, 2), language: "json" };
}

/** Any value: an object in labelled parts, a list of short texts as a list. */
export function parts(label: string, value: Json | undefined): Block[] {
  if (isObject(value) && Object.keys(value).length > 0)
    return fields(label, Object.entries(value), (key) => `${label} · ${key}`);
  if (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string"))
    return listOf(label, value);
  return value === undefined ? [] : [blockOf(label, value)];
}

export function fields(
  label: string,
  entries: [string, Json][],
  name: (key: string) => string = (key) => key,
  head = "Field",
): Block[] {
  const rows = entries.flatMap(([key, value]) => (isShort(value) ? [[key, literal(value)]] : []));
  const rest = entries.flatMap(([key, value]) => (isShort(value) ? [] : [blockOf(name(key), value)]));
  return rows.length === 0 ? rest : [{ type: "table", label, columns: [head, "Value"], rows }, ...rest];
}

/** The fields that the kind does not know, so that nothing an agent sent stays unseen. */
export function extras(payload: JsonObject, known: readonly string[]): Block[] {
  return fields(
    "Also sent",
    Object.entries(payload).filter(([key]) => !known.includes(key)),
  );
}

/** Short values become a fact; longer ones a block, see `aside`. */
export function fact(label: string, value: Json | undefined): Fact[] {
  return value !== undefined && value !== null && value !== "" && isShort(value)
    ? [{ label, value: String(value) }]
    : [];
}

/** What was too long for a fact. */
export function aside(label: string, value: Json | undefined): Block[] {
  return value !== undefined && !isShort(value) ? textOf(label, value) : [];
}
