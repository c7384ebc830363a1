/** The whole program on Redis: as several replicas, and while Redis is killed, frozen and started again. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { freePort, type RedisPeer, startRedis } from "../peers/redis.ts";
import { type Answer, makeFolder, type Program, startProgram } from "../program.ts";
import { SPAWNED } from "../spawned.ts";

const SECRET = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I";
const confirm = { kind: "confirm", payload: { summary: "Publish" } };
/** Ms that any call may take that waits for nobody. */
const CALL_MS = 3_000;

let redis: RedisPeer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.end());

async function replica(url: string): Promise<Program> {
  const folder = makeFolder();
  const program = await startProgram(folder, { HITL_STORE: url, HITL_SECRET: SECRET });
  onTestFinished(async () => {
    await program.end("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });
  return program;
}

const path = (id: string, rest = "") => `/v1/checkpoints/${id}${rest}`;

async function becomesReady(program: Program): Promise<number> {
  const began = performance.now();
  while ((await fetch(`${program.url}/readyz`)).status !== 200) {
    if (performance.now() - began > 10_000) throw new Error("it is not ready again");
    await pause(25);
  }
  return performance.now() - began;
}

test("what one replica is asked is decided at another, and the first tells its agent at once", async () => {
  const url = redis.fresh();
  const [here, there] = [await replica(url), await replica(url)];
  const raised = await here.call("agent", "POST", "/v1/checkpoints", { ...confirm, id: "chk_two_replicas" });
  expect(raised.status).toBe(201);
  const waiting = here.call("agent", "GET", path("chk_two_replicas", "?wait=30"));
  const seen = await there.call("admin", "GET", path("chk_two_replicas"));
  expect(seen.body.status).toBe("pending");
  const began = performance.now();
  const acted = await there.call("admin", "POST", path("chk_two_replicas", "/act"), { action: "proceed" });
  expect(acted).toMatchObject({ status: 200, body: { result: "resolved" } });
  expect((await waiting).body).toMatchObject({ status: "resolved", decision: { outcome: "approved" } });
  const took = performance.now() - began;
  console.log(`decided at one replica, told at the other after ${took.toFixed(0)} ms`);
  expect(took).toBeLessThan(1_000);
  const again = await here.call("admin", "POST", path("chk_two_replicas", "/act"), { action: "cancel" });
  expect(again).toMatchObject({ status: 409, body: { code: "already_resolved" } });
});

test("a deadline passes at whatever replica is left", async () => {
  const url = redis.fresh();
  const [here, there] = [await replica(url), await replica(url)];
  await here.call("agent", "POST", "/v1/checkpoints", { ...confirm, id: "chk_left_alone", timeout: 1.5 });
  await here.end("SIGKILL");
  const told = await there.call("agent", "GET", path("chk_left_alone", "?wait=20"));
  expect(told.body).toMatchObject({ status: "expired", decision: { by: { kind: "policy" } } });
  const late = Date.parse(told.body.ended_at ?? "") - Date.parse(told.body.due_at ?? "");
  console.log(`its replica killed, a checkpoint expired ${late} ms late`);
  expect(late).toBeLessThan(2_000);
});

interface Load {
  raised: string[];
  decided: string[];
  refused: number;
  longest: number;
  odd: Answer[];
}

/** Raises and decides without pause until it is told to stop, and remembers what it was told. */
function load(program: Program, name: string, signal: AbortSignal): Promise<Load> {
  const seen: Load = { raised: [], decided: [], refused: 0, longest: 0, odd: [] };
  async function call(role: "agent" | "admin", at: string, body: unknown, good: number): Promise<boolean> {
    const began = performance.now();
    const answer = await program.call(role, "POST", at, body);
    seen.longest = Math.max(seen.longest, performance.now() - began);
    if (answer.status === good) return true;
    if (answer.status === 503) {
      seen.refused += 1;
      await pause(50);
    } else seen.odd.push(answer);
    return false;
  }
  const lane = async (number: number) => {
    for (let count = 0; !signal.aborted; count += 1) {
      const id = `chk_${name}_${number}_${count}`;
      if (!(await call("agent", "/v1/checkpoints", { ...confirm, id }, 201))) continue;
      seen.raised.push(id);
      if (await call("admin", path(id, "/act"), { action: "proceed" }, 200)) seen.decided.push(id);
    }
  };
  return Promise.all([0, 1, 2, 3].map(lane)).then(() => seen);
}

const troubles: [string, () => Promise<void>][] = [
  [
    "killed and started again",
    async () => {
      await redis.kill();
      await pause(1_500);
      await redis.start();
    },
  ],
  [
    "frozen for some seconds",
    async () => {
      redis.freeze();
      await pause(3_000);
      redis.resume();
    },
  ],
];

test.each(troubles)(
  "while Redis is %s every call is answered in time, none with a false success",
  async (_, trouble) => {
    const program = await replica(redis.fresh());
    const control = new AbortController();
    const loaded = load(program, "load", control.signal);
    const patient = await program.call("agent", "POST", "/v1/checkpoints", { ...confirm, id: "chk_patient_one" });
    expect(patient.status).toBe(201);
    const waiting = program.call("agent", "GET", path("chk_patient_one", "?wait=60"));
    await pause(500);
    const away = trouble();
    await pause(1_000);
    expect(await fetch(`${program.url}/healthz`).then(({ status }) => status)).toBe(200);
    const ready = await fetch(`${program.url}/readyz`);
    expect(ready.status).toBe(503);
    await away;
    const back = await becomesReady(program);
    await pause(500);
    control.abort();
    const { raised, decided, refused, longest, odd } = await loaded;
    console.log(
      `${raised.length} raised, ${decided.length} decided, ${refused} told to try again; longest ${longest.toFixed(0)} ms; ` +
        `ready ${back.toFixed(0)} ms after Redis was back`,
    );
    expect(odd).toEqual([]);
    expect(refused).toBeGreaterThan(0);
    expect(longest).toBeLessThan(CALL_MS);
    expect(back).toBeLessThan(5_000);
    for (const id of raised.slice(-50)) {
      const { status, body } = await program.call("agent", "GET", path(id));
      expect([id, status]).toEqual([id, 200]);
      if (decided.includes(id)) expect([id, body.status]).toEqual([id, "resolved"]);
    }
    // Whoever waited all the while is told as soon as somebody decides.
    await program.call("admin", "POST", path("chk_patient_one", "/act"), { action: "proceed" });
    expect((await waiting).body.status).toBe("resolved");
  },
);

test.each([
  [
    "nobody listens there",
    async () => `redis://127.0.0.1:${await freePort()}`,
    /cannot be reached \(connect ECONNREFUSED/,
  ],
  ["it may not be a store", async () => `${redis.url(1)}?durability=some`, /unknown part "durability=some"/],
])("refuses to start, and ends, when %s", async (_, store, words) => {
  const folder = makeFolder();
  const child = spawn(process.execPath, ["src/main.ts"], {
    cwd: join(import.meta.dirname, "../.."),
    env: { ...SPAWNED, HITL_DATA: folder, HITL_PORT: "0", HITL_STORE: await store(), HITL_SECRET: SECRET },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let output = "";
  child.stderr.on("data", (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, "close");
  expect(code).toBe(1);
  expect(output).toMatch(words);
  rmSync(folder, { recursive: true, force: true });
});
