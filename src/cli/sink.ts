/** Where an export goes: to stdout, as fast as it is taken, or into a file that appears once it is whole. */
import { once } from "node:events";
import { open, rename, rm } from "node:fs/promises";
import type { Writable } from "node:stream";
import { spelledJson } from "../spelled.ts";
import { UsageError } from "./exit.ts";

export interface Sink {
  write(chunk: Uint8Array): Promise<void>;
  done(): Promise<void>;
  /** Leaves nothing behind that could be taken for an export. */
  giveUp(): Promise<void>;
}

/** At a terminal nothing that people or agents wrote may move its cursor. */
export function toStdout(stdout: Writable, isTerminal: boolean): Sink {
  const decoder = new TextDecoder();
  const shown = (chunk: Uint8Array) => spelledJson(decoder.decode(chunk, { stream: true }).replaceAll("\r\n", "\n"));
  return {
    async write(chunk) {
      if (!stdout.write(isTerminal ? shown(chunk) : chunk)) await once(stdout, "drain");
    },
    done: async () => {},
    giveUp: async () => {},
  };
}

export async function toFile(path: string, given: string): Promise<Sink> {
  const draft = `${path}.part`;
  // What it holds is for the admin's eyes.
  const file = await open(draft, "w", 0o600).catch((error: Error): never => {
    throw new UsageError(`${given} cannot be written: ${error.message}`);
  });
  return {
    write: async (chunk) => void (await file.write(chunk)),
    async done() {
      await file.sync();
      await file.close();
      await rename(draft, path);
    },
    async giveUp() {
      await file.close();
      await rm(draft, { force: true });
    },
  };
}
