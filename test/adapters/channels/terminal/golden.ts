/**
 * What the terminal shows, kept as text under test/golden/terminal/ for people to read.
 * `HITL_GOLDEN=write npx vitest run test/adapters/channels/terminal` rewrites it; read the difference before you commit.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";

export function expectText(name: string, lines: readonly string[]): void {
  const file = new URL(`../../../golden/terminal/${name}.txt`, import.meta.url);
  const text = `${lines.join("\n")}\n`;
  if (process.env.HITL_GOLDEN === "write") writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, "utf8"));
}
