#!/usr/bin/env node
/** The `hitl` command: the process around src/cli/, and the terminal's adapter for it. */
import { mailTrouble } from "../adapters/channels/email/index.ts";
import { review } from "../adapters/channels/terminal/index.ts";
import { renderList } from "../adapters/channels/terminal/list.ts";
import { literal } from "../adapters/channels/terminal/literal.ts";
import { actedSentence } from "../adapters/channels/terminal/outcome.ts";
import { render } from "../adapters/channels/terminal/render.ts";
import { renderComments } from "../adapters/channels/terminal/talk.ts";
import { openRedis } from "../adapters/stores/redis/index.ts";
import { readSqlite } from "../adapters/stores/sqlite/reader.ts";
import packageFile from "../package.json" with { type: "json" };
import { UsageError } from "./cli/exit.ts";
import { worldOf } from "./cli/here.ts";
import { run } from "./cli/run.ts";
import { environment } from "./config.ts";
import type { StoreSetting } from "./settings.ts";
import type { Reader } from "./verify.ts";

const { stdin, stdout, stderr } = process;
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
const here = {
  terminal: { render, renderComments, renderList, literal, actedSentence, review },
  env: environment({}),
  cwd: process.cwd(),
  stdin,
  stdout,
  columns: stdout.isTTY ? stdout.columns : undefined,
  // Node looks at NO_COLOR, FORCE_COLOR and TERM for this.
  colour: stdout.isTTY && stdout.hasColors(),
  progress: (text: string) => void (stderr.isTTY && stderr.write(`\r\x1b[K${text}`)),
  openReader,
  mailTrouble,
  signal: interrupt.signal,
  ...io,
};
process.exitCode = await run(process.argv.slice(2), packageFile.version, (flags) => worldOf(flags, here), io);

async function openReader(store: StoreSetting): Promise<Reader> {
  if (store.type === "sqlite") return readSqlite(store.path);
  if (store.type === "memory")
    throw new UsageError("The record of HITL_STORE=memory: ends with the bot; name another store.");
  const { store: redis, shelf, close } = await openRedis(store.url);
  return { log: () => redis.log({ after: 0 }), kept: shelf.get, close };
}
