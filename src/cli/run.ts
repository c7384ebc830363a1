/** From the command line to an exit code: nothing is thrown, and no error is silent. */
import { HitlError } from "../client/call.ts";
import { visible } from "../text.ts";
import { readArgs, verbFirst } from "./args.ts";
import { EXIT, exitOf, problemOf, UsageError } from "./exit.ts";
import { document } from "./verb.ts";
import { help, verbOf } from "./verbs.ts";
import type { World } from "./world.ts";

/** What the command line says about the connection, before anything is made of it. */
export interface Flags {
  url: string | undefined;
  token: string | undefined;
}

export async function run(
  argv: readonly string[],
  version: string,
  makeWorld: (flags: Flags) => World,
  io: Io,
): Promise<number> {
  const json = argv.includes("--json");
  try {
    const [word, ...rest] = verbFirst(argv);
    if (word === "--version" || word === "-v") return say(io, version);
    if (word === undefined || word === "help" || word === "--help" || word === "-h")
      return say(io, help(rest.find((each) => !each.startsWith("-"))));
    const verb = verbOf(word);
    if (rest.includes("--help") || rest.includes("-h")) return say(io, help(word));
    const given = readArgs(rest, verb.options, verb.words, `hitl ${verb.usage}`);
    return await verb.run(given, makeWorld({ url: given.text("url"), token: given.text("token") }));
  } catch (error) {
    return failed(error, json, io);
  }
}

export interface Io {
  out(text: string): void;
  err(text: string): void;
}

function say(io: Io, text: string): number {
  io.out(text);
  return EXIT.done;
}

function failed(error: unknown, json: boolean, io: Io): number {
  if (error instanceof UsageError || error instanceof HitlError) {
    io.err(json ? document(problemOf(error)) : sentence(error));
    return error instanceof UsageError ? EXIT.usage : exitOf(error);
  }
  if (error instanceof Error && error.name === "AbortError") {
    io.err("Interrupted.");
    return EXIT.interrupted;
  }
  throw error;
}

/** It may repeat what an agent or another person wrote. */
function sentence(error: UsageError | HitlError): string {
  if (error instanceof UsageError) return visible(error.message);
  const details = error.errors.map(({ pointer, message }) => `\n  ${pointer}: ${message}`).join("");
  return visible(error.detail + details);
}
