/** A verb of `hitl` that needs no bot, run in this process in a folder of its own. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach } from "vitest";
import { literal } from "../../adapters/channels/terminal/literal.ts";
import { worldOf } from "../../src/cli/here.ts";
import { run } from "../../src/cli/run.ts";
import type { Terminal } from "../../src/cli/world.ts";
import type { Ran } from "./command.ts";

/** Of the terminal nothing but its literal text is needed for it. */
const unused = () => {
  throw new Error("this takes a bot, or a terminal");
};
const terminal: Terminal = {
  literal,
  render: unused,
  renderComments: unused,
  renderList: unused,
  actedSentence: unused,
  review: unused,
};

export interface Local {
  folder: string;
  write(name: string, text: string): void;
  hitl(args: string[], stdin?: string, env?: Record<string, string>): Promise<Ran>;
}

export function local(): Local {
  const here: Local = {
    folder: "",
    write: (name, text) => writeFileSync(join(here.folder, name), text),
    async hitl(args, stdin = "", env = {}) {
      const ran: Ran = { code: -1, out: "", err: "" };
      const io = {
        out: (text: string) => {
          ran.out += `${text}\n`;
        },
        err: (text: string) => {
          ran.err += `${text}\n`;
        },
      };
      const process = {
        ...{ terminal, env, cwd: here.folder, stdin: Readable.from([stdin]), stdout: globalThis.process.stdout },
        ...{ columns: undefined, colour: false, signal: new AbortController().signal, progress: () => {} },
        ...{ openReader: unused, mailTrouble: unused, ...io },
      };
      ran.code = await run(args, "0", (flags) => worldOf(flags, process), io);
      return ran;
    },
  };
  beforeEach(() => {
    here.folder = mkdtempSync(join(tmpdir(), "hitl-local-"));
  });
  afterEach(() => rmSync(here.folder, { recursive: true }));
  return here;
}
