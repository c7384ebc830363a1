/** Golden files of what the inbox draws: test/golden/web/*.html. `HITL_GOLDEN=write` rewrites them; read the difference. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";

const folder = new URL("../../../golden/web/", import.meta.url);

export function expectGolden(name: string, markup: string): void {
  const file = new URL(`${name}.html`, folder);
  // A tag a line, for people to read.
  const text = `${markup.replaceAll(/\n+/g, "\n").trim()}\n`;
  if (process.env.HITL_GOLDEN === "write") {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, text);
  }
  expect(text).toBe(readFileSync(file, "utf8"));
}
