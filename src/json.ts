/**
 * JSON as this program takes it: strict on the way in (scan.ts), canonical where it is signed.
 *
 * `JSON.parse` alone lets two documents pass for one (duplicate keys), changes numbers it cannot hold, and makes
 * `__proto__` a key. `parseStrict` refuses all of these with a pointer, so that a digest names exactly one document.
 */
import { hash } from "node:crypto";
import { type Limits, scan } from "./scan.ts";

export type Json = string | number | boolean | null | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

/** Depth and keys of a whole document; its size is limited where it is read. */
export const LIMITS: Limits = { depth: 32, keys: 2_000 };

/** What is wrong where in what was sent. */
export interface Problem {
  /** RFC 6901 */
  pointer: string;
  message: string;
}

export type Parsed = { ok: true; value: Json } | { ok: false; problem: Problem };

/** Parses a request's text; a problem's pointer says where the first fault lies. */
export function parseStrict(text: string, limits: Limits = LIMITS): Parsed {
  const fault = scan(text, limits);
  if (fault !== undefined) return { ok: false, problem: { pointer: pointer(fault.path), message: fault.message } };
  return { ok: true, value: JSON.parse(text) };
}

/** RFC 6901. */
export function pointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** RFC 8785 (JCS): one text for one value. Members that are undefined are left out, as JSON.stringify does. */
export function canonical(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  let text = "";
  if (Array.isArray(value)) {
    for (const item of value) text += `${text === "" ? "" : ","}${canonical(item ?? null)}`;
    return `[${text}]`;
  }
  const members = value as Record<string, unknown>;
  for (const key of Object.keys(members).sort(byCodeUnit)) {
    const member = members[key];
    if (member !== undefined) text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${canonical(member)}`;
  }
  return `{${text}}`;
}

/** As RFC 8785 section 3.2.3 asks: the order of `<`, not of a locale. */
function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : 1;
}

/** `sha256:<hex>` over the canonical text. */
export function digestOf(value: unknown): string {
  return `sha256:${hash("sha256", canonical(value))}`;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Own members only: `payload.constructor` or a list's `length` is nothing that an agent sent. */
export function valueAt(value: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>((inner, step) => {
    if (Array.isArray(inner)) return /^\d{1,9}$/.test(step) ? inner[Number(step)] : undefined;
    return isObject(inner) && Object.hasOwn(inner, step) ? inner[step] : undefined;
  }, value);
}
