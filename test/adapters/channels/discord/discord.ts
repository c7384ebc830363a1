/** What all tests of the Discord channel's pictures need: a signature for buttons, golden files, and what a message says. */
import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";
import { messageFaults, modalFaults } from "../../../../adapters/channels/discord/check.ts";
import type { MessageBody, Modal, Part } from "../../../../adapters/channels/discord/wire.ts";
import type { ActionName } from "../../../../src/checkpoint.ts";
import { signHandle } from "../../../../src/handle.ts";
import { DIGEST } from "../../../make.ts";
import { messageLimits } from "../../../peers/discord/limits/message.ts";
import { modalLimits } from "../../../peers/discord/limits/modal.ts";
import { checks } from "../../../peers/discord/limits/problems.ts";
import { type Live, liveIn } from "../../../peers/discord/live.ts";
import { textOf, walk } from "../../../peers/discord/mentions.ts";
import type { Part as Stored } from "../../../peers/discord/wire.ts";

export const KEY = Buffer.alloc(32, 9);

export const sign = (action: ActionName): string =>
  signHandle(KEY, { id: "chk_0123456789", digest: DIGEST, action, surface: "discord", workspace: "1100" });

export const HANDLE = sign("answer");

/** As test/golden.ts, in a folder of its own; `HITL_GOLDEN=write` rewrites. */
export function expectGolden(name: string, value: unknown): void {
  const file = new URL(`../../../golden/discord/${name}.json`, import.meta.url);
  if (process.env.HITL_GOLDEN === "write") writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
  expect(JSON.parse(JSON.stringify(value))).toEqual(JSON.parse(readFileSync(file, "utf8")));
}

function partsOf({ components = [] }: MessageBody | Modal): Part[] {
  return [...walk(components as Stored[])] as Part[];
}

/** All text displays, a line each. */
export function textIn({ components = [] }: MessageBody | Modal): string {
  return textOf("", components as Stored[]);
}

/** As a person reads it: escapes, bold type and the marks of quotes, headings and small lines gone. */
export function wordsIn(shown: MessageBody | Modal): string {
  return textIn(shown)
    .replace(/^(> |-# |### )/gm, "")
    .replace(/\\([^0-9A-Za-z\s])|\*\*/g, "$1");
}

/** Buttons by their label, in order. */
export function buttonsIn(shown: MessageBody): Map<string, Part> {
  return new Map(partsOf(shown).flatMap((part) => (part.type === 2 ? [[part.label ?? "", part]] : [])));
}

export function labelsIn(shown: MessageBody): string[] {
  return [...buttonsIn(shown).keys()];
}

/** What in all of its text displays is live, the program's own headings and bold labels included. */
export function liveTokens({ components = [] }: MessageBody | Modal): Live[] {
  return liveIn({ content: "", components: components as Stored[] });
}

/** What Discord would refuse it for, by this program's validator and by the fake Discord's own rules. */
export function faultsOf(shown: MessageBody | Modal): string[] {
  const check = checks();
  if ("title" in shown) {
    modalLimits(check, { ...shown });
    return [...modalFaults(shown), ...check.problems.map(({ path, code }) => `${path.join("/")} ${code}`)];
  }
  const { files = [], ...body } = shown;
  const sent = { ...body, allowed_mentions: { parse: [] } };
  messageLimits(
    check,
    sent,
    files.map(({ name }) => name),
  );
  return [...messageFaults(shown), ...check.problems.map(({ path, code }) => `${path.join("/")} ${code}`)];
}
