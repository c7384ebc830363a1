/** The record of this machine, read without the bot: its store, its audit.head and its secret. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { anchorAt, anchorPath } from "../anchor.ts";
import { HitlError } from "../client.ts";
import { localRecord } from "../config.ts";
import { deriveKeys } from "../keys.ts";
import type { StoreSetting } from "../settings.ts";
import type { Kept } from "../verify/heads.ts";
import { type Evidence, evidenceOf, type Reader } from "../verify.ts";
import { UsageError } from "./exit.ts";

export interface LocalRecord {
  evidence: Evidence;
  key: Buffer;
  close(): Promise<void>;
}

interface Place {
  env: Parameters<typeof localRecord>[0];
  cwd: string;
  openReader(store: StoreSetting): Promise<Reader>;
}

/** Held against `heads` where some are named, else against the one in HITL_DATA. */
export async function openRecord({ env, cwd, openReader }: Place, heads: readonly string[]): Promise<LocalRecord> {
  const { data, store, secret } = localRecord(env, cwd);
  const anchors =
    heads.length === 0
      ? [{ name: "audit.head", line: await anchorAt(anchorPath(data)).read() }]
      : await Promise.all(heads.map((path) => readHeadFile(path, cwd)));
  const reader = await openReader(store).catch(unreadable);
  try {
    const evidence = await evidenceOf(reader, anchors).catch(unreadable);
    return { evidence, key: deriveKeys(secret).audit, close: reader.close };
  } catch (error) {
    await reader.close();
    throw error;
  }
}

async function readHeadFile(path: string, cwd: string): Promise<Kept> {
  try {
    return { name: path, line: (await readFile(resolve(cwd, path), "utf8")).trim() };
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A store that cannot be read is like a bot that does not answer: nothing is known about it. */
export function unreadable(error: unknown): never {
  const cause = error instanceof Error ? error : undefined;
  if (cause?.name === "StoreUnavailable")
    throw new HitlError({ status: 0, code: "unreachable", detail: cause.message, cause });
  if (cause?.name === "SyntaxError")
    throw new HitlError({
      status: 0,
      code: "malformed_answer",
      detail: `The log is damaged: ${cause.message}.`,
      cause,
    });
  throw error;
}
