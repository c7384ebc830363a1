/**
 * From a value that somebody sent to what a handler may trust: nobody's identity in it, no field that is not known,
 * every fault with a pointer. Schemas are built once, in src/request.ts.
 */
import type { z } from "zod";
import { isObject, type Problem, pointer, valueAt } from "../json.ts";
import { type Trouble, trouble } from "./problem.ts";

/** Who acts is known from the credential alone. */
const IDENTITY = ["by", "approver", "decided_by"];

type Issue = z.core.$ZodIssue;
type Shaped = z.ZodObject;

export function check<S extends Shaped>(schema: S, value: unknown, at: "" | "/query" = ""): Checked<S> | Trouble {
  if (!isObject(value)) return invalid([{ pointer: at, message: "must be an object" }]);
  for (const key of IDENTITY) {
    if (Object.hasOwn(value, key) && !(at !== "" && Object.hasOwn(schema.shape, key))) return identity(`${at}/${key}`);
  }
  const result = schema.safeParse(value);
  if (result.success) return { type: "checked", value: result.data };
  const known = Object.keys(schema.shape);
  const told = (issues: Issue[]) =>
    issues.flatMap((issue) => problemsOf(issue, value, known)).map((each) => ({ ...each, pointer: at + each.pointer }));
  const { issues } = result.error;
  const unknown = told(issues.filter(isUnknown));
  const others = told(issues.filter((issue) => !isUnknown(issue)));
  const refused = invalid([...unknown, ...others]);
  return unknown.length === 0 ? refused : { ...refused, code: "unknown_field" };
}

export interface Checked<S extends Shaped> {
  type: "checked";
  value: z.output<S>;
}

function invalid(errors: Problem[]): Trouble {
  const [first] = errors;
  const others = errors.length > 1 ? ` (and ${errors.length - 1} more in errors)` : "";
  const where = first?.pointer === "" ? "The body" : (first?.pointer ?? "").slice(0, 200);
  return trouble("invalid_request", `${where}: ${first?.message ?? "is not what it should be"}${others}.`, errors);
}

function identity(at: string): Trouble {
  const message = "who acts is known from the token, never from what is sent";
  return trouble("identity_in_body", `Leave out ${at}: ${message}.`, [{ pointer: at, message }]);
}

function problemsOf(issue: Issue, sent: unknown, known: readonly string[]): Problem[] {
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({
      pointer: pointer([...issue.path, key]),
      message: `is not known${issue.path.length === 0 ? suggestion(key, known) : ""}`,
    }));
  if (issue.code === "invalid_union") {
    // The alternative that was meant is the one whose fault lies deeper than the choice itself.
    const meant = issue.errors.find((branch) => branch.some(isInside));
    if (meant !== undefined)
      return meant.flatMap((each) => problemsOf({ ...each, path: [...issue.path, ...each.path] }, sent, known));
    const messages = new Set(issue.errors.flat().map((each) => said(each.message)));
    return [{ pointer: pointer(issue.path), message: [...messages].join(", or ") || "is not what it should be" }];
  }
  const missing = issue.path.length > 0 && valueAt(sent, issue.path.map(String)) === undefined;
  return [{ pointer: pointer(issue.path), message: missing ? "is required" : said(issue.message) }];
}

function isUnknown(issue: Issue): boolean {
  return issue.code === "unrecognized_keys" && issue.path.length === 0;
}

function isInside(issue: Issue): boolean {
  return issue.path.length > 0 || issue.code === "unrecognized_keys";
}

/** "Invalid input: expected string, received number" → "expected string, received number". */
function said(message: string): string {
  return message.replace(/^Invalid (input|option): /, "");
}

function suggestion(key: string, known: readonly string[]): string {
  // Nobody mistypes more than two letters of a name, and no name is longer than this.
  const close = key.length > 30 ? undefined : known.find((name) => distance(key, name) <= 2);
  return close === undefined ? `; known are ${known.join(", ") || "none"}` : `; did you mean ${close}?`;
}

/** Levenshtein. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (letter === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
