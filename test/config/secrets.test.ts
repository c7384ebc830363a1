/** What the first start makes for itself, and what every later one makes of it. */
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { loadSettings, localToken } from "../../src/config.ts";
import { LONG, OTHER, room, SECRET } from "./load.ts";

const here = room();
const mode = (...path: string[]) => (statSync(join(here.folder, ...path)).mode & 0o777).toString(8);
const kept = (name: string) => readFileSync(join(here.folder, ".hitl", name), "utf8").trim();

describe("the first start", () => {
  test("makes a secret and two tokens that only their owner may read", () => {
    const settings = here.load(undefined);
    expect(readdirSync(join(here.folder, ".hitl")).sort()).toEqual(["admin-token", "agent-token", "secret"]);
    expect(mode(".hitl")).toBe("700");
    expect([mode(".hitl/secret"), mode(".hitl/agent-token"), mode(".hitl/admin-token")]).toEqual(["600", "600", "600"]);
    expect(kept("secret")).toMatch(/^[\w-]{43}$/);
    expect(kept("agent-token")).toMatch(/^hitl_agent_[\w-]{43}$/);
    expect(kept("admin-token")).toMatch(/^hitl_admin_[\w-]{43}$/);
    expect(settings.secret).toEqual(Buffer.from(kept("secret"), "base64url"));
    expect(settings.tokens).toEqual([
      { name: "agent", role: "agent", token: kept("agent-token"), agents: "any" },
      { name: "admin", role: "admin", token: kept("admin-token") },
    ]);
    expect(settings.generated).toEqual({
      secret: true,
      agentToken: kept("agent-token"),
      adminToken: kept("admin-token"),
    });
  });

  test("makes only what is not set", () => {
    const settings = here.load(undefined, { HITL_AGENT_TOKEN: LONG, HITL_SECRET: SECRET });
    expect(readdirSync(join(here.folder, ".hitl"))).toEqual(["admin-token"]);
    expect(settings.generated).toEqual({ adminToken: kept("admin-token") });
  });

  test("makes nothing where everything is set", () => {
    const env = { HITL_AGENT_TOKEN: LONG, HITL_ADMIN_TOKEN: OTHER, HITL_SECRET: SECRET };
    expect(here.load(undefined, env).generated).toEqual({});
    expect(readdirSync(here.folder)).toEqual([]);
  });

  test("says which folder it cannot make", () => {
    writeFileSync(join(here.folder, "file"), "");
    const data = join(here.folder, "file/data");
    expect(here.mistake(undefined, { HITL_DATA: data })).toBe(
      `HITL_DATA: ${data}/secret cannot be read (ENOTDIR); run hitl-bot as the user who owns it, or name another folder.`,
    );
  });

  test("ends with the same values in all of several processes that start at once", async () => {
    const script = `
      const { loadSettings } = await import(${JSON.stringify(new URL("../../src/config.ts", import.meta.url).href)});
      process.stdout.write("ready");
      await new Promise((go) => process.stdin.once("data", go));
      const { secret, tokens, generated } = loadSettings({}, ${JSON.stringify(here.folder)});
      process.stdout.write(JSON.stringify({ secret: secret.toString("hex"), tokens, generated: Object.keys(generated) }));
      process.stdin.destroy();
    `;
    const starts = Array.from({ length: 4 }, () => {
      const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
        stdio: ["pipe", "pipe", "inherit"],
      });
      const ready = new Promise((resolve) => child.stdout.once("readable", resolve));
      return { child, ready, said: text(child.stdout) };
    });
    await Promise.all(starts.map(({ ready }) => ready));
    for (const { child } of starts) child.stdin.write("go");
    const said = await Promise.all(starts.map(async (start) => JSON.parse((await start.said).slice("ready".length))));
    const [first] = said;
    expect(said.map(({ secret }) => secret)).toEqual(Array(4).fill(first.secret));
    expect(said.map(({ tokens }) => tokens)).toEqual(Array(4).fill(first.tokens));
    // Each thing was made by exactly one of them.
    expect(said.flatMap(({ generated }) => generated).sort()).toEqual(["adminToken", "agentToken", "secret"]);
    expect(readdirSync(join(here.folder, ".hitl")).sort()).toEqual(["admin-token", "agent-token", "secret"]);
  });
});

describe("every later start", () => {
  test("reads again what the first one made", () => {
    const first = here.load(undefined);
    const second = here.load(undefined);
    expect(second.secret).toEqual(first.secret);
    expect(second.tokens).toEqual(first.tokens);
    expect(second.generated).toEqual({});
  });

  test("does not bring tokens that were made for loopback to a host that others reach", () => {
    here.load(undefined);
    const env = { HITL_HOST: "0.0.0.0", HITL_AGENT_TOKEN: LONG, HITL_ADMIN_TOKEN: OTHER };
    expect(here.load(undefined, env).tokens.map(({ token }) => token)).toEqual([LONG, OTHER]);
  });

  test.each(["secret", "agent-token", "admin-token"])("refuses %s when others may read it", (name) => {
    here.load(undefined);
    const path = join(here.folder, ".hitl", name);
    chmodSync(path, 0o640);
    expect(here.mistake(undefined)).toBe(
      `HITL_DATA: ${path} may be read by others; run \`chmod 600 ${path}\`, or delete it if somebody may have read it.`,
    );
    chmodSync(path, 0o600);
    expect(here.mistake(undefined)).toBe("it started");
  });

  test.each([0o777, 0o770, 0o702])("refuses a folder that others may write (%o)", (bits) => {
    const data = join(here.folder, "data");
    mkdirSync(data);
    chmodSync(data, bits);
    const sentence = `HITL_DATA: ${data} may be written by others; run \`chmod 700 ${data}\`, or name a folder inside it.`;
    expect(here.mistake(undefined, { HITL_DATA: "data" })).toBe(sentence);
    expect(readdirSync(data)).toEqual([]);
    expect(here.mistake(undefined, { HITL_DATA: "data/own" })).toBe("it started");
  });

  test.each([
    ["secret", ""],
    ["secret", "c2hvcnQ"],
    ["agent-token", "short"],
  ])("refuses a %s file that holds only %j", (name, rest) => {
    here.load(undefined);
    const path = join(here.folder, ".hitl", name);
    writeFileSync(path, rest);
    expect(here.mistake(undefined)).toBe(`HITL_DATA: ${path} is damaged; restore it, or delete it to get a new one.`);
  });
});

describe("the hitl command on the same machine", () => {
  test("finds the server and its admin token without being told", () => {
    const { generated } = here.load(undefined);
    expect(localToken({}, here.folder)).toEqual({ url: "http://127.0.0.1:8787", token: generated.adminToken });
    const env = { HITL_HOST: "::1", HITL_PORT: "9000", HITL_DATA: join(here.folder, ".hitl") };
    expect(localToken(env, "/")).toEqual({ url: "http://[::1]:9000", token: generated.adminToken });
    expect(localToken({ HITL_BASE_URL: "https://hitl.example.com/" }, here.folder)).toEqual({
      url: "https://hitl.example.com",
      token: generated.adminToken,
    });
  });

  test("takes the admin token of the environment before the file's", () => {
    here.load(undefined);
    expect(localToken({ HITL_ADMIN_TOKEN: LONG }, here.folder)?.token).toBe(LONG);
  });

  test("takes what it is told before everything else", () => {
    here.load(undefined);
    const env = { HITL_URL: "https://there.example.com/", HITL_TOKEN: OTHER, HITL_ADMIN_TOKEN: LONG, HITL_PORT: "0" };
    expect(localToken(env, here.folder)).toEqual({ url: "https://there.example.com", token: OTHER });
    expect(localToken({ HITL_TOKEN: OTHER }, here.folder)).toEqual({ url: "http://127.0.0.1:8787", token: OTHER });
  });

  test("never sends this machine's token to a server that was named", () => {
    here.load(undefined);
    const env = { HITL_URL: "https://there.example.com", HITL_ADMIN_TOKEN: LONG };
    expect(localToken(env, here.folder)).toBeUndefined();
  });

  test("finds nothing where no server ever started, and makes nothing", () => {
    expect(localToken({}, here.folder)).toBeUndefined();
    expect(readdirSync(here.folder)).toEqual([]);
  });

  test("does not guess the port of a server that took any free one", () => {
    here.load(undefined);
    expect(localToken({ HITL_PORT: "0" }, here.folder)).toBeUndefined();
  });

  test("refuses a token file that others may read", () => {
    here.load(undefined);
    const path = join(here.folder, ".hitl/admin-token");
    chmodSync(path, 0o604);
    expect(() => localToken({}, here.folder)).toThrow(`run \`chmod 600 ${path}\``);
  });

  test("tells a wrong address instead of going elsewhere", () => {
    expect(() => localToken({ HITL_URL: "there" }, here.folder)).toThrow(
      "HITL_URL must be an address like https://hitl.example.com, without user, password, query or fragment.",
    );
  });
});

test("reads the process's own environment and folder when nothing is said", () => {
  const before = process.env.HITL_PORT;
  process.env.HITL_PORT = "no";
  try {
    expect(() => loadSettings()).toThrow('HITL_PORT must be a port from 0 (any free one) to 65535, not "no".');
  } finally {
    if (before === undefined) delete process.env.HITL_PORT;
    else process.env.HITL_PORT = before;
  }
});
