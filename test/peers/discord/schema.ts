/**
 * JSON Schema as far as Discord's specification uses it. Lengths are checked in code points, a oneOf needs exactly one
 * fitting branch, as the standard has it.
 */

export interface Schema {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  minProperties?: number;
  maxProperties?: number;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
}

/** The first things wrong with a value, each with its place; empty: it fits. */
export function misfits(schema: Schema, value: unknown, lookUp: (ref: string) => Schema, at = ""): string[] {
  if (schema.$ref !== undefined) return misfits(lookUp(schema.$ref), value, lookUp, at);
  const deeper = (each: Schema, of: unknown = value, path = at) => misfits(each, of, lookUp, path);
  const wrong = typeOf(schema, value);
  if (wrong !== undefined) return [`${at || "/"} ${wrong}`];
  const found = [...simple(schema, value).map((what) => `${at || "/"} ${what}`)];
  for (const each of schema.allOf ?? []) found.push(...deeper(each));
  for (const [branches, exactly] of [
    [schema.oneOf, true],
    [schema.anyOf, false],
  ] as const) {
    if (branches === undefined) continue;
    const results = branches.map((each) => deeper(each));
    const fitting = results.filter((each) => each.length === 0).length;
    if (fitting === 0) found.push(...nearest(results, at));
    else if (exactly && fitting > 1) found.push(`${at || "/"} fits ${fitting} branches of a oneOf`);
  }
  if (Array.isArray(value) && schema.items !== undefined)
    for (const [index, item] of value.entries()) found.push(...deeper(schema.items, item, `${at}/${index}`));
  if (isRecord(value)) {
    for (const [name, item] of Object.entries(value)) {
      const known = schema.properties?.[name];
      if (known !== undefined) found.push(...deeper(known, item, `${at}/${name}`));
      else if (schema.additionalProperties === false) found.push(`${at}/${name} is not known here`);
      else if (typeof schema.additionalProperties === "object")
        found.push(...deeper(schema.additionalProperties, item, `${at}/${name}`));
    }
  }
  return found;
}

/** Of several branches the one that got furthest says best what is wrong. */
function nearest(results: string[][], at: string): string[] {
  const depth = (lines: string[]) => Math.max(...lines.map((line) => line.split(" ")[0]?.split("/").length ?? 0));
  const best = results.toSorted((a, b) => depth(b) - depth(a))[0];
  return best === undefined ? [`${at || "/"} fits no branch`] : best;
}

function typeOf(schema: Schema, value: unknown): string | undefined {
  if (schema.type === undefined) return undefined;
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  return types.some((type) => isOf(type, value))
    ? undefined
    : `is ${String(JSON.stringify(value)).slice(0, 60)}, not ${types}`;
}

function isOf(type: string, value: unknown): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return isRecord(value);
    case "integer":
      return Number.isInteger(value);
    case "string":
      return typeof value === "string";
    case "number":
      return typeof value === "number";
    default:
      return type === "boolean" && typeof value === "boolean";
  }
}

function simple(schema: Schema, value: unknown): string[] {
  const found: string[] = [];
  if (schema.const !== undefined && value !== schema.const) found.push(`is not ${JSON.stringify(schema.const)}`);
  if (schema.enum !== undefined && !schema.enum.includes(value))
    found.push(`is not one of ${JSON.stringify(schema.enum)}`);
  if (typeof value === "string") found.push(...ofText(schema, value));
  if (typeof value === "number") {
    if (schema.minimum !== undefined && value < schema.minimum) found.push(`is under ${schema.minimum}`);
    if (schema.maximum !== undefined && value > schema.maximum) found.push(`is over ${schema.maximum}`);
  }
  if (Array.isArray(value)) {
    if (schema.minItems !== undefined && value.length < schema.minItems)
      found.push(`has under ${schema.minItems} items`);
    if (schema.maxItems !== undefined && value.length > schema.maxItems)
      found.push(`has over ${schema.maxItems} items`);
    if (schema.uniqueItems && new Set(value.map((each) => JSON.stringify(each))).size < value.length)
      found.push("has an item twice");
  }
  if (isRecord(value)) {
    const count = Object.keys(value).length;
    for (const name of schema.required ?? []) if (!(name in value)) found.push(`lacks ${name}`);
    if (schema.maxProperties !== undefined && count > schema.maxProperties) found.push("has too many properties");
    if (schema.minProperties !== undefined && count < schema.minProperties) found.push("has too few properties");
  }
  return found;
}

function ofText(schema: Schema, value: string): string[] {
  const found: string[] = [];
  const length = [...value].length;
  if (schema.minLength !== undefined && length < schema.minLength) found.push(`is shorter than ${schema.minLength}`);
  if (schema.maxLength !== undefined && length > schema.maxLength) found.push(`is longer than ${schema.maxLength}`);
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, "u").test(value))
    found.push(`is not ${schema.pattern}`);
  if (schema.format === "date-time" && Number.isNaN(Date.parse(value))) found.push("is no date and time");
  if (schema.format === "uri" && !URL.canParse(value)) found.push("is no URL");
  return found;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
