/** docs/settings.md says what is true: its examples are loaded, its sentences are those that are told. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { VARIABLES } from "../../src/config/environment.ts";
import { localToken } from "../../src/config.ts";
import { room } from "./load.ts";

const here = room();
const page = readFileSync(join(import.meta.dirname, "../../docs/settings.md"), "utf8");

const examples = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, yaml = ""]) => yaml);
const mistakes = [...page.matchAll(/^```yaml wrong\n(.*?)^```\n.*?^```text\n(.*?)\n^```$/gms)].map(
  ([, yaml = "", sentence = ""]) => ({ yaml, sentence }),
);
const rows = [...page.matchAll(/^\| `(HITL_\w+)` \| `([^`]*)` \| (.*?) \| .* \|$/gm)].map(
  ([, name, example, fallback]) => ({
    name: String(name),
    example: String(example),
    fallback: String(fallback),
  }),
);

/** A value for every variable that an example refers to. */
function environmentOf(yaml: string): Record<string, string> {
  const names = [...yaml.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => String(name));
  return Object.fromEntries(names.map((name) => [name, `value-of-${name}-in-a-test`]));
}

describe("docs/settings.md", () => {
  test("holds the examples that are checked here", () => {
    expect([examples.length, mistakes.length]).toEqual([6, 2]);
  });

  test.each(examples)("shows a file that is taken:\n%s", (yaml) => {
    expect(here.mistake(yaml, environmentOf(yaml))).toBe("it started");
  });

  test("tells all mistakes of form at once, and then all of what the settings have to do with each other", () => {
    const policies = (timeout: string) => `policies:
  - { name: a, when: { kind: tool }, approvers: ["person:nobody"] }
  - { name: b, approvers: ["group:none"], timeout: ${timeout} }
`;
    expect(here.mistake(policies("soon")).split("\n")).toEqual([expect.stringContaining("policies[1].timeout")]);
    expect(here.mistake(policies("1h")).split("\n")).toEqual([
      expect.stringContaining("is nobody under `people`"),
      expect.stringContaining("is no group under `groups`"),
    ]);
  });

  test.each(mistakes)("tells a mistake as it is told (%#)", ({ yaml, sentence }) => {
    expect(here.mistake(yaml)).toBe(sentence);
  });

  test("lists every variable, each once, with an example that is taken", () => {
    expect(rows.map(({ name }) => name)).toEqual([...VARIABLES]);
    for (const { name, example } of rows) expect(here.mistake("", { [name]: example }), name).toBe("it started");
    const all = Object.fromEntries(rows.map(({ name, example }) => [name, example]));
    expect(here.mistake("", all)).toBe("it started");
    expect(localToken(all, here.folder)).toEqual({ url: "https://hitl.example.com", token: "hitl_token_0123456789" });
  });

  test("states the defaults", () => {
    const settings = here.load(undefined);
    const stated = Object.fromEntries(rows.map(({ name, fallback }) => [name, fallback]));
    expect(stated).toMatchObject({
      HITL_HOST: `\`${settings.host}\``,
      HITL_PORT: `\`${settings.port}\``,
      HITL_BASE_URL: `\`${settings.baseUrl}\``,
      HITL_DATA: `\`${settings.data.replace(`${here.folder}/`, "")}\``,
      HITL_STORE: `\`sqlite:${settings.store.type === "sqlite" && settings.store.path.replace(`${here.folder}/`, "")}\``,
      HITL_RETENTION: `\`${(settings.retention ?? 0) / 86_400_000}d\``,
      HITL_RAISES_PER_MINUTE: `\`${settings.raisesPerMinute}\``,
      HITL_SECRET: "generated",
      HITL_AGENT_TOKEN: "generated",
      HITL_ADMIN_TOKEN: "generated",
    });
    expect(new Set(Object.keys(settings.generated))).toEqual(new Set(["secret", "agentToken", "adminToken"]));
    expect([settings.approvers, settings.callbackAllow]).toEqual([[], []]);
  });

  test.each([
    ["tokens: [{}]\n", ["name", "role", "token"]],
    ["tokens: [{ x: 1 }]\n", ["name", "role", "token", "person", "agents"]],
    ["people: { a: { xxxxxxxx: 1 } }\n", ["name", "slack", "discord", "email", "zone", "hours"]],
    [
      "policies: [{ name: a, xxxxxxxx: 1 }]\n",
      [
        ...["name", "when", "route", "approvers", "quorum", "actions", "timeout", "on_timeout", "remind", "escalate"],
        ...["self_approval", "see_all", "comment", "max_rounds", "auto", "fallback"],
      ],
    ],
  ])("mentions every setting of %s", (yaml, settings) => {
    const told = here.mistake(yaml);
    for (const name of settings) {
      expect(told).toContain(name);
      expect(page).toMatch(new RegExp(`\`${name}\`|${name}: `));
    }
  });
});
