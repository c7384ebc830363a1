/**
 * The language of `when`: conditions over paths of what was raised, as the settings hold them and as they are compiled
 * at the start. There is no code in it and no regular expression, so that judging takes time linear in what is judged.
 *
 *   { kind: tool, payload.tool_args.amount: { gt: 10000 }, any: [{ … }, { … }], not: { … } }
 */
import { canonical, isObject, type Json } from "../json.ts";
import { type Find, finder, type Glob, globOf } from "./glob.ts";

export type Scalar = string | number | boolean | null;

export const RANGES = ["gt", "gte", "lt", "lte"] as const;
export type Range = (typeof RANGES)[number];

/** Several in one comparison hold together. */
export interface Comparison {
  gt?: number;
  gte?: number;
  lt?: number;
  lte?: number;
  in?: readonly Scalar[];
  /** A member of a list, or a part of a text. */
  contains?: Scalar;
  /** `*` stands for any text, also for none. */
  glob?: string;
  /** Whether a number stands there. */
  number?: boolean;
  /** Whether anything stands there, `null` included. */
  exists?: boolean;
  not?: Scalar | Comparison;
}

export const COMPARISONS = [...RANGES, "in", "contains", "glob", "number", "exists", "not"] as const;

/** Dotted paths and what must stand there; under `all`, `any` and `not` further blocks like this one. */
export interface When {
  [name: string]: Scalar | Comparison | When | readonly When[];
}

export type Check =
  | { op: "is"; value: Scalar }
  | { op: Range; value: number }
  | { op: "in"; value: readonly Scalar[]; has: ReadonlySet<Scalar> }
  | { op: "contains"; value: Scalar; find: Find | null }
  | { op: "glob"; value: string; glob: Glob }
  | { op: "number" | "exists"; value: boolean };

export interface Test {
  type: "test";
  path: string;
  steps: readonly string[];
  check: Check;
}

export type Condition = Test | { type: "all" | "any"; of: readonly Condition[] } | { type: "not"; of: Condition };

/** Of a `when` that the settings have checked; without one, what always holds. */
export function conditionOf(when: When = {}): Condition {
  return all(Object.entries(when).map(([name, value]) => entryOf(name, value)));
}

function entryOf(name: string, value: When[string]): Condition {
  if (name === "not") return { type: "not", of: conditionOf(value as When) };
  if (name === "all" || name === "any") return { type: name, of: (value as readonly When[]).map(conditionOf) };
  return comparisonOf(name, value as Scalar | Comparison);
}

function comparisonOf(path: string, value: Scalar | Comparison): Condition {
  if (typeof value !== "object" || value === null) return test(path, { op: "is", value });
  const { not, ...rest } = value;
  const checks = Object.entries(rest).map(([op, operand]) => test(path, checkOf(op as Check["op"], operand)));
  if (not === undefined) return all(checks);
  return all([...checks, { type: "not", of: comparisonOf(path, not) }]);
}

function checkOf(op: Check["op"], value: unknown): Check {
  switch (op) {
    case "in":
      return { op, value: value as Scalar[], has: new Set(value as Scalar[]) };
    case "contains":
      return { op, value: value as Scalar, find: typeof value === "string" ? finder(value) : null };
    case "glob":
      return { op, value: value as string, glob: globOf(value as string) };
    default:
      return { op, value } as Check;
  }
}

function test(path: string, check: Check): Test {
  return { type: "test", path, steps: path.split("."), check };
}

function all(of: Condition[]): Condition {
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { type: "all", of };
}

/** In one form: what is listed under `in`, `all` and `any` has no order, and nothing twice. */
export function normalWhen(when: When): Json {
  return normal(when as unknown as Json);
}

function normal(value: Json): Json {
  if (Array.isArray(value)) {
    const byText = new Map(value.map(normal).map((item) => [canonical(item), item]));
    return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
  }
  return isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, normal(inner)]))
    : value;
}
