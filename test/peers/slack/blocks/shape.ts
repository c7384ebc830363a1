/**
 * A small language for the shapes of Block Kit that answers in Slack's own words: a message and a JSON pointer for
 * every fault. Fields that a shape does not name are faults.
 */
import { isObject, type Json } from "../../../../src/json.ts";

export type Surface = "message" | "modal" | "home";

export interface Fault {
  pointer: string;
  message: string;
}

/** What is being looked at, and what was found wrong. */
export interface Eye {
  surface: Surface;
  faults: Fault[];
}

export type Check = (value: Json, at: string, eye: Eye) => void;
type Fields = Record<string, Check>;

export function wrong(eye: Eye, pointer: string, message: string): void {
  eye.faults.push({ pointer, message });
}

/** Lengths are UTF-16 units: what Slack counts is not documented, and this never counts less. */
export function text(max: number, min = 1): Check {
  return (value, at, eye) => {
    if (typeof value !== "string") wrong(eye, at, "must provide a string");
    else if (value.length < min) wrong(eye, at, `must be more than ${min - 1} characters`);
    else if (value.length > max) wrong(eye, at, `must be less than ${max + 1} characters`);
  };
}

export const flag: Check = (value, at, eye) => {
  if (typeof value !== "boolean") wrong(eye, at, "must provide a boolean");
};

export function whole(min: number, max: number): Check {
  return (value, at, eye) => {
    if (typeof value !== "number" || !Number.isInteger(value)) wrong(eye, at, "must provide an integer");
    else if (value < min) wrong(eye, at, `must be greater than ${min - 1}`);
    else if (value > max) wrong(eye, at, `must be less than ${max + 1}`);
  };
}

export function word(...words: string[]): Check {
  return (value, at, eye) => {
    if (typeof value !== "string" || !words.includes(value)) wrong(eye, at, "must be a valid enum value");
  };
}

export function matching(pattern: RegExp, message: string): Check {
  return (value, at, eye) => {
    if (typeof value !== "string" || !pattern.test(value)) wrong(eye, at, message);
  };
}

export const url: Check = (value, at, eye) => {
  const before = eye.faults.length;
  text(3_000)(value, at, eye);
  if (eye.faults.length === before && !/^(https?|mailto|slack):/.test(String(value))) wrong(eye, at, "invalid url");
};

export function list(item: Check, max: number, min = 1): Check {
  return (value, at, eye) => {
    if (!Array.isArray(value)) return wrong(eye, at, "must provide an array");
    if (value.length < min) wrong(eye, at, `no fewer than ${min} items allowed`);
    if (value.length > max) wrong(eye, at, `no more than ${max} items allowed`);
    value.forEach((each, index) => {
      item(each, `${at}/${index}`, eye);
    });
  };
}

export function shape(required: Fields, optional: Fields = {}): Check {
  return (value, at, eye) => {
    if (!isObject(value)) return wrong(eye, at, "must provide an object");
    for (const name of Object.keys(required)) {
      if (value[name] === undefined) wrong(eye, at, `missing required field: ${name}`);
    }
    for (const [name, member] of Object.entries(value)) {
      const check = required[name] ?? optional[name];
      if (check === undefined) wrong(eye, at, `invalid additional property: ${name}`);
      else check(member, `${at}/${name}`, eye);
    }
  };
}

/** A shape that its `type` names. */
export function typed(type: string, required: Fields = {}, optional: Fields = {}): [string, Check] {
  return [type, shape({ type: word(type), ...required }, optional)];
}

export function byType(shapes: Iterable<[string, Check]>): Check {
  const known = new Map(shapes);
  return (value, at, eye) => {
    if (!isObject(value)) return wrong(eye, at, "must provide an object");
    if (value.type === undefined) return wrong(eye, at, "missing required field: type");
    const check = known.get(String(value.type));
    if (check === undefined) wrong(eye, `${at}/type`, `unsupported type: ${String(value.type)}`);
    else check(value, at, eye);
  };
}

/** Further demands on what is well formed by itself. */
export function also(check: Check, more: (value: { [key: string]: Json }, at: string, eye: Eye) => void): Check {
  return (value, at, eye) => {
    const before = eye.faults.length;
    check(value, at, eye);
    if (eye.faults.length === before && isObject(value)) more(value, at, eye);
  };
}

/** Slack says first that no schema fits, then what is wrong with the one that was meant. */
export function meant(check: Check): Check {
  return (value, at, eye) => {
    const inner: Eye = { surface: eye.surface, faults: [] };
    check(value, at, inner);
    if (inner.faults.length > 0) eye.faults.push({ pointer: at, message: "failed to match all allowed schemas" });
    eye.faults.push(...inner.faults);
  };
}
