/**
 * A real pseudo-terminal, by `script` of util-linux, driven like a person would: wait for what stands there, then type.
 * The output is compared without colours and cursor movements.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { SPAWNED } from "../spawned.ts";

export interface Pty {
  /** Resolves once `what` has appeared after everything that was waited for before; else fails with what stands there. */
  sees(what: string, within?: number): Promise<void>;
  type(keys: string): void;
  /** The exit code. */
  ended(within?: number): Promise<number>;
  /** All that was written so far. */
  text(): string;
  raw(): string;
  kill(): void;
}

export const KEY = {
  enter: "\r",
  down: "\x1b[B",
  up: "\x1b[A",
  ctrlC: "\x03",
  ctrlD: "\x04",
  ctrlU: "\x15",
  tab: "\t",
} as const;

export interface PtyOptions {
  cols?: number;
  env?: Record<string, string>;
  cwd?: string;
}

export function openPty(command: string, { cols = 80, env = {}, cwd }: PtyOptions = {}): Pty {
  const child: ChildProcess = spawn("script", ["-qfec", `stty cols ${cols} rows 40; ${command}`, "/dev/null"], {
    // The surrounding test runner's own terminal settings must not leak in.
    env: { ...SPAWNED, HOME: process.env.HOME, TERM: "xterm-256color", LANG: "C.UTF-8", ...env },
    stdio: ["pipe", "pipe", "inherit"],
    ...(cwd === undefined ? {} : { cwd }),
  });
  let output = "";
  let read = 0;
  const waiting = new Set<() => void>();
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
    for (const check of waiting) check();
  });
  const exit = new Promise<number>((resolve) => child.once("close", (code) => resolve(code ?? -1)));
  const text = () => stripVTControlCharacters(output).replaceAll("\r", "");

  return {
    sees(what, within = 10_000) {
      return new Promise((resolve, reject) => {
        const done = (settle: () => void) => {
          clearTimeout(timer);
          waiting.delete(check);
          settle();
        };
        const check = () => {
          const at = text().indexOf(what, read);
          if (at < 0) return;
          read = at + what.length;
          done(resolve);
        };
        const fail = (why: string) =>
          done(() => reject(new Error(`${why} before "${what}" appeared; so far:\n${text()}`)));
        const timer = setTimeout(() => fail(`${within} ms passed`), within);
        waiting.add(check);
        void exit.then(() => {
          check();
          if (waiting.has(check)) fail("the command ended");
        });
        check();
      });
    },
    type: (keys) => void child.stdin?.write(keys),
    ended(within = 10_000) {
      const late = new Promise<never>((_, reject) => {
        setTimeout(() => reject(new Error(`still running after ${within} ms; so far:\n${text()}`)), within).unref();
      });
      return Promise.race([exit, late]);
    },
    text,
    raw: () => output,
    kill: () => void child.kill("SIGKILL"),
  };
}
