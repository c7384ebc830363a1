/**
 * A `when` that can mean something: paths that checkpoints have, comparisons that can hold. A condition that never
 * matches is refused, because it would leave in silence what it guards to a laxer policy.
 */
import { KINDS, PRIORITIES } from "../checkpoint.ts";
import { isObject } from "../json.ts";
import { COMPARISONS, type Comparison, RANGES, type Range, type Scalar, type When } from "../policy/when.ts";
import { suggest } from "./fault.ts";
import type { ConfigFile, Path } from "./file.ts";

const WORDS: Record<string, readonly string[]> = { kind: KINDS, priority: PRIORITIES };
const ROOTS = ["payload", "source", "metadata"];
const OF_SOURCE = ["agent", "workflow", "session", "step", "url"];
const BLOCKS = ["all", "any", "not"];

/** Blocks in blocks: more than anybody can read, and little enough to compare with each other. */
const MAX_DEPTH = 5;
const MAX_TEXT = 500;
/** Of a whole `when`: judging it takes this many times a payload's length at most. */
const MAX_TESTS = 100;

export function readWhen(given: unknown, path: Path, file: ConfigFile): When {
  const count = { tests: 0 };
  const when = readBlock(given, path, file, 1, count);
  if (count.tests > MAX_TESTS)
    file.fault(path, `has ${count.tests} conditions; write at most ${MAX_TESTS}, or use \`in\` with a list`);
  return when;
}

function readBlock(given: unknown, path: Path, file: ConfigFile, depth: number, count: { tests: number }): When {
  if (!isObject(given)) {
    file.fault(path, "must be a block of conditions, like { kind: tool }");
    return {};
  }
  const when: When = {};
  const entries = Object.entries(given);
  if (entries.length === 0) file.fault(path, "says nothing; take it out or write what has to match");
  for (const [name, value] of entries) {
    const at = [...path, name];
    if (BLOCKS.includes(name)) {
      if (depth === MAX_DEPTH)
        file.fault(at, `is nested deeper than ${MAX_DEPTH} blocks; write it with fewer, or as another policy`);
      else if (name === "not") when[name] = readBlock(value, at, file, depth + 1, count);
      else when[name] = readBlocks(value, at, file, depth + 1, count);
      continue;
    }
    count.tests += isObject(value) ? Math.max(1, Object.keys(value).length) : 1;
    const fault = pathFault(name);
    if (fault === undefined) when[name] = readTest(name, value, at, file);
    else file.fault(at, fault);
  }
  return when;
}

function readBlocks(given: unknown, path: Path, file: ConfigFile, depth: number, count: { tests: number }): When[] {
  if (!Array.isArray(given) || given.length === 0) {
    file.fault(path, `must be a list of blocks, like ${path.at(-1)}: [{ kind: tool }, { priority: high }]`);
    return [];
  }
  return given.map((each, index) => readBlock(each, [...path, index], file, depth, count));
}

function pathFault(name: string): string | undefined {
  if (name === "agent" || Object.hasOwn(WORDS, name)) return undefined;
  const [root = "", ...rest] = name.split(".");
  if (!ROOTS.includes(root)) {
    const otherwise = "; write kind, agent, priority or a path like payload.tool_name";
    return `is nothing to match by${suggest(root, ["agent", ...Object.keys(WORDS), ...ROOTS, ...BLOCKS], otherwise)}`;
  }
  if (rest.length === 0 || rest.includes("")) return `needs a path within it, as in ${root}.NAME`;
  if (root !== "source" || (rest.length === 1 && OF_SOURCE.includes(rest[0] ?? ""))) return undefined;
  return `is nothing that a source has${suggest(rest[0] ?? "", OF_SOURCE, `; write source. and one of ${OF_SOURCE.join(", ")}`)}`;
}

function readTest(name: string, given: unknown, path: Path, file: ConfigFile): When[string] {
  if (isScalar(given)) {
    const fault = scalarFault(name, given);
    if (fault !== undefined) file.fault(path, fault);
    return given;
  }
  if (!isObject(given)) {
    file.fault(path, "is a list; write { in: […] } if it may be any of these, { contains: … } if it holds one");
    return null;
  }
  const comparison: Record<string, unknown> = {};
  for (const [op, operand] of Object.entries(given)) {
    const at = [...path, op];
    const fault = operatorFault(name, op) ?? operandFault(name, op, operand, file.written(at));
    if (fault !== undefined) file.fault(at, fault);
    else if (op === "not") comparison[op] = readTest(name, operand, at, file);
    else if (op === "in") comparison[op] = readList(name, operand as unknown[], at, file);
    else comparison[op] = operand;
  }
  const fault = emptyFault(comparison, Object.keys(given));
  if (fault !== undefined) file.fault(path, fault);
  return comparison as Comparison;
}

function operatorFault(name: string, op: string): string | undefined {
  if (!COMPARISONS.some((each) => each === op))
    return `is no comparison${suggest(op, COMPARISONS, `; there are ${COMPARISONS.join(", ")}`)}`;
  const isWord = Object.hasOwn(WORDS, name);
  if (isWord && op !== "in" && op !== "not")
    return `does not go with ${name}, which is one of a few words; write { in: [${WORDS[name]?.slice(-2).join(", ")}] }`;
  if (isText(name) && (isRange(op) || op === "number"))
    return `does not go with ${name}, which is a text; write a value, { in: […] } or { glob: … }`;
  return undefined;
}

function operandFault(name: string, op: string, operand: unknown, written: string | undefined): string | undefined {
  const not = written === undefined ? "" : `, not ${JSON.stringify(written)}`;
  if (isRange(op) && typeof operand !== "number") {
    const quoted = typeof operand === "string" && /^-?\d+(\.\d+)?$/.test(operand);
    return `must be a number${not}${quoted ? "; write it without quotes" : ""}`;
  }
  if ((op === "exists" || op === "number") && typeof operand !== "boolean") return `must be true or false${not}`;
  if (op === "in" && (!Array.isArray(operand) || operand.length === 0)) return "must be a list of values, like [a, b]";
  if (op === "contains") {
    if (!isScalar(operand) || operand === "")
      return "must be one value that is a member of the list or a part of the text";
    if (isText(name) && typeof operand !== "string") return `must be a text${not}: ${name} is one`;
  }
  if (op === "glob") {
    if (typeof operand !== "string" || operand === "") return `must be a text with *, like prod-*${not}`;
    if (!operand.includes("*")) return "has no *; write the value itself instead of { glob: … }";
    if (/^\*+$/.test(operand)) return "is every text; write { exists: true }";
  }
  if (typeof operand === "string" && operand.length > MAX_TEXT)
    return `is longer than ${MAX_TEXT} characters; shorten it`;
  return undefined;
}

function readList(name: string, given: unknown[], path: Path, file: ConfigFile): Scalar[] {
  for (const [index, each] of given.entries()) {
    const fault = isScalar(each) ? scalarFault(name, each) : "must be one value";
    if (fault !== undefined) file.fault([...path, index], fault);
  }
  return given.filter(isScalar);
}

/** Together they would hold of nothing. */
function emptyFault(comparison: Comparison & Record<string, unknown>, named: string[]): string | undefined {
  if (named.length === 0) return "says nothing; write a value, or a comparison like { gt: 10000 }";
  if (comparison.exists === false && named.length > 1)
    return "compares what is not to be there; take `exists: false` or the rest out";
  const { gt, gte, lt, lte } = comparison;
  if (gt !== undefined && gte !== undefined) return "has two lower limits; keep gt or gte";
  if (lt !== undefined && lte !== undefined) return "has two upper limits; keep lt or lte";
  const [low, high] = [gt ?? gte, lt ?? lte];
  if (low === undefined || high === undefined) return undefined;
  const isEmpty = low > high || (low === high && (gt !== undefined || lt !== undefined));
  return isEmpty ? "is a range that no number is in; swap its limits" : undefined;
}

function scalarFault(name: string, value: Scalar): string | undefined {
  const words = Object.hasOwn(WORDS, name) ? WORDS[name] : undefined;
  if (words !== undefined && !words.includes(String(value)))
    return `is no ${name}${suggest(String(value), words, `; write one of ${words.join(", ")}`)}`;
  if (words === undefined && isText(name) && typeof value !== "string")
    return `is no text, and ${name} always is one; put it in quotes`;
  if (typeof value === "string" && value.length > MAX_TEXT)
    return `is longer than ${MAX_TEXT} characters; use { glob: … }`;
  return undefined;
}

function isText(name: string): boolean {
  return name === "agent" || name.startsWith("source.");
}

function isRange(op: string): op is Range {
  return RANGES.some((each) => each === op);
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}
