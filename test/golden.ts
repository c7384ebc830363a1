/**
 * Golden files: what a pure function makes of the samples, kept as JSON under test/golden/ for people to read.
 * `HITL_GOLDEN=write npx vitest run test/picture.test.ts` rewrites them; read the difference before you commit it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";

export function expectGolden(name: string, value: unknown): void {
  const file = new URL(`./golden/${name}.json`, import.meta.url);
  if (process.env.HITL_GOLDEN === "write") writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
  // Through JSON, so that a member that is undefined counts as absent.
  expect(JSON.parse(JSON.stringify(value))).toEqual(JSON.parse(readFileSync(file, "utf8")));
}
