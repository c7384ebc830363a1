/** What all tests of the Slack channel need: a signature for buttons, golden files, and what a message's texts are. */
import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";
import type { ActionName } from "../../../../src/checkpoint.ts";
import { signHandle } from "../../../../src/handle.ts";
import { DIGEST } from "../../../make.ts";

export const KEY = Buffer.alloc(32, 9);

export const sign = (action: ActionName): string =>
  signHandle(KEY, { id: "chk_0123456789", digest: DIGEST, action, surface: "slack", workspace: "T1" });

/** As test/golden.ts, in a folder of its own; `HITL_GOLDEN=write` rewrites. */
export function expectGolden(name: string, value: unknown): void {
  const file = new URL(`../../../golden/slack/${name}.json`, import.meta.url);
  if (process.env.HITL_GOLDEN === "write") writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
  expect(JSON.parse(JSON.stringify(value))).toEqual(JSON.parse(readFileSync(file, "utf8")));
}

type Node = { [key: string]: unknown };

/** Every text object and rich_text text element, wherever it stands. */
export function textsIn(part: unknown): Node[] {
  if (Array.isArray(part)) return part.flatMap(textsIn);
  if (typeof part !== "object" || part === null) return [];
  const node = part as Node;
  const own = typeof node.text === "string" && typeof node.type === "string" ? [node] : [];
  return [...own, ...Object.values(node).flatMap(textsIn)];
}

export function wordsIn(part: unknown): string {
  return textsIn(part)
    .map(({ text }) => text)
    .join("");
}

/** Buttons by their label. */
export function buttonsIn(part: unknown): Map<string, Node> {
  if (Array.isArray(part)) return new Map(part.flatMap((each) => [...buttonsIn(each)]));
  if (typeof part !== "object" || part === null) return new Map();
  const node = part as Node;
  if (node.type === "button") return new Map([[String((node.text as Node).text), node]]);
  return new Map(Object.values(node).flatMap((each) => [...buttonsIn(each)]));
}
