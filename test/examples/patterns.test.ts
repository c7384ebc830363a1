/** The patterns as their users would run them: a bot with the settings beside each, and people who decide. */
import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import type { Act, CheckpointView } from "../../src/client.ts";
import { hitl } from "../../src/client.ts";
import { loadSettings } from "../../src/config.ts";
import { makeLog } from "../../src/log.ts";
import { start } from "../../src/main.ts";
import { SPAWNED } from "../spawned.ts";

const root = join(import.meta.dirname, "../..");
const ADMIN = "admin-token-of-the-patterns-tests";
const AGENT = "agent-token-of-the-patterns-tests";
const PEOPLE = ["bob", "carol", "dora", "mara", "ben", "lena", "lars", "carla"];
const closing: (() => Promise<void>)[] = [];
afterEach(async () => void (await Promise.all(closing.splice(0).map((close) => close()))));

interface Pattern {
  /** What it prints, once it has ended. */
  runs(...args: string[]): Promise<string[]>;
  /** The next one that waits, which is not among those. */
  asked(...known: CheckpointView[]): Promise<CheckpointView>;
  /** Answers `resolved`, `recorded`, or why not. */
  decides(person: string, checkpoint: CheckpointView, act: Act): Promise<string>;
}

async function open(pattern: string, settings = `patterns/${pattern}`): Promise<Pattern> {
  const folder = mkdtempSync(join(tmpdir(), "hitl-patterns-"));
  copyFileSync(join(root, "examples", `${settings}.yml`), join(folder, "hitl.config.yml"));
  const env = {
    HITL_PORT: "0",
    HITL_DATA: folder,
    HITL_STORE: "memory:",
    HITL_AGENT_TOKEN: AGENT,
    HITL_ADMIN_TOKEN: ADMIN,
  };
  const { Writable } = await import("node:stream");
  const silent = new Writable({ write: (_, __, done) => done() });
  const running = await start(loadSettings(env, folder), makeLog("info", [], silent));
  closing.push(async () => {
    await running.stop();
    rmSync(folder, { recursive: true });
  });
  const admin = hitl({ url: running.url, token: ADMIN });
  return {
    async runs(...args) {
      const given = { ...SPAWNED, HITL_URL: running.url, HITL_TOKEN: AGENT };
      const { stdout } = await promisify(execFile)(process.execPath, [`examples/patterns/${pattern}.ts`, ...args], {
        cwd: root,
        env: given,
      });
      return stdout.trim().split("\n");
    },
    async asked(...known) {
      for (;;) {
        const { items } = await admin.list({ status: "pending" });
        const fresh = items.find(({ id }) => !known.some((each) => each.id === id));
        if (fresh !== undefined) return fresh;
        await pause(20);
      }
    },
    async decides(person, { id }, act) {
      if (!PEOPLE.includes(person)) throw new Error(`nobody is called ${person}`);
      // In the inbox, where everybody of the settings may come in.
      const { url } = await admin.link(person);
      const origin = running.url;
      const send = (path: string, fields: Record<string, string>, cookie = "") =>
        fetch(new URL(path, origin), {
          ...{ method: "POST", redirect: "manual", body: new URLSearchParams(fields) },
          headers: { origin, cookie },
        });
      const cookie = (await send(url, {})).headers.get("set-cookie")?.split(";")[0] ?? "";
      const page = await (
        await fetch(`${origin}/checkpoints/${id}?action=${act.action}`, { headers: { cookie } })
      ).text();
      const hidden = [...page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)];
      const fields = Object.fromEntries(hidden.map(([, name = "", value = ""]) => [name, value]));
      const words = act.feedback ?? act.reason;
      const done = await send(
        `/checkpoints/${id}/act`,
        {
          ...fields,
          action: act.action,
          ...(words === undefined ? {} : { "f.feedback": words, "f.reason": words, note: words }),
        },
        cookie,
      );
      return done.status === 303 ? "done" : `${done.status}`;
    },
  };
}

describe("the patterns", () => {
  it("quality gate: sends only what two editors approved", async () => {
    const { runs, asked, decides } = await open("quality-gate");
    const printed = runs();
    const draft = await asked();
    expect(await decides("bob", draft, { action: "proceed" })).toBe("done");
    expect(await decides("carol", draft, { action: "proceed" })).toBe("done");
    expect(await printed).toEqual(["Sent: Introducing our platform"]);
  });

  it("iterative refinement: takes wishes for two rounds, and in the third it is taken or dropped", async () => {
    const { runs, asked, decides } = await open("iterative-refinement");
    const printed = runs();
    const first = await asked();
    await decides("bob", first, { action: "refine", feedback: "Error handling" });
    const second = await asked(first);
    await decides("bob", second, { action: "refine", feedback: "Fewer buzzwords" });
    const third = await asked(first, second);
    expect(third.actions.map(({ action }) => action)).toEqual(["proceed", "cancel"]);
    await decides("bob", third, { action: "proceed" });
    expect(await printed).toEqual([
      "Round 1: Error handling",
      "Round 2: Fewer buzzwords",
      "Published in round 3, with 2 wishes.",
    ]);
  });

  it("critical decision: a large change of a price takes two, and a no takes a reason", async () => {
    const { runs, asked, decides } = await open("critical-decision");
    const printed = runs();
    const change = await asked();
    expect([change.policy.name, change.quorum]).toEqual(["pricing", { needed: 2, given: 0 }]);
    await decides("bob", change, { action: "proceed" });
    await decides("dora", change, { action: "reject", reason: "Not before the audit" });
    expect(await printed).toEqual(["Analysed the market.", "Prices stay: Not before the audit"]);
  });

  it.each([
    ["12000", "low", "carla", "cfo"],
    ["500", "high", "lena", "legal"],
    ["500", "low", "mara", "manager"],
  ])("approval routing: a budget of %s at %s risk is %s's to approve", async (budget, risk, person, policy) => {
    const { runs, asked, decides } = await open("approval-routing", "policies/route-approval");
    const printed = runs(budget, risk);
    const plan = await asked();
    expect(plan.policy.name).toBe(policy);
    for (const other of ["carla", "lena", "mara"].filter((each) => each !== person))
      expect(await decides(other, plan, { action: "proceed" })).not.toBe("done");
    await decides(person, plan, { action: "proceed" });
    expect(await printed).toEqual([`approved by ${person}`]);
  });

  it("time-out and fallback: silence turns down what is not urgent, and takes what is to the next one", async () => {
    const { runs, asked, decides } = await open("timeout-and-fallback");
    const [weekly, urgent] = [runs("normal"), runs("high")];
    expect(await weekly).toEqual(["Nobody decided in time; the summary waits for next week."]);
    const high = await asked();
    expect(high.policy.name).toBe("urgent");
    await expect.poll(() => decides("mara", high, { action: "proceed" }), { timeout: 10_000 }).toBe("done");
    expect(await urgent).toEqual(["Posted."]);
  }, 20_000);
});
