import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "vitest";
import { openMemory } from "../../adapters/stores/memory/index.ts";
import { openSqlite } from "../../adapters/stores/sqlite/index.ts";
import type { Opened } from "../../src/ports.ts";
import { lives } from "./live.ts";

describe("a checkpoint's life, whatever happens in whatever order, is the one that the model tells", () => {
  test("in memory, 4,500 times", { timeout: 240_000 }, async () => {
    await lives(4_500, () => {
      let kept: Opened | undefined;
      return {
        // What memory holds survives a restart of everything above it.
        open: (clock) => {
          kept ??= openMemory({ clock });
          return kept;
        },
        afterwards: async () => kept?.close(),
      };
    });
  });

  test("on SQLite, 500 times", { timeout: 240_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "hitl-life-"));
    let runs = 0;
    await lives(500, () => {
      runs += 1;
      const path = join(folder, `${runs}.db`);
      const handles: Opened[] = [];
      return {
        open: (clock) => {
          const opened = openSqlite(path, { clock });
          handles.push(opened);
          return opened;
        },
        afterwards: async () => {
          for (const handle of handles) await handle.close();
          for (const end of ["", "-wal", "-shm"]) rmSync(path + end, { force: true });
        },
      };
    });
    rmSync(folder, { recursive: true });
  });
});
