/** A verb's part of the command line: what it takes, and what was given, or a sentence on what is wrong with it. */
import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { nearest } from "../config/fault.ts";
import { UsageError } from "./exit.ts";

export interface Option {
  type: "string" | "boolean";
  multiple?: boolean;
  /** What stands for the value in the help: `TEXT`. */
  value?: string;
  help: string;
}

/** Every verb takes these. */
export const COMMON: Record<string, Option> = {
  json: { type: "boolean", help: "the machine's shape on stdout, errors as problem JSON on stderr" },
  url: { type: "string", value: "URL", help: "the bot's address (HITL_URL; else the bot of this folder)" },
  token: { type: "string", value: "TOKEN", help: "your token (HITL_TOKEN; else the admin's of this folder)" },
};

/** `--url URL pending` as `pending --url URL`: what every verb takes may stand before it. */
export function verbFirst(argv: readonly string[]): string[] {
  let at = 0;
  for (let option = commonOf(argv[0]); option !== undefined; option = commonOf(argv[at]))
    at += option.type === "string" && !argv[at]?.includes("=") ? 2 : 1;
  const [verb, ...rest] = argv.slice(at);
  // What was given may be a token, and is not said again.
  if (at > 0 && verb === undefined) throw new UsageError("Say what to do: hitl VERB [options]. See: hitl help");
  return verb === undefined ? [] : [verb, ...argv.slice(0, at), ...rest];
}

function commonOf(word = ""): Option | undefined {
  const name = /^--([a-z]+)(?:=|$)/.exec(word)?.[1] ?? "";
  return Object.hasOwn(COMMON, name) ? COMMON[name] : undefined;
}

export interface Given {
  positionals: string[];
  flag(name: string): boolean;
  text(name: string): string | undefined;
  texts(name: string): string[];
}

export function readArgs(
  argv: readonly string[],
  options: Record<string, Option>,
  positionals: [min: number, max: number],
  usage: string,
): Given {
  const known = { ...options, ...COMMON };
  const config: ParseArgsOptionsConfig = Object.fromEntries(
    Object.entries(known).map(([name, { type, multiple = false }]) => [name, { type, multiple }]),
  );
  const parsed = parseArgs({ args: [...argv], options: config, strict: false, allowPositionals: true, tokens: true });
  for (const token of parsed.tokens) {
    if (token.kind !== "option") continue;
    checkOption(token.name, token.rawName, token.value, known, usage);
    // `--feedback $EMPTY --digest=…` would take the guard for the words.
    if (token.inlineValue === false && /^--?[a-z]/.test(token.value ?? ""))
      throw new UsageError(
        `${token.rawName} needs a value; one that begins with a dash is written ${token.rawName}=${token.value}.`,
      );
  }
  const [min, max] = positionals;
  if (parsed.positionals.length < min || parsed.positionals.length > max) throw new UsageError(`Usage: ${usage}`);
  const values = parsed.values as Record<string, string | boolean | string[] | undefined>;
  return {
    positionals: parsed.positionals,
    flag: (name) => values[name] === true,
    text: (name) => (typeof values[name] === "string" ? values[name] : undefined),
    texts: (name) => (Array.isArray(values[name]) ? values[name] : []),
  };
}

function checkOption(
  name: string,
  raw: string,
  value: string | undefined,
  known: Record<string, Option>,
  usage: string,
): void {
  const option = Object.hasOwn(known, name) ? known[name] : undefined;
  if (option === undefined) {
    const near = nearest(name, Object.keys(known));
    throw new UsageError(`${raw} is not an option here${near ? `; did you mean --${near}?` : `. Usage: ${usage}`}`);
  }
  if (option.type === "string" && value === undefined)
    throw new UsageError(`${raw} needs a value: ${raw} ${option.value ?? "VALUE"}`);
  if (option.type === "boolean" && value !== undefined) throw new UsageError(`${raw} takes no value.`);
}
