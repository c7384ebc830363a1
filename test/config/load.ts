/** Settings loaded in a folder of their own, or the sentences why not. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import type { Env } from "../../src/config/environment.ts";
import { loadSettings, SettingsError } from "../../src/config.ts";
import type { Settings } from "../../src/settings.ts";

export const RANDOM = "`openssl rand -base64 32 | tr '+/' '-_' | tr -d '='`";
export const SECRET = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I";
export const LONG = "a-token-of-thirty-two-characters";
export const OTHER = "another-token-of-some-characters";

export interface Room {
  folder: string;
  load(yaml: string | undefined, env?: Env): Settings;
  /** What a start with this says instead of starting. */
  mistake(yaml: string | undefined, env?: Env): string;
}

/** One folder for each test, empty at its beginning. */
export function room(): Room {
  const here: Room = {
    folder: "",
    load(yaml, env = {}) {
      if (yaml !== undefined) writeFileSync(join(here.folder, "hitl.config.yml"), yaml);
      return loadSettings(env, here.folder);
    },
    mistake(yaml, env) {
      try {
        here.load(yaml, env);
      } catch (error) {
        if (error instanceof SettingsError) return error.message;
        throw error;
      }
      return "it started";
    },
  };
  beforeEach(() => {
    here.folder = mkdtempSync(join(tmpdir(), "hitl-config-"));
  });
  afterEach(() => rmSync(here.folder, { recursive: true }));
  return here;
}
