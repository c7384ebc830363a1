/** The settings and samples in the pages about the agents' doors are taken as they stand there. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { approvalRequest } from "../adapters/agents/crewai/schema.ts";
import { phaseRequest } from "../adapters/agents/pipeline/schema.ts";
import { room } from "./config/load.ts";

const here = room();
const page = (name: string) => readFileSync(join(import.meta.dirname, `../docs/${name}.md`), "utf8");
const blocks = (name: string, language: string) =>
  [...page(name).matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms"))].map(([, text = ""]) => text);

const SETTINGS = { SLACK_BOT_TOKEN: "xoxb-1-1-abc", SLACK_APP_TOKEN: "xapp-1-A-1-abc", SLACK_CHANNEL: "#deploys" };

describe.each([
  ["crewai", 3],
  ["pipeline", 2],
])("docs/%s.md", (name, count) => {
  const settings = blocks(name, "yaml");

  test("holds the settings that are checked here", () => expect(settings).toHaveLength(count));

  test.each(settings)("shows settings that are taken:\n%s", (yaml) => {
    const names = [...yaml.matchAll(/\$\{(\w+)\}/g)].map(([, each]) => [String(each), `value-of-${each}-in-a-test`]);
    expect(here.mistake(yaml, { ...SETTINGS, ...Object.fromEntries(names) })).toBe("it started");
  });

  test("names an example that is there", () => {
    for (const [, path = ""] of page(name).matchAll(/\]\(\.\.\/(examples\/[^)]+)\)/g))
      expect(readFileSync(join(import.meta.dirname, "..", path), "utf8")).toContain(`python3 ${path}`);
  });
});

test("what docs/crewai.md and docs/pipeline.md send is taken", () => {
  expect(approvalRequest.safeParse(JSON.parse(String(blocks("crewai", "json")[0]))).success).toBe(true);
  expect(phaseRequest.safeParse(JSON.parse(String(blocks("pipeline", "json")[0]))).success).toBe(true);
});
