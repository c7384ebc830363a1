/** The whole program as its own process, with its own folder and a free port: to be called, stopped and killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CheckpointView } from "../src/answers.ts";
import { SPAWNED } from "./spawned.ts";

export type Role = "agent" | "admin";
export interface Answer {
  status: number;
  /** Seconds; 0: it names none. */
  retryAfter: number;
  body: CheckpointView & {
    code?: string;
    detail?: string;
    result?: string;
    checkpoint?: CheckpointView;
    items?: never[];
  };
}

export interface Program {
  url: string;
  folder: string;
  child: ChildProcess;
  /** What it has printed so far. */
  output(): string;
  token(role: Role): string;
  call(role: Role, method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Ends it at once, or asks it to end; answers its exit code. */
  end(signal: "SIGKILL" | "SIGTERM"): Promise<number | null>;
}

const root = join(import.meta.dirname, "..");

/** No test but those of the limit itself waits for it. */
const FAST = { HITL_RAISES_PER_MINUTE: "unlimited" };

export function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), "hitl-bot-"));
}

/** Starts it and answers once it listens. A folder that is given again holds what was there before. */
export async function startProgram(folder: string, env: Record<string, string> = {}): Promise<Program> {
  const child = spawn(process.execPath, ["src/main.ts"], {
    cwd: root,
    env: { ...SPAWNED, HITL_DATA: folder, HITL_PORT: "0", ...FAST, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const hear = (chunk: Buffer) => {
    output += chunk;
    const url = /hitl-bot listens on (\S+)/.exec(output)?.[1];
    if (url !== undefined) resolve(url);
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  child.once("exit", (code) => reject(new Error(`it ended with ${code}:\n${output}`)));
  const url = await promise;
  const token = (role: Role) => readFileSync(join(folder, `${role}-token`), "utf8").trim();
  return {
    url,
    folder,
    child,
    output: () => output,
    token,
    async call(role, method, path, body, headers = {}) {
      const response = await fetch(url + path, {
        method,
        headers: { authorization: `Bearer ${token(role)}`, "content-type": "application/json", ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const retryAfter = Number(response.headers.get("retry-after"));
      return { status: response.status, retryAfter, body: (await response.json()) as Answer["body"] };
    },
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const exited = once(child, "exit");
      child.kill(signal);
      const [code] = await exited;
      return code;
    },
  };
}

/** Runs with a fresh program and leaves nothing behind. */
export async function withProgram(
  work: (program: Program) => Promise<void>,
  env?: Record<string, string>,
): Promise<void> {
  const folder = makeFolder();
  const program = await startProgram(folder, env);
  try {
    await work(program);
  } finally {
    await program.end("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}
