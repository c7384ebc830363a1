/**
 * JSON as this program takes it: strict on the way in (scan.ts), canonical where it is signed.
 *
 * `JSON.parse` alone lets two documents pass for one (duplicate keys), changes numbers it cannot hold, and makes
 * `__proto__` a key. `parseStrict` refuses all of these with a pointer, so that a digest names exactly one document.
 */
import { createHash } from "node:crypto";
import type { Problem } from "./card.ts";
import { type Limits, scan } from "./scan.ts";

export type Json = string | number | boolean | null | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

/** Depth and keys of a whole document; its size is limited where it is read. */
export const LIMITS: Limits = { depth: 32, keys: 2_000 };

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
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item ?? null)).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      // UTF-16 code units, as RFC 8785 section 3.2.3 asks: the order of `<`, not of a locale.
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`);
    return `{${members.join(",")}}`;
  }
  return JSON.stringify(value);
}

/** `sha256:<hex>` over the canonical text. */
export function digestOf(value: unknown): string {
  return `sha256:${createHash("sha256").update(canonical(value)).digest("hex")}`;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
