/** docs/webhooks.md says what is true: its receivers are run as they stand there, its table is the schedule. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { makeGuard } from "../../../../adapters/agents/webhook/guard.ts";
import { type Signed, signedHeaders } from "../../../../adapters/agents/webhook/sign.ts";
import type { Checkpoint } from "../../../../src/checkpoint.ts";
import { pauseOf } from "../../../../src/decide/called.ts";
import { webhookSecretText } from "../../../../src/keys.ts";
import { SECRET } from "./receiver.ts";
import { approved, webhooks } from "./webhooks.ts";

const page = readFileSync(join(import.meta.dirname, "../../../../docs/webhooks.md"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "hitl-webhooks-"));
const running: ChildProcess[] = [];

afterAll(() => {
  for (const each of running) each.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

function sample(language: string): string {
  const [, code] = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "ms").exec(page) ?? [];
  if (code === undefined) throw new Error(`there is no sample in ${language}`);
  return code;
}

/** The sample as a process; answers its address and what it has printed since it listens. */
async function started(command: string, file: string, code: string) {
  writeFileSync(join(folder, file), code);
  const env = { PATH: process.env.PATH, PORT: "0", WEBHOOK_SECRET: webhookSecretText(SECRET) };
  const child = spawn(command, [file], { cwd: folder, env, stdio: ["ignore", "pipe", "inherit"] });
  running.push(child);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  let port: string | undefined;
  while (port === undefined) {
    await once(child.stdout, "data");
    port = /listening on.*?(\d{4,5})/s.exec(output)?.[1];
  }
  const listening = output.length;
  const lines = () => output.slice(listening).split("\n").slice(0, -1);
  const printed = async (count: number) => {
    while (lines().length < count) await once(child.stdout, "data");
    return lines();
  };
  return { url: `http://127.0.0.1:${port}/`, printed };
}

async function receives(command: string, file: string, language: string): Promise<void> {
  const receiver = await started(command, file, sample(language));
  const hooks = webhooks({ allow: ["127.0.0.1"] });
  const told = (id: string, over: Partial<Checkpoint> = {}) => hooks.call(approved(receiver.url, { id, ...over }));

  expect(await told("chk_docs_0001")).toEqual({ type: "delivered" });
  expect(await told("chk_docs_0002", { status: "withdrawn", decision: null })).toEqual({ type: "delivered" });
  for (let repeat = 0; repeat < 1_000; repeat += 1) await told("chk_docs_0001");

  const body = Buffer.from(JSON.stringify({ type: "checkpoint.resolved", data: { id: "chk_docs_forged" } }));
  const post = (headers: Partial<Signed>) => fetch(receiver.url, { method: "POST", headers: { ...headers }, body });
  const genuine = signedHeaders("evt_chk_docs_0003", body, SECRET, Date.now());
  const forged = [
    {},
    signedHeaders("evt_chk_docs_0003", body, Buffer.alloc(32, 1), Date.now()),
    signedHeaders("evt_chk_docs_0003", body, SECRET, Date.now() - 301_000),
    signedHeaders("evt_chk_docs_0003", body, SECRET, Date.now() + 302_000),
    { ...genuine, "webhook-id": "evt_chk_docs_0004" },
    { ...genuine, "webhook-timestamp": "soon" },
    { ...genuine, "webhook-signature": "" },
    { ...genuine, "webhook-signature": "v1," },
    { ...genuine, "webhook-signature": `v2,${genuine["webhook-signature"].slice(3)}` },
  ];
  for (const headers of forged) expect((await post(headers)).status, JSON.stringify(headers)).toBe(401);

  // A second signature beside it, as while the secret is changed.
  const real = Buffer.from(
    JSON.stringify({ type: "checkpoint.withdrawn", data: { id: "chk_docs_0005", decision: null } }),
  );
  const signed = signedHeaders("evt_chk_docs_0005", real, SECRET, Date.now());
  const both = { ...signed, "webhook-signature": `v1,AAAA ${signed["webhook-signature"]}` };
  expect((await fetch(receiver.url, { method: "POST", headers: both, body: real })).status).toBe(204);

  expect(await receiver.printed(3)).toEqual([
    "chk_docs_0001: approved",
    "chk_docs_0002: not approved",
    "chk_docs_0005: not approved",
  ]);
}

describe("the sample receivers", () => {
  test("in TypeScript takes what is genuine once, of a thousand repeats none, and nothing forged", async () => {
    await receives(process.execPath, "receiver.ts", "ts");
  });

  const python = spawnSync("python3", ["-c", "pass"]).status === 0;
  test(python ? "in Python does the same" : "in Python is there (not run: this machine has no python3)", async () => {
    if (python) await receives("python3", "receiver.py", "python");
    else expect(sample("python")).toContain("def is_genuine(");
  });
});

describe("the page", () => {
  const UNITS = { s: 1_000, min: 60_000, h: 3_600_000 };
  const ms = (text: string) =>
    [...text.matchAll(/(\d+) (s|min|h)/g)].reduce(
      (sum, [, count, unit]) => sum + Number(count) * UNITS[unit as keyof typeof UNITS],
      0,
    );
  const rows = [...page.matchAll(/^\| (\d+) \| (.*?) \| (.*?) \|$/gm)].map(([, failure, pause, since]) => ({
    failure: Number(failure),
    pause: String(pause),
    since: String(since),
  }));

  test("states the schedule as it is", () => {
    expect(rows.map(({ failure }) => failure)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    let sum = 0;
    for (const { failure, pause, since } of rows.slice(0, 9)) {
      const actual = pauseOf({ url: "", endpoint: "", state: "waiting", attempts: failure });
      expect(ms(pause), `failure ${failure}`).toBe(actual);
      sum += ms(pause);
      // The five seconds of the first pause are not worth mentioning later.
      expect(Math.abs(sum - ms(since)), `since ${failure}`).toBeLessThanOrEqual(5_000);
    }
    expect(rows[9]).toMatchObject({ pause: "–", since: "a dead letter" });
  });

  test("names entries of HITL_CALLBACK_ALLOW that open what it says", () => {
    const entries = [...page.matchAll(/^\| (`[^|]+`) \| .*`http` too.* \|$/gm)].flatMap(([, cell = ""]) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, entry]) => String(entry)),
    );
    expect(entries).toHaveLength(7);
    for (const entry of entries) {
      const host = entry.includes("/") ? entry.replace(/\/\d+$/, "") : entry;
      const written = host.includes("::/") || host === "fd00::" ? `[${host}]` : host;
      expect(makeGuard([entry]).fault(`http://${written}/`), entry).toBeNull();
      expect(makeGuard([]).fault(`http://${written}/`), entry).not.toBeNull();
    }
  });
});
