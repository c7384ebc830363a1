/** The `hitl` command for tests: in this process, or as the process that people start; and other servers to ask. */
import { execFile } from "node:child_process";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough, Readable } from "node:stream";
import { mailTrouble } from "../../adapters/channels/email/index.ts";
import { review } from "../../adapters/channels/terminal/index.ts";
import { renderList } from "../../adapters/channels/terminal/list.ts";
import { literal } from "../../adapters/channels/terminal/literal.ts";
import { actedSentence } from "../../adapters/channels/terminal/outcome.ts";
import { render } from "../../adapters/channels/terminal/render.ts";
import { renderComments } from "../../adapters/channels/terminal/talk.ts";
import { readSqlite } from "../../adapters/stores/sqlite/reader.ts";
import packageFile from "../../package.json" with { type: "json" };
import { worldOf } from "../../src/cli/here.ts";
import { run as command } from "../../src/cli/run.ts";
import type { StoreSetting } from "../../src/settings.ts";
import { CLI, type Sitting } from "../e2e/sitting.ts";
import { SPAWNED } from "../spawned.ts";

export interface Ran {
  code: number;
  out: string;
  err: string;
}

export interface Given {
  env?: Record<string, string>;
  stdin?: string;
}

/** The command in this process, its output not a terminal. As Alice, unless the environment says otherwise. */
export async function run(at: Sitting, args: string[], { env = at.env(), stdin = "" }: Given = {}): Promise<Ran> {
  const ran: Ran = { code: -1, out: "", err: "" };
  const stdout = new PassThrough({ encoding: "utf8" }).on("data", (text: string) => {
    ran.out += text;
  });
  const io = {
    out: (text: string) => void stdout.write(`${text}\n`),
    err: (text: string) => {
      ran.err += `${text}\n`;
    },
  };
  const here = {
    terminal: { render, renderComments, renderList, literal, actedSentence, review },
    ...{ env, cwd: at.program.folder, stdin: Readable.from([stdin]), stdout, columns: undefined, colour: false },
    ...{ signal: new AbortController().signal, ...io },
    progress: () => {},
    mailTrouble,
    openReader: async (store: StoreSetting) => readSqlite(store.type === "sqlite" ? store.path : ""),
  };
  ran.code = await command(args, packageFile.version, (flags) => worldOf(flags, here), io);
  return ran;
}

/** The command as the process that people start. */
export function start(args: string[], env: Record<string, string> = {}): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { env: { ...SPAWNED, ...env } };
    execFile(process.execPath, [CLI, ...args], options, (error, out, err) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err });
    });
  });
}

/** Some other server; answers its address and what ends it. */
export async function serve(listener: RequestListener): Promise<{ url: string; close(): void }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
