/** A cycle over HTTP: of the whole program in its own process, and of a bare server that only parses and echoes. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Target } from "./measure.ts";

/** What a bench asks for, of the kind and size that agents send. */
export const payload = {
  summary: "Publish the async skill",
  path: "a/b",
  key_assumptions: ["Users know basic Python"],
  confidence: 0.85,
};

const agent = new Agent({ keepAlive: true, maxSockets: 1_024 });

function call(
  url: URL,
  path: string,
  method: string,
  token: string,
  body?: unknown,
): Promise<{ id: string; status: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ id: string; status: string }>();
  const text = body === undefined ? "" : JSON.stringify(body);
  const headers = {
    authorization: `Bearer ${token}`,
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
  };
  const outgoing = request({ agent, host: url.hostname, port: url.port, path, method, headers }, (incoming) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const answer = Buffer.concat(chunks).toString();
      if (Number(incoming.statusCode) >= 300) reject(new Error(`${method} ${path}: ${incoming.statusCode} ${answer}`));
      else resolve(JSON.parse(answer));
    });
  });
  outgoing.on("error", reject);
  outgoing.end(text);
  return promise;
}

/** Lets the process end. */
export function hangUp(): void {
  agent.destroy();
}

async function started(child: ChildProcess): Promise<URL> {
  let output = "";
  for await (const chunk of child.stdout ?? []) {
    output += chunk;
    const url = /listens on (\S+)/.exec(output)?.[1];
    if (url !== undefined) {
      child.stdout?.resume();
      return new URL(url);
    }
  }
  throw new Error(`it did not start:\n${output}`);
}

export async function program(name: string, env: Record<string, string> = {}): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), "hitl-bench-"));
  const child = spawn(process.execPath, ["src/main.ts"], {
    env: { ...process.env, HITL_DATA: folder, HITL_PORT: "0", HITL_RAISES_PER_MINUTE: "unlimited", ...env },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const url = await started(child);
  const read = (file: string) => readFileSync(join(folder, file), "utf8").trim();
  const [asks, decides] = [read("agent-token"), read("admin-token")];
  return {
    name,
    pid: Number(child.pid),
    async cycle() {
      const { id } = await call(url, "/v1/checkpoints", "POST", asks, { kind: "confirm", payload });
      const told = call(url, `/v1/checkpoints/${id}?wait=60`, "GET", asks);
      await call(url, `/v1/checkpoints/${id}/act`, "POST", decides, { action: "proceed" });
      if ((await told).status !== "resolved") throw new Error(`${id}: the waiter was told ${(await told).status}`);
    },
    end() {
      child.kill();
      rmSync(folder, { recursive: true });
    },
  };
}

export async function echo(redis?: string): Promise<Target> {
  const script = join(import.meta.dirname, "echo.ts");
  const child = spawn(process.execPath, [script, ...(redis === undefined ? [] : [redis])], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await started(child);
  return {
    name: redis === undefined ? "bare JSON echo" : "echo, 2 round trips",
    pid: Number(child.pid),
    async cycle() {
      await call(url, "/raise", "POST", "x", { kind: "confirm", payload });
      await Promise.all([call(url, "/wait", "GET", "x"), call(url, "/act", "POST", "x", { action: "proceed" })]);
    },
    end() {
      child.kill();
    },
  };
}
