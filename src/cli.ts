#!/usr/bin/env node
/** The `hitl` command: the process around src/cli/, and the terminal's adapter for it. */
import { review } from "../adapters/channels/terminal/index.ts";
import { renderList } from "../adapters/channels/terminal/list.ts";
import { literal } from "../adapters/channels/terminal/literal.ts";
import { actedSentence } from "../adapters/channels/terminal/outcome.ts";
import { render } from "../adapters/channels/terminal/render.ts";
import packageFile from "../package.json" with { type: "json" };
import { worldOf } from "./cli/here.ts";
import { run } from "./cli/run.ts";
import { environment } from "./config.ts";

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
  terminal: { render, renderList, literal, actedSentence, review },
  env: environment({}),
  cwd: process.cwd(),
  stdin,
  stdout,
  columns: stdout.isTTY ? stdout.columns : undefined,
  // Node looks at NO_COLOR, FORCE_COLOR and TERM for this.
  colour: stdout.isTTY && stdout.hasColors(),
  signal: interrupt.signal,
  ...io,
};
process.exitCode = await run(process.argv.slice(2), packageFile.version, (flags) => worldOf(flags, here), io);
