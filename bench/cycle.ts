/**
 * What a whole cycle costs: raise, act, the waiting call told. Printed beside a bare node:http server that parses and
 * echoes the same number of JSON requests, in the same run on the same machine: only the ratios mean something.
 *
 *   npm run bench [-- cycles]
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

const CYCLES = Number(process.argv[2] ?? 3_000);
const CONCURRENCIES = [1, 32, 256];
const TICKS_PER_SECOND = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

interface Target {
  name: string;
  child: ChildProcess;
  url: URL;
  cycle(): Promise<void>;
}

const folder = mkdtempSync(join(tmpdir(), "hitl-bench-"));
const agent = new Agent({ keepAlive: true, maxSockets: 1_024 });
const payload = {
  summary: "Publish the async skill",
  path: "a/b",
  key_assumptions: ["Users know basic Python"],
  confidence: 0.85,
};

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

async function bot(): Promise<Target> {
  const child = spawn(process.execPath, ["src/main.ts"], {
    env: { ...process.env, HITL_DATA: folder, HITL_PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await started(child);
  const read = (name: string) => readFileSync(join(folder, name), "utf8").trim();
  const [asks, decides] = [read("agent-token"), read("admin-token")];
  return {
    name: "hitl-bot on SQLite",
    child,
    url,
    async cycle() {
      const { id } = await call(url, "/v1/checkpoints", "POST", asks, { kind: "confirm", payload });
      const told = call(url, `/v1/checkpoints/${id}?wait=60`, "GET", asks);
      await call(url, `/v1/checkpoints/${id}/act`, "POST", decides, { action: "proceed" });
      if ((await told).status !== "resolved") throw new Error(`${id}: the waiter was told ${(await told).status}`);
    },
  };
}

const ECHO = `
  require("node:http").createServer((incoming, outgoing) => {
    const chunks = [];
    incoming.on("data", (chunk) => chunks.push(chunk));
    incoming.on("end", () => {
      const body = JSON.stringify({ id: "x", status: "resolved", ...JSON.parse(Buffer.concat(chunks).toString() || "{}") });
      outgoing.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) }).end(body);
    });
  }).listen(0, "127.0.0.1", function () { console.log("listens on http://127.0.0.1:" + this.address().port); });`;

async function echo(): Promise<Target> {
  const child = spawn(process.execPath, ["-e", ECHO], { stdio: ["ignore", "pipe", "inherit"] });
  const url = await started(child);
  return {
    name: "bare JSON echo",
    child,
    url,
    async cycle() {
      await call(url, "/raise", "POST", "x", { kind: "confirm", payload });
      await Promise.all([call(url, "/wait", "GET", "x"), call(url, "/act", "POST", "x", { action: "proceed" })]);
    },
  };
}

/** Seconds of processor time that the server has used. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

async function measure(target: Target, cycles: number, concurrency: number) {
  const times: number[] = [];
  let begun = 0;
  const cpu = cpuOf(Number(target.child.pid));
  const start = performance.now();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (begun < cycles) {
        begun += 1;
        const from = performance.now();
        await target.cycle();
        times.push(performance.now() - from);
      }
    }),
  );
  const seconds = (performance.now() - start) / 1_000;
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return {
    perSecond: cycles / seconds,
    p50: at(0.5),
    p99: at(0.99),
    cpu: ((cpuOf(Number(target.child.pid)) - cpu) / cycles) * 1_000,
  };
}

const targets = [await bot(), await echo()];
console.log(`${CYCLES} cycles of three requests each (raise, wait, act), one client process, one server process\n`);
console.log("concurrency  target               cycles/s   p50 ms   p99 ms   server CPU ms/cycle");
for (const target of targets) await measure(target, 500, 16);
for (const concurrency of CONCURRENCIES) {
  const figures = [];
  for (const target of targets) {
    const figure = await measure(target, concurrency === 1 ? Math.ceil(CYCLES / 5) : CYCLES, concurrency);
    figures.push(figure);
    const cells = [
      figure.perSecond.toFixed(0).padStart(8),
      figure.p50.toFixed(2).padStart(8),
      figure.p99.toFixed(2).padStart(8),
    ];
    console.log(
      `${String(concurrency).padStart(11)}  ${target.name.padEnd(20)} ${cells.join(" ")} ${figure.cpu.toFixed(3).padStart(12)}`,
    );
  }
  const [own, floor] = figures;
  if (own && floor)
    console.log(
      `${" ".repeat(13)}${((own.perSecond / floor.perSecond) * 100).toFixed(0)} % of the echo's cycles per second\n`,
    );
}
for (const target of targets) target.child.kill();
agent.destroy();
rmSync(folder, { recursive: true });
