/**
 * JSON as this program takes it: strict on the way in, canonical where it is signed.
 *
 * `JSON.parse` alone lets two documents pass for one (duplicate keys), changes numbers it cannot hold, and makes
 * `__proto__` a key. `parseStrict` refuses all of these with a pointer, so that a digest names exactly one document.
 */
import { createHash } from "node:crypto";
import type { Problem } from "./card.ts";

export type Json = string | number | boolean | null | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

export interface Limits {
  depth: number;
  keys: number;
}

/** rules.md 31. */
export const LIMITS: Limits = { depth: 32, keys: 2_000 };

export type Parsed = { ok: true; value: Json } | { ok: false; problem: Problem };

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],]|[^\s"{}[\],:]+/g;

/** Parses a request's text; a problem's pointer says where the first fault lies. */
export function parseStrict(text: string, limits: Limits = LIMITS): Parsed {
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return fault("", `not JSON: ${error instanceof Error ? error.message : "unreadable"}`);
  }
  const problem = scan(text, limits);
  return problem === undefined ? { ok: true, value } : { ok: false, problem };
}

interface Level {
  /** Keys met so far; undefined inside an array. */
  keys: Set<string> | undefined;
  /** The key or index of what is being read. */
  at: string | number;
  expectsKey: boolean;
}

/** One pass over text that is already known to be JSON: what `JSON.parse` would have let through. */
function scan(text: string, limits: Limits): Problem | undefined {
  const levels: Level[] = [];
  let keys = 0;
  const here = () => pointer(levels.map((level) => level.at));
  const problem = (message: string): Problem => ({ pointer: here(), message });
  for (const [token] of text.matchAll(TOKEN)) {
    const level = levels.at(-1);
    if (token === "{" || token === "[") {
      if (levels.length >= limits.depth) return problem(`nested deeper than ${limits.depth} levels`);
      levels.push(
        token === "{" ? { keys: new Set(), at: "", expectsKey: true } : { keys: undefined, at: 0, expectsKey: false },
      );
    } else if (token === "}" || token === "]") {
      levels.pop();
    } else if (token === ",") {
      if (level?.keys) level.expectsKey = true;
      else if (level) level.at = Number(level.at) + 1;
    } else if (level?.expectsKey && level.keys) {
      const key: string = JSON.parse(token);
      level.at = key;
      level.expectsKey = false;
      if (level.keys.has(key)) return problem("the key appears twice");
      if (key === "__proto__") return problem("the key __proto__ is not allowed");
      if (!key.isWellFormed()) return problem("the key holds half a character (a lone surrogate)");
      level.keys.add(key);
      keys += 1;
      if (keys > limits.keys) return problem(`more than ${limits.keys} keys`);
    } else if (token.startsWith('"')) {
      // Only an escape or a surrogate can make a string ill-formed.
      if (!(JSON.parse(token) as string).isWellFormed())
        return problem("the text holds half a character (a lone surrogate)");
    } else if (/^[-\d]/.test(token) && !isExact(token)) {
      return problem("the number cannot be kept exactly; send it as a string");
    }
  }
  return undefined;
}

/** Integers beyond 2^53 and numbers beyond a double would be handed on as other numbers. */
function isExact(token: string): boolean {
  const number = Number(token);
  if (!Number.isFinite(number)) return false;
  return !/^-?\d+$/.test(token) || Number.isSafeInteger(number);
}

function fault(at: string, message: string): Parsed {
  return { ok: false, problem: { pointer: at, message } };
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
