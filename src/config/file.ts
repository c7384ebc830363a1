/**
 * hitl.config.yml as plain values that remember where they stood and what was written there. `${NAME}` takes its value
 * from the environment here, after the YAML was parsed, so that nothing in a value can become structure; sentences
 * quote what was written, never what was put in.
 */
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { isObject, type Json, type JsonObject } from "../json.ts";
import type { Env } from "./environment.ts";
import type { Complain } from "./fault.ts";

export type Path = readonly (string | number)[];

export interface ConfigFile {
  value: JsonObject;
  /** The names of the environment variables that it refers to. */
  names: ReadonlySet<string>;
  /** What stands there as it was written; undefined where there is nothing, or more than one value. */
  written(path: Path): string | undefined;
  /** One fault with the line and the path it is about. */
  fault(path: Path, sentence: string): void;
}

/** A file that is not YAML at all is one fault, and reads as empty. */
export function readFile(text: string, name: string, env: Env, complain: Complain): ConfigFile {
  const counter = new LineCounter();
  // Duplicate keys are found below, where their path is known.
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, uniqueKeys: false });
  const lines = new Map<string, number>();
  const written = new Map<string, string>();
  const names = new Set<string>();
  const fault = (path: Path, sentence: string) => {
    const at = pathText(path);
    complain(
      `${name}:${lineOf(lines, path)}${at === "" ? "" : ` ${at}`}: ${sentence}${sentence.endsWith("?") ? "" : "."}`,
    );
  };
  const empty: ConfigFile = { value: {}, names, written: (path) => written.get(key(path)), fault };

  const unreadable = document.errors[0] ?? document.warnings[0];
  if (unreadable !== undefined) {
    complain(`${name}:${counter.linePos(unreadable.pos[0]).line}: ${reasonOf(unreadable)}.`);
    return empty;
  }

  const put = (text: string, path: Path) =>
    text.replaceAll(/\$\{([^}]*)\}?/g, (whole, variable: string) => {
      if (!/^[A-Za-z_]\w*$/.test(variable) || !whole.endsWith("}")) {
        fault(path, `a reference must name an environment variable, as in ${reference("CI_TOKEN")}`);
        return whole;
      }
      names.add(variable);
      const value = env[variable];
      if (value !== undefined && value.trim() !== "") return value.trim();
      fault(path, `the environment variable ${variable} is not set; set it or take this setting out`);
      return whole;
    });

  const plain = (node: Node | null, path: Path): Json => {
    if (node?.range && !lines.has(key(path))) lines.set(key(path), counter.linePos(node.range[0]).line);
    if (node === null) return null;
    if (isMap(node)) {
      const block: JsonObject = {};
      for (const pair of node.items) {
        const name = isScalar(pair.key) ? String(pair.key.source ?? pair.key.value) : "";
        const inner = [...path, name];
        if (isNode(pair.key) && pair.key.range) lines.set(key(inner), counter.linePos(pair.key.range[0]).line);
        if (name === "" || name === "__proto__") fault(inner, "cannot be a name here; write a plain word");
        else if (Object.hasOwn(block, name)) fault(inner, "stands here twice; keep one of them");
        else block[name] = plain(pair.value as Node | null, inner);
      }
      return block;
    }
    if (isSeq(node)) return node.items.map((item, index) => plain(item as Node | null, [...path, index]));
    if (isAlias(node)) fault(path, "aliases (*name) are not read here; write the value out, or use a group");
    if (!isScalar(node)) return null;
    written.set(key(path), node.source ?? String(node.value));
    if (typeof node.value === "string") return put(node.value, path);
    if (typeof node.value === "number" && Number.isInteger(node.value) && !Number.isSafeInteger(node.value))
      fault(path, "has too many digits for a number; put it in quotes");
    if (typeof node.value === "number" && !Number.isFinite(node.value))
      fault(path, "is no number that can be compared");
    return typeof node.value === "number" || typeof node.value === "boolean" ? node.value : null;
  };

  const value = plain(document.contents, []);
  if (value !== null && !isObject(value)) fault([], "must hold settings by name, as in `policies:`");
  return { ...empty, value: isObject(value) ? value : {} };
}

/** How the file writes the value of an environment variable. */
export function reference(variable: string): string {
  return `\${${variable}}`;
}

/** `policies[0].when["payload.tool_name"]` */
export function pathText(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    if (!/^[\w-]+$/.test(part)) return `${text}[${JSON.stringify(part)}]`;
    return text === "" ? part : `${text}.${part}`;
  }, "");
}

/** What is missing has no line of its own: it is told at what it is missing from. */
function lineOf(lines: ReadonlyMap<string, number>, path: Path): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const line = lines.get(key(path.slice(0, length)));
    if (line !== undefined) return line;
  }
  return 1;
}

function key(path: Path): string {
  return JSON.stringify(path);
}

/** The library's sentences may quote the file, and with it a secret that should not have been in it. */
function reasonOf({ code, message }: { code: string; message: string }): string {
  if (code === "MULTIPLE_DOCS") return "a second document begins here (---); keep all settings in one";
  if (code === "TAG_RESOLVE_FAILED") return "tags (!name) are not read here; take it out";
  if (code === "TAB_AS_INDENT") return "a tab cannot indent; use spaces";
  if (code === "UNEXPECTED_TOKEN" || code === "BAD_SCALAR_START")
    return "something here is not YAML; put values with special characters in quotes";
  return `not readable as YAML (${message.replace(/["*\\%].*$/s, "").trim()}); check the indentation and the quotes`;
}
