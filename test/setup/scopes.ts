/**
 * Which permissions of manifest.yml nothing needs is known once all Slack suites have run: every fake Slack that stands
 * behind the program notes the scopes that were of use, and the last lines of the run name the others, which fails it.
 */
import { appendFileSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { readManifest } from "../peers/slack/manifest.ts";

/** Where the workers of this run note them, each in a file of its own. */
const FOLDER = "HITL_TEST_SCOPES";
const SUITES = "test/adapters/channels/slack/*.test.ts";

export function noteScope(scope: string, folder = process.env[FOLDER]): void {
  if (folder !== undefined) appendFileSync(join(folder, String(process.pid)), `${scope}\n`);
}

/** Of those granted, the ones that no worker has noted. */
export function needless(granted: readonly string[], folder: string): string[] {
  const used = new Set(readdirSync(folder).flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n")));
  return granted.filter((scope) => !used.has(scope));
}

export default function setup({ vitest }: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), "hitl-scopes-"));
  process.env[FOLDER] = folder;
  return () => {
    const left = needless(readManifest().scopes, folder);
    rmSync(folder, { recursive: true, force: true });
    const passed = vitest.state.getTestModules().filter((each) => each.state() === "passed");
    const ran = new Set(passed.map(({ moduleId }) => moduleId));
    const all = globSync(SUITES).every((file) => ran.has(join(vitest.config.root, file)));
    // Of a few suites, or a few tests of each, nothing can be said; and a failed run has more to say already.
    if (left.length === 0 || !all || vitest.config.testNamePattern !== undefined) return;
    throw new Error(`manifest.yml asks for what nothing in the Slack suites needs: ${left.join(", ")}`);
  };
}
