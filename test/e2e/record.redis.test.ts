/** The record of a bot on Redis, by the command that an operator types; and a replica with another secret. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "@keyv/redis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PREFIX } from "../../adapters/stores/redis/keys.ts";
import { type RedisPeer, startRedis } from "../peers/redis.ts";
import { makeFolder, type Program, startProgram } from "../program.ts";
import { SPAWNED } from "../spawned.ts";

const SECRET = Buffer.alloc(32, 5).toString("base64url");
const root = join(import.meta.dirname, "../..");

let redis: RedisPeer;
let url: string;
let program: Program;
beforeAll(async () => {
  redis = await startRedis();
  url = redis.fresh();
  program = await startProgram(makeFolder(), { HITL_STORE: url, HITL_SECRET: SECRET });
});
afterAll(async () => {
  await program.end("SIGKILL");
  rmSync(program.folder, { recursive: true, force: true });
  await redis.end();
});

async function run(script: string, args: string[], env: Record<string, string>) {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: root,
    env: { ...SPAWNED, HITL_DATA: program.folder, HITL_STORE: url, HITL_SECRET: SECRET, ...env },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      output += chunk;
    });
  const [code] = await once(child, "close");
  return { code, output };
}

test("hitl audit verify and export read it, and find what somebody has changed in Redis", async () => {
  for (const id of ["chk_record_1", "chk_record_2"]) {
    await program.call("agent", "POST", "/v1/checkpoints", { id, kind: "confirm", payload: { summary: id } });
    await program.call("admin", "POST", `/v1/checkpoints/${id}/act`, { action: "proceed" });
  }
  const token = { HITL_TOKEN: program.token("admin"), HITL_URL: program.url };
  const { output: exported } = await run("src/cli.ts", ["audit", "export"], token);
  const lines = exported.trim().split("\n");
  expect(lines.map((line) => JSON.parse(line).type)).toEqual([
    "checkpoint.raised",
    "checkpoint.resolved",
    "checkpoint.raised",
    "checkpoint.resolved",
  ]);
  expect(JSON.parse(lines[1] ?? "")).toMatchObject({
    by: { kind: "person", person: "admin", surface: "api" },
    address: "127.0.0.1",
    digest: expect.stringMatching(/^sha256:/),
    at: expect.any(String),
    host: expect.any(String),
  });
  expect(await program.end("SIGTERM")).toBe(0);

  const sound = await run("src/cli.ts", ["audit", "verify"], {});
  expect([sound.code, sound.output]).toEqual([0, expect.stringContaining("4 entries, sealed up to 4.")]);

  const client = createClient({ url });
  await client.connect();
  const entry = String(await client.lIndex(`${PREFIX}log:0`, 1));
  await client.lSet(`${PREFIX}log:0`, 1, entry.replace('"person":"admin"', '"person":"alice"'));
  client.destroy();
  const hurt = await run("src/cli.ts", ["audit", "verify"], {});
  expect([hurt.code, hurt.output]).toEqual([
    1,
    expect.stringContaining("Entry 2 was changed: it does not fit its own code."),
  ]);
});

test("a replica with another secret does not start, and says why", async () => {
  const { code, output } = await run("src/main.ts", [], {
    HITL_PORT: "0",
    HITL_SECRET: Buffer.alloc(32, 6).toString("base64url"),
  });
  expect(code).toBe(1);
  expect(output).toContain("HITL_SECRET is not the one that this store was made with");
});
