/** `policy`: which policy takes a request and what it makes of it, and what the policies say that nobody may mean. */
import { SettingsError } from "../config.ts";
import { makeDirectory } from "../policy/directory.ts";
import { lint } from "../policy/lint.ts";
import type { Given } from "./args.ts";
import { EXIT, UsageError } from "./exit.ts";
import { type Foreseen, foresee, foretold } from "./foresee.ts";
import { tell, type Verb } from "./verb.ts";
import type { World } from "./world.ts";

export const policy: Verb = {
  name: "policy",
  usage: "policy test FILE [--agent NAME] [--expect POLICY] | policy lint",
  summary: "who would decide a request, and why; what is odd about the policies",
  options: {
    agent: { type: "string", value: "NAME", help: "who raises it, where the request does not say (agent)" },
    expect: { type: "string", value: "POLICY", help: "end with 1 when another policy takes it" },
  },
  words: [1, 2],
  more: `It reads the settings of this folder (HITL_CONFIG names others), as the bot would; the bot need not run.
FILE holds what an agent would send, as JSON or YAML; - is stdin. Test ends with 1 when the request would be refused,
lint when the bot would not start.`,
  async run(given, world) {
    const [what, file] = given.positionals;
    if (what === "lint" && file === undefined) return linted(given, world);
    if (what === "test" && file !== undefined) return tested(given, world, file);
    throw new UsageError("Say what to do: hitl policy test FILE, or hitl policy lint");
  },
};

async function tested(given: Given, world: World, file: string): Promise<number> {
  const rules = world.rules();
  if (rules instanceof SettingsError) throw new UsageError(rules.message);
  const text = file === "-" ? await world.stdin() : await world.file(file);
  const foreseen = foresee(text, given.text("agent"), rules);
  const expected = given.text("expect");
  const missed = expected !== undefined && foreseen.policy !== expected;
  tell(given, world, foreseen, world.draw.text(foretold(foreseen) + missedText(foreseen, expected)));
  return missed || foreseen.refused !== null ? EXIT.refused : EXIT.done;
}

function missedText({ policy }: Foreseen, expected: string | undefined): string {
  return expected === undefined || policy === expected ? "" : `\n\nExpected: ${expected}`;
}

function linted(given: Given, world: World): number {
  const rules = world.rules();
  if (rules instanceof SettingsError) {
    const faults = [...rules.faults];
    tell(given, world, { faults, findings: [] }, world.draw.text(faults.map((fault) => `✗ ${fault}`).join("\n")));
    return EXIT.refused;
  }
  const { policies, approvers, chats, redact } = rules;
  const scene = { policies, approvers, channels: chats.channels, directory: makeDirectory(rules) };
  const findings = lint(redact === undefined ? scene : { ...scene, redact });
  const lines = findings.map(({ policy, text }) => `! ${policy}: ${text}.`);
  const none = `✓ ${policies.length} ${policies.length === 1 ? "policy" : "policies"}, nothing odd`;
  tell(given, world, { faults: [], findings }, world.draw.text(lines.length === 0 ? none : lines.join("\n")));
  return EXIT.done;
}
