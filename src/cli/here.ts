/** The world of a verb, from the process that it runs in: which bot, whose token, what kind of terminal. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { hitl } from "../client.ts";
import type { Env } from "../config/environment.ts";
import {
  type LocalRules,
  localDiscord,
  localEmail,
  localRules,
  localSlack,
  localToken,
  localWebhookSecret,
  SettingsError,
} from "../config.ts";
import type { StoreSetting } from "../settings.ts";
import type { Reader } from "../verify.ts";
import type { MailTrouble } from "./doctor-email.ts";
import { UsageError } from "./exit.ts";
import { openRecord } from "./record.ts";
import type { Flags } from "./run.ts";
import { toFile, toStdout } from "./sink.ts";
import type { Terminal, World } from "./world.ts";

export interface Here {
  terminal: Terminal;
  env: Env;
  cwd: string;
  stdin: Readable;
  stdout: Writable;
  /** Columns of the terminal that stdout is; undefined: it is none. */
  columns: number | undefined;
  colour: boolean;
  out(text: string): void;
  /** Over the last line of stderr, where that is a terminal. */
  progress(text: string): void;
  /** Reads a store beside the bot that writes it. */
  openReader(store: StoreSetting): Promise<Reader>;
  /** Asks the mail server whether it lets us in. */
  mailTrouble: MailTrouble;
  signal: AbortSignal;
}

/** A person does not wait long before asking why nothing happens. */
const PATIENCE = 2_000;
const PIPE_WIDTH = 80;

export function worldOf(flags: Flags, here: Here): World {
  const { terminal, stdin, stdout, columns = PIPE_WIDTH, colour, signal } = here;
  const piped = here.columns === undefined;
  // It can neither move a cursor nor draw a frame.
  const dumb = here.env.TERM === "dumb";
  const address = () => connection(flags, here);
  return {
    out: here.out,
    bot: () => hitl({ ...address(), surface: "terminal", patience: PATIENCE }),
    address,
    slack: () => settled(() => localSlack(here.env)),
    discord: () => settled(() => localDiscord(here.env)),
    rules: () => rulesOf(here),
    email: () => settled(() => localEmail(here.env)),
    mailTrouble: here.mailTrouble,
    webhookSecret: () => webhookSecret(here),
    record: (heads) => atHome(() => openRecord(here, heads)),
    progress: here.progress,
    sink: async (path) => (path === undefined ? toStdout(stdout, !piped) : toFile(resolve(here.cwd, path), path)),
    stdin: () => text(stdin),
    file: (path) => readText(resolve(here.cwd, path), path),
    now: Date.now,
    node: process.version,
    signal,
    draw: {
      card(card, timeline, plain) {
        const look = { width: columns, plain: plain || piped || dumb, colour };
        return [...terminal.render(card, look), ...terminal.renderComments(timeline, look)].join("\n");
      },
      list: (items, states) => terminal.renderList(items, Date.now(), states).join("\n"),
      acted: terminal.actedSentence,
      text: (untrusted) => terminal.literal(untrusted).join("\n"),
    },
    review: (bot, plain) =>
      terminal.review(bot, { input: stdin, output: stdout, plain, colour, now: Date.now, signal }),
  };
}

/** A token of this machine goes to no address but this machine's: whoever names another one names a token, too. */
function connection({ url, token }: Flags, { env, cwd }: Here): { url: string; token: string } {
  const named = url === undefined ? {} : { HITL_URL: url };
  const given = token === undefined ? {} : { HITL_TOKEN: token };
  const found = settled(() => localToken({ ...env, ...named, ...given }, cwd));
  if (found !== undefined) return found;
  throw new UsageError(
    "No token is known for this bot: pass --url and --token (or HITL_URL and HITL_TOKEN), or run it in the folder of the bot.",
  );
}

/** Never asked over the network: who can read the bot's own secret may have this one, too. */
function webhookSecret({ env, cwd }: Here): string {
  const found = settled(() => localWebhookSecret(env, cwd));
  if (found !== undefined) return found;
  throw new UsageError(
    "There is no secret here: run it in the folder of the bot, or with its HITL_DATA, HITL_SECRET or HITL_WEBHOOK_SECRET.",
  );
}

function rulesOf({ env, cwd }: Here): LocalRules | SettingsError {
  try {
    return localRules(env, cwd);
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
}

async function atHome<T>(open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    return settled(() => {
      throw error;
    });
  }
}

/** A wrong setting is a wrong command line. */
function settled<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof SettingsError) throw new UsageError(error.message);
    throw error;
  }
}

async function readText(path: string, given: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new UsageError(`${given} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
