/** docs/policies.md says what is true: its settings are taken, its requests are decided as it says. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { COMPARISONS } from "../src/policy/when.ts";
import { local } from "./cli/local.ts";

const here = local();
const page = readFileSync(join(import.meta.dirname, "../docs/policies.md"), "utf8");
const blocks = [...page.matchAll(/^```(\w+ ?\w*)\n(.*?)^```$/gms)].map(([, what = "", text = ""]) => ({ what, text }));

/** A request, under the settings that stand above it, with what is said below it. */
const told = blocks.flatMap(({ what, text }, index) => {
  const after = blocks[index + 1];
  if (what !== "yaml request" || after?.what !== "text") return [];
  const settings = blocks.slice(0, index).findLast((each) => each.what === "yaml");
  return [{ settings: String(settings?.text), request: text, says: after.text }];
});
const settings = blocks.filter(({ what }) => what === "yaml").map(({ text }) => text);
const odd = blocks.flatMap(({ what, text }, index) =>
  what === "yaml lint" ? [{ text, says: blocks[index + 1]?.text }] : [],
);

beforeEach(() => here.write("hitl.config.yml", "policies: []\n"));

describe("docs/policies.md", () => {
  test("holds the examples that are checked here, and no others", () => {
    expect([settings.length, told.length, odd.length]).toEqual([6, 5, 1]);
    expect(blocks).toHaveLength(6 + 2 * 5 + 2);
  });

  test.each(told)("is right about who decides (%#)", async ({ settings, request, says }) => {
    here.write("hitl.config.yml", settings);
    here.write("campaign.yml", request);
    const { out, err } = await here.hitl(["policy", "test", "campaign.yml"]);
    expect(err).toBe("");
    expect(out).toBe(says);
  });

  test.each(settings)("shows settings with which the bot would start (%#)", async (text) => {
    here.write("hitl.config.yml", text);
    expect((await here.hitl(["policy", "lint"])).code).toBe(0);
  });

  test.each(odd)("is right about what is odd (%#)", async ({ text, says }) => {
    here.write("hitl.config.yml", text);
    expect((await here.hitl(["policy", "lint"])).out).toBe(says);
  });

  test("explains every comparison that there is", () => {
    for (const each of COMPARISONS) expect(page).toMatch(new RegExp(`\\{ ${each}: |\`${each}\``));
  });
});
