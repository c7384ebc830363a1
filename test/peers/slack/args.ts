/** The arguments of a Web API call, however they were sent: a form with JSON inside, or JSON as a whole. */
import { isObject, type Json, type JsonObject } from "../../../src/json.ts";
import { ApiError } from "./methods/method.ts";

export interface Args {
  /** As they came; what looks like JSON is parsed. For tests that look at calls. */
  all: JsonObject;
  text(name: string): string | undefined;
  need(name: string): string;
  flag(name: string): boolean;
  count(name: string, usual: number, most: number): number;
  /** An argument that is JSON, sent as such or as text; `code` is what Slack answers to text that is none. */
  json(name: string, code: string): Json | undefined;
}

export function parseBody(type: string, body: string): JsonObject {
  if (type.startsWith("application/json")) {
    const value = parsed(body === "" ? "{}" : body);
    if (!isObject(value)) throw new ApiError("invalid_json");
    return value;
  }
  if (type === "" || type.startsWith("application/x-www-form-urlencoded"))
    return Object.fromEntries(new URLSearchParams(body));
  throw new ApiError("invalid_post_type");
}

export function makeArgs(given: JsonObject): Args {
  const text = (name: string) => {
    const value = given[name];
    return value === undefined || value === null || value === "" ? undefined : String(value);
  };
  return {
    all: Object.fromEntries(Object.entries(given).map(([name, value]) => [name, opened(value)])),
    text,
    need(name) {
      const value = text(name);
      if (value === undefined) throw missing(name);
      return value;
    },
    flag: (name) => ["true", "1"].includes(String(given[name])),
    count(name, usual, most) {
      const value = text(name);
      if (value === undefined) return usual;
      if (!/^\d+$/.test(value) || Number(value) < 1) throw new ApiError("invalid_limit");
      return Math.min(Number(value), most);
    },
    json(name, code) {
      const value = given[name];
      if (typeof value !== "string") return value;
      try {
        return JSON.parse(value);
      } catch {
        throw new ApiError(code);
      }
    },
  };
}

function missing(name: string): ApiError {
  return new ApiError("invalid_arguments", messages([{ pointer: "", message: `missing required field: ${name}` }]));
}

/** Faults as Slack reports them with an error. */
export function messages(faults: readonly { pointer: string; message: string }[]): JsonObject {
  const lines = faults.map(({ pointer, message }) => `${message} [json-pointer:${pointer}]`);
  return { errors: lines, response_metadata: { messages: lines.map((line) => `[ERROR] ${line}`) } };
}

function opened(value: Json): Json {
  return typeof value === "string" && /^[[{]/.test(value) ? (parsed(value) ?? value) : value;
}

/** null where it is no JSON. */
function parsed(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
