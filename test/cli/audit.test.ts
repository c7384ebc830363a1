/** `hitl audit`, over a real program and its real files; and the commands and answers of docs/audit.md. */
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { beforeAll, describe, expect, test } from "vitest";
import { auditAnswer } from "../../src/answers.ts";
import { deriveKeys } from "../../src/keys.ts";
import { readHead } from "../../src/seal.ts";
import { openPty } from "../e2e/pty.ts";
import { CLI, sit } from "../e2e/sitting.ts";
import { run, serve, start } from "./command.ts";

const at = sit();
const page = readFileSync(join(import.meta.dirname, "../../docs/audit.md"), "utf8");
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(([, text]) => String(text));

const folder = () => at.program.folder;
const local = () => ({ HITL_DATA: folder() });
const admin = () => ({ HITL_URL: at.program.url, HITL_TOKEN: at.program.token("admin") });
const verify = (args: string[] = [], env: Record<string, string> = local()) =>
  run(at, ["audit", "verify", ...args], { env });
const exported = (args: string[], env: Record<string, string> = admin()) =>
  run(at, ["audit", "export", ...args], { env });
const path = (name: string) => join(folder(), name);

function sealed(): number {
  if (!existsSync(path("audit.head"))) return 0;
  const secret = Buffer.from(readFileSync(path("secret"), "utf8").trim(), "base64url");
  return readHead(readFileSync(path("audit.head"), "utf8"), deriveKeys(secret).audit)?.seq ?? -1;
}

beforeAll(async () => {
  for (const number of [1, 2, 3]) {
    const raised = await at.raise("confirm", { title: `Number ${number}` });
    await at.agent.comment(raised.id, "=SUM(A1)\x1b]0;pwned\x07\u202e");
    await at.bob.act(raised.id, { action: "proceed" });
  }
});

describe("while the bot runs", () => {
  test("nothing is wrong, for people and for machines", async () => {
    await expect.poll(sealed, { timeout: 10_000 }).toBe(9);
    const [said, json] = await Promise.all([verify(), verify(["--json"])]);
    expect(said).toMatchObject({ code: 0, err: "" });
    expect(said.out).toMatch(/^✓ Nothing is wrong with the record: 9 entries, sealed up to 9\. Checked at \S+Z\.\n$/);
    expect(JSON.parse(json.out)).toEqual({
      ...{ ok: true, entries: 9, last: 9, sealed: 9, erased: 0, found: 0, findings: [], notes: [] },
    });
  });

  test("what was done a moment ago is not sealed yet, and then it is", async () => {
    const raised = await at.raise("confirm");
    await at.agent.withdraw(raised.id, "Enough");
    await expect
      .poll(() => verify().then(({ code, out }) => [code, out.includes("sealed up to 11.")]), { timeout: 10_000 })
      .toEqual([0, true]);
  });

  test("the record is exported, whole or for a stretch of time, to stdout or into a file", async () => {
    const all = await exported([]);
    const lines = all.out
      .trim()
      .split("\n")
      .map((line) => auditAnswer.parse(JSON.parse(line)));
    expect(all).toMatchObject({ code: 0, err: "" });
    expect(lines.map(({ seq }) => seq).slice(0, 9)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(lines[2]).toMatchObject({ by: { person: "bob", id: "bob-cli" }, address: "127.0.0.1" });

    const written = await exported(["--out", "all.jsonl"]);
    expect(written.out).toMatch(/^Wrote all\.jsonl \(\d+\.\d kB\)\.\n$/);
    expect(readFileSync(path("all.jsonl"), "utf8")).toBe(all.out);
    expect(statSync(path("all.jsonl")).mode & 0o777).toBe(0o600);
    expect(existsSync(path("all.jsonl.part"))).toBe(false);
    const bytes = Buffer.byteLength(all.out);
    const json = await exported(["--out", "all.jsonl", "--json"]);
    expect(JSON.parse(json.out)).toEqual({ file: "all.jsonl", format: "jsonl", bytes });

    const third = lines[2]?.at ?? "";
    const some = await exported(["--from", third, "--to", lines[3]?.at ?? ""]);
    expect(some.out).toBe(
      all.out
        .split("\n")
        .filter((line) => line.includes(`"at":"${third}"`))
        .map((line) => `${line}\n`)
        .join(""),
    );
    expect(await exported(["--from", "2000-01-01", "--to", "2001-01-01"])).toMatchObject({ code: 0, out: "" });
    const csv = await exported(["--format", "csv"]);
    expect(csv.out.split("\r\n")[0]).toContain('"seq","at","host","checkpoint"');
    expect(csv.out).toContain(`"'=SUM(A1)`);
  });

  test("at a terminal nothing that was written moves the cursor, and it is told how far an export is", async () => {
    for (const format of ["jsonl", "csv"]) {
      const shown = openPty(`${process.execPath} ${CLI} audit export --format ${format}`, { env: admin() });
      expect(await shown.ended()).toBe(0);
      expect(shown.raw()).toContain("pwned");
      expect(shown.raw().replaceAll("\r\n", "").replaceAll("\r\x1b[K", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
    const written = openPty(`${process.execPath} ${CLI} audit export --out pty.csv --format csv`, {
      env: admin(),
      cwd: folder(),
    });
    await written.sees("Exported ");
    await written.sees("Wrote pty.csv (");
    expect(await written.ended()).toBe(0);
  });

  test("is exported to its admin only", async () => {
    expect(await exported([], at.env())).toMatchObject({
      code: 4,
      err: "The record of everybody's acts is the admin's to read.\n",
    });
  });

  test("an export that breaks off ends with 3 and leaves no file", async () => {
    const cut = await serve((request, response) => {
      response.writeHead(200, { "content-type": "application/jsonl" }).write('{"seq":1}\n');
      setTimeout(() => request.socket.destroy(), 20);
    });
    const env = { HITL_URL: cut.url, HITL_TOKEN: "a-token-of-an-admin" };
    expect(await exported(["--out", "cut.jsonl"], env)).toEqual({
      ...{ code: 3, out: "" },
      err: "The export broke off; cut.jsonl was not written. Try it again.\n",
    });
    expect(existsSync(path("cut.jsonl"))).toBe(false);
    expect(existsSync(path("cut.jsonl.part"))).toBe(false);
    cut.close();
    expect(await exported([], env)).toMatchObject({ code: 3, err: expect.stringMatching(/^No bot answers at http/) });
    const other = await serve((_, response) => response.end("<h1>It works!</h1>"));
    expect(await exported([], { ...env, HITL_URL: other.url })).toMatchObject({
      code: 3,
      err: `${other.url} answered with status 200 and no record; is it a hitl-bot of this version?\n`,
    });
    other.close();
  });
});

test.each([
  [
    ["audit"],
    "Usage: hitl audit verify [--head FILE ...] | audit export [--as PROTOCOL] [--format jsonl|csv] [--from TIME] [--to TIME] [--out FILE]",
  ],
  [
    ["audit", "verfy"],
    "Usage: hitl audit verify [--head FILE ...] | audit export [--as PROTOCOL] [--format jsonl|csv] [--from TIME] [--to TIME] [--out FILE]",
  ],
  [
    ["audit", "verify", "--url", "http://127.0.0.1:1"],
    "--url goes with export only: verify asks no bot, it reads the store itself.",
  ],
  [["audit", "verify", "--from", "2026-11-20"], "--from goes with export only."],
  [["audit", "export", "--head", "x"], "--head goes with verify only."],
  [["audit", "export", "--format", "xml"], '--format is jsonl or csv, not "xml".'],
  [
    ["audit", "export", "--from", "monday"],
    '--from is a day like 2026-11-20 or a time like 2026-11-20T10:00:00Z, not "monday".',
  ],
  [["audit", "export", "--out", "no/such/folder/x"], "no/such/folder/x cannot be written: ENOENT"],
  [["audit", "verify", "--head", "nowhere.head"], "nowhere.head cannot be read: ENOENT"],
])("%j is told what is wrong", async (args, sentence) => {
  const { code, err } = await run(at, args, { env: { ...admin(), ...local() } });
  expect([code, err.startsWith(sentence) ? sentence : err]).toEqual([2, sentence]);
});

test("without a secret or a store it says what is missing", async () => {
  const empty = path("empty");
  mkdirSync(empty, { mode: 0o700 });
  expect(await verify([], { HITL_DATA: empty })).toMatchObject({
    code: 2,
    err: `There is no secret in ${empty}: run this in the folder of the bot, or set HITL_DATA, and HITL_SECRET if the bot has it set.\n`,
  });
  copyFileSync(path("secret"), join(empty, "secret"));
  const { code, err } = await verify([], { HITL_DATA: empty });
  expect([code, err]).toEqual([
    3,
    expect.stringMatching(/^The store .*hitl\.db cannot be read \(.*\)\. Check HITL_STORE and HITL_DATA\.\n$/),
  ]);
  expect(existsSync(join(empty, "hitl.db"))).toBe(false);
  writeFileSync(join(empty, "hitl.db"), "");
  expect(await verify([], { HITL_DATA: empty })).toMatchObject({
    code: 3,
    err: expect.stringContaining("no such table"),
  });
  expect(await start(["audit", "verify"], { HITL_DATA: empty, HITL_STORE: "memory:" })).toMatchObject({
    code: 2,
    err: "The record of HITL_STORE=memory: ends with the bot; name another store.\n",
  });
});

describe("docs/audit.md", () => {
  const bin = () => path("bin");
  /** As somebody types it, in the folder above HITL_DATA. */
  function type(script: string, data = folder()): string {
    const home = path("home");
    rmSync(home, { recursive: true, force: true });
    mkdirSync(join(home, "anchors"), { recursive: true });
    symlinkSync(data, join(home, ".hitl"));
    const env = { PATH: `${bin()}:${process.env.PATH}`, ...admin() };
    return execFileSync("bash", ["-ec", script], { cwd: home, encoding: "utf8", env, stdio: "pipe" });
  }
  const timeless = (text: string) => text.replace(/(at|of) \d{4}-\S+Z/g, "$1 TIME");

  beforeAll(() => {
    mkdirSync(bin(), { recursive: true });
    writeFileSync(join(bin(), "hitl"), `#!/bin/sh\nexec ${process.execPath} ${CLI} "$@"\n`, { mode: 0o755 });
  });

  test("its commands do what it says", () => {
    const [check = "", restored = "", copy = "", held = "", copies = ""] = blocks("sh");
    expect(type(check)).toContain("✓ Nothing is wrong with the record: ");
    expect(type(`${copy}${held}`)).toContain("✓ Nothing is wrong with the record: ");
    expect(type(`${copies}wc -l < audit.jsonl; head -c 5 november.csv`)).toMatch(
      /Wrote audit.jsonl .*\n.*november.csv .*\n\s*11\n"seq"$/s,
    );
    expect(restored).toBe("mv .hitl/audit.head .hitl/audit.head.before-restore\n");
  });

  test("names every word that a finding can have", () => {
    const source = readFileSync(join(import.meta.dirname, "../../src/verify/findings.ts"), "utf8");
    const words = [...source.slice(0, source.indexOf("export interface Finding")).matchAll(/\| "(\w+)"/g)].map(
      ([, word]) => word,
    );
    expect(words).toHaveLength(11);
    for (const word of words) expect(page).toMatch(new RegExp(`^\\| .*\`${word}\`.* \\|`, "m"));
  });

  describe("of a bot that was stopped", () => {
    beforeAll(async () => {
      await at.program.end("SIGTERM");
      for (const copy of ["whole", "cut", "edited"]) {
        mkdirSync(path(copy), { mode: 0o700 });
        for (const name of ["secret", "hitl.db", "audit.head"]) copyFileSync(path(name), join(path(copy), name));
      }
      await at.start();
    });

    function shell(copy: string, sql: string): void {
      const db = new DatabaseSync(join(path(copy), "hitl.db"));
      db.exec(sql);
      db.close();
    }

    test("the record is read as well", async () => {
      expect(await verify([], { HITL_DATA: path("whole") })).toMatchObject({
        code: 0,
        out: expect.stringContaining("11 entries, sealed up to 11."),
      });
    });

    test("what was cut off is told, with what to compare it with", async () => {
      shell("cut", "DELETE FROM log WHERE seq > 9");
      const { code, out } = await verify([], { HITL_DATA: path("cut") });
      expect([code, timeless(out)]).toEqual([
        1,
        `✗ truncated: The log ends with entry 9, but the store's head and audit.head of TIME reach to entry 11: its end was cut off.
✗ 1 thing is wrong with the record: 9 entries, sealed up to 0. Checked at TIME.
`,
      ]);
    });

    test("an edited entry is told in the words of the page", async () => {
      shell("edited", "UPDATE log SET entry = json_set(entry, '$.data.outcome', 'rejected') WHERE seq = 3");
      const { code, out } = await verify([], { HITL_DATA: path("edited") });
      const [edited = "", verdict = ""] = (blocks("text")[1] ?? "").split("\n");
      expect([code, timeless(out)]).toEqual([
        1,
        timeless(`${edited}\n${verdict.replace("9 entries, sealed up to 9", "11 entries, sealed up to 11")}\n`),
      ]);
    });
  });
});
