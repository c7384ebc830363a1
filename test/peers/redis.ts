/** A real Redis of the tests' own: on a free port, in a folder of its own, to be stopped, killed and frozen. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

export interface RedisPeer {
  /** Of the database of that number; each is empty until it is used. */
  url(database?: number): string;
  port: number;
  /** A database that nobody has asked for before. */
  fresh(): string;
  kill(): Promise<void>;
  /** Ends it as an operator would. */
  stop(): Promise<void>;
  freeze(): void;
  resume(): void;
  /** With all that it wrote to its log before, and with other arguments where some are given. */
  start(...args: string[]): Promise<void>;
  /** Ends it and removes what it kept. */
  end(): Promise<void>;
}

/** As the documentation asks for it. */
const DURABLE = ["--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction", "--save", ""];
const DATABASES = 4_096;

export async function startRedis(...args: string[]): Promise<RedisPeer> {
  const folder = mkdtempSync(join(tmpdir(), "hitl-redis-"));
  const port = await freePort();
  let child: ChildProcess | undefined;
  let used = 0;

  async function start(...more: string[]): Promise<void> {
    const where = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--databases", String(DATABASES)];
    // Its output goes nowhere: a pipe that it inherited would keep whoever runs the tests waiting for its end.
    child = spawn("redis-server", [...where, ...DURABLE, ...args, ...more], { stdio: "ignore" });
    await answers(port, child);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const running = child;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const exited = once(running, "exit");
    // A frozen process hears nothing but this.
    running.kill("SIGCONT");
    running.kill(signal);
    await exited;
  }

  // However the tests end, it does not outlive them.
  const orphaned = () => child?.kill("SIGKILL");
  process.once("exit", orphaned);
  await start();
  const url = (database = 0) => `redis://127.0.0.1:${port}/${database}`;
  return {
    url,
    port,
    fresh() {
      used += 1;
      if (used === DATABASES) throw new Error("this Redis has no further database");
      return url(used);
    },
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
    freeze: () => void child?.kill("SIGSTOP"),
    resume: () => void child?.kill("SIGCONT"),
    start,
    async end() {
      await end("SIGKILL");
      process.off("exit", orphaned);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("a listener on a port has an address");
  return address.port;
}

/**
 * Until it answers, if only that it is loading: there is no event to wait for, and a busy disk may hold it up after it
 * has begun to accept connections.
 */
async function answers(port: number, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`redis-server ended with ${child.exitCode ?? child.signalCode}`);
    const socket = connect(port, "127.0.0.1");
    socket.write("PING\r\n");
    const heard = await once(socket, "data", { signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
    socket.destroy();
    if (heard !== undefined) return;
    await pause(10);
  }
}
