#!/usr/bin/env node
/** The `hitl` command: the process around run.ts, with the terminal, the clock and the settings of this machine. */
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { review } from "../adapters/channels/terminal/index.ts";
import { renderList } from "../adapters/channels/terminal/list.ts";
import { literal } from "../adapters/channels/terminal/literal.ts";
import { actedSentence, endedSentence } from "../adapters/channels/terminal/outcome.ts";
import { render } from "../adapters/channels/terminal/render.ts";
import packageFile from "../package.json" with { type: "json" };
import { UsageError } from "./cli/exit.ts";
import { type Flags, run } from "./cli/run.ts";
import type { World } from "./cli/world.ts";
import { hitl } from "./client.ts";
import { environment, localToken, SettingsError } from "./config.ts";

/** A person does not wait long before asking why nothing happens. */
const PATIENCE = 2_000;

const { stdin, stdout, stderr } = process;
const colour = stdout.isTTY === true && stdout.hasColors();
const interrupt = new AbortController();
process.once("SIGINT", () => interrupt.abort());
// `hitl pending | head` is no fault.
stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

const io = {
  out: (text: string) => void stdout.write(`${text}\n`),
  err: (text: string) => void stderr.write(`${text}\n`),
};

function makeWorld(flags: Flags): World {
  const bot = () => hitl({ ...connection(flags), surface: "terminal", patience: PATIENCE });
  const piped = stdout.isTTY !== true;
  return {
    ...io,
    bot,
    address: () => connection(flags),
    stdin: () => text(stdin),
    file: readText,
    now: Date.now,
    node: process.version,
    signal: interrupt.signal,
    draw: {
      card: (card, plain) => render(card, { width: stdout.columns ?? 80, plain: plain || piped, colour }).join("\n"),
      list: (items) => renderList(items, Date.now()).join("\n"),
      acted: actedSentence,
      ended: endedSentence,
      text: (untrusted) => literal(untrusted).join("\n"),
    },
    review: (client, plain) =>
      review(client, { input: stdin, output: stdout, plain, colour, now: Date.now, signal: interrupt.signal }),
  };
}

/** A token of this machine goes to no address but this machine's: whoever names another one names a token, too. */
function connection({ url, token }: Flags): { url: string; token: string } {
  const overlay = {
    ...(url === undefined ? {} : { HITL_URL: url }),
    ...(token === undefined ? {} : { HITL_TOKEN: token }),
  };
  try {
    const found = localToken(environment(overlay));
    if (found !== undefined) return found;
  } catch (error) {
    if (error instanceof SettingsError) throw new UsageError(error.message);
    throw error;
  }
  throw new UsageError(
    "No token is known for this bot: pass --url and --token (or HITL_URL and HITL_TOKEN), or run it in the folder of the bot.",
  );
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

process.exitCode = await run(process.argv.slice(2), packageFile.version, makeWorld, io);
