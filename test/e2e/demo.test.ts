import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder, withProgram } from "../program.ts";
import { SPAWNED } from "../spawned.ts";

const demo = join(import.meta.dirname, "../../examples/demo.ts");

function run(args: string[], cwd: string): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [demo, ...args], { cwd, env: { ...SPAWNED, HITL_PORT: "1" } }, (error, out, err) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err }),
    );
  });
}

const STORY = `
clarify: What level of detail should this skill cover?
  → answer by admin: intermediate

confirm: A skill on Python async
  → revise by admin: Aim at experts

confirm, round 2: A skill on Python async
  → proceed by admin

preview: Draft of the async skill
  → refine by admin: Add an example of error handling

preview, round 2: Draft of the async skill
  → proceed by admin

validate: The async skill, ready to publish
  → proceed by admin

The skill is published at technical_skills/python/async, as the team wanted it.
`;

test("the demo starts a bot of its own and tells how a skill comes to be published", async () => {
  const folder = makeFolder();
  const { code, out, err } = await run(["--auto"], folder);
  rmSync(folder, { recursive: true });
  expect(err).toBe("");
  expect(code).toBe(0);
  expect(out.replaceAll(/ {2}\(chk_[\w-]+\)/g, "")).toContain(STORY);
});

test("the demo asks at a running bot, and its checkpoints stay there to be looked at", async () => {
  await withProgram(async (program) => {
    const args = ["--url", program.url, "--token", program.token("agent"), "--admin-token", program.token("admin")];
    const { code, out } = await run(["--auto", ...args], program.folder);
    expect(code).toBe(0);
    expect(out).toContain(`at ${program.url}.`);
    const { items } = (await program.call("admin", "GET", "/v1/checkpoints?agent=skill-writer")).body;
    expect(items).toHaveLength(6);
  });
});
