/** docs/redaction.md says what is true: its settings are taken, its shapes are all there are, its claims hold. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hiddenText } from "../../../src/policy/redact/raise.ts";
import { DEFAULT_RULES, rulesOf, SHAPES } from "../../../src/policy/redact/rules.ts";
import { room } from "../../config/load.ts";

const here = room();
const page = readFileSync(join(import.meta.dirname, "../../../docs/redaction.md"), "utf8");

test.each([...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, yaml = ""]) => yaml))(
  "shows settings that are taken:\n%s",
  (yaml) => {
    expect(here.mistake(yaml)).toBe("it started");
  },
);

test("lists every shape, and which are off", () => {
  const rows = [...page.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, name = "", what = ""]) => [
    name,
    what.includes("Off:"),
  ]);
  const off = ["email", "entropy"];
  expect(rows).toEqual(SHAPES.map((name) => [name, off.includes(name)]));
  const on = rulesOf({ shapes: { email: true, entropy: true } });
  expect(on.shapes.length - DEFAULT_RULES.shapes.length).toBe(off.length);
});

test("shows a mark as it is made", () => {
  const line = /^curl .*$/m.exec(page)?.[0] ?? "";
  const before = line.replace(/\[redacted \d+ chars\]/, "abcdefghijklmnopqrstuvwxyz0123456789");
  expect(hiddenText(before, DEFAULT_RULES)).toBe(line);
});

test("names names that are hidden, and names that are not", () => {
  const [hidden = "", shown = ""] =
    page.slice(page.indexOf("**By the name")).split("do not.")[0]?.split("`X-Auth-Token` count and") ?? [];
  const names = (text: string) => [...text.matchAll(/`([\w-]+)`/g)].map(([, name = ""]) => name);
  expect(names(hidden).length).toBeGreaterThan(12);
  for (const name of [...names(hidden), "X-Auth-Token"])
    expect([name, DEFAULT_RULES.isSecret(name)]).toEqual([name, true]);
  expect(names(shown).length).toBe(3);
  for (const name of names(shown)) expect([name, DEFAULT_RULES.isSecret(name)]).toEqual([name, false]);
});

test("leaves the places for secrets that it names", () => {
  const line = /^Places for secrets are no secrets: (.*) stay\.$/m.exec(page)?.[1] ?? "";
  const places = [...line.matchAll(/`([^`]+)`/g)].map(([, place = ""]) => place);
  expect(places.length).toBe(5);
  for (const place of places)
    expect(hiddenText(`password=${place} token: ${place}`, DEFAULT_RULES)).toBe(`password=${place} token: ${place}`);
});
