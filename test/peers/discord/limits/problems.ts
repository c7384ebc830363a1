/** Refusals in Discord's words: a code of the table, or 50035 with the fields that are wrong. */
import { CODES, type Code } from "../numbers.ts";
import type { Answer } from "../wire.ts";

export interface Problem {
  path: (string | number)[];
  code: string;
  message: string;
}

export function fail(code: Code, message: string = CODES[code][1]): Answer {
  return { status: CODES[code][0], body: { message, code } };
}

export function formInvalid(problems: Problem[]): Answer {
  const errors: Record<string, unknown> = {};
  for (const { path, code, message } of problems) {
    let at = errors;
    for (const step of path) {
      at[step] ??= {};
      at = at[step] as Record<string, unknown>;
      // A field has errors of its own, or its parts have.
      if (at._errors !== undefined) break;
    }
    at._errors = [...((at._errors as unknown[] | undefined) ?? []), { code, message }];
  }
  return { status: 400, body: { message: CODES[50035][1], code: 50035, errors } };
}

/** Collects what is wrong in one part of a request. */
export interface Checks {
  problems: Problem[];
  wrong(path: Problem["path"], code: string, message: string): void;
  /** A string of so many UTF-16 units: the severest reading of Discord's "characters". */
  text(value: unknown, path: Problem["path"], min: number, max: number): value is string;
  whole(value: unknown, path: Problem["path"], min: number, max: number): value is number;
  list(value: unknown, path: Problem["path"], min: number, max: number): value is unknown[];
  /** A list of objects, each looked at in turn. */
  objects(value: unknown, path: Problem["path"], min: number, max: number, look: Look): void;
}

type Look = (item: Record<string, unknown>, path: Problem["path"]) => void;

export function checks(): Checks {
  const problems: Problem[] = [];
  const wrong: Checks["wrong"] = (path, code, message) => {
    problems.push({ path, code, message });
  };
  const self: Checks = {
    problems,
    wrong,
    text(value, path, min, max): value is string {
      if (typeof value !== "string") wrong(path, "BASE_TYPE_REQUIRED", "This field is required");
      else if (value.length > max) wrong(path, "BASE_TYPE_MAX_LENGTH", `Must be ${max} or fewer in length.`);
      else if (value.length < min || (min > 0 && value.trim() === ""))
        wrong(path, "BASE_TYPE_BAD_LENGTH", `Must be between ${min} and ${max} in length.`);
      else return true;
      return false;
    },
    whole(value, path, min, max): value is number {
      const fits = typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;
      if (!fits) wrong(path, "NUMBER_TYPE_RANGE", `int value should be between ${min} and ${max}.`);
      return fits;
    },
    list(value, path, min, max): value is unknown[] {
      if (!Array.isArray(value)) wrong(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
      else if (value.length < min || value.length > max)
        wrong(path, "BASE_TYPE_BAD_LENGTH", `Must be between ${min} and ${max} in length.`);
      else return true;
      return false;
    },
    objects(value, path, min, max, look) {
      if (!self.list(value, path, min, max)) return;
      for (const [index, item] of value.entries())
        if (isObject(item)) look(item, [...path, index]);
        else wrong([...path, index], "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType");
    },
  };
  return self;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Absent and null are the same to Discord in most fields. */
export function given<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null;
}
