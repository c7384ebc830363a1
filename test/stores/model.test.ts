/** Every store does what the model says, whatever is done to it in whatever order; restarts included where it lasts. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { openMemory } from "../../adapters/stores/memory/index.ts";
import { openSqlite } from "../../adapters/stores/sqlite/index.ts";
import { temporaryFiles } from "../adapters/stores/files.ts";
import { RAISED } from "../make.ts";
import { commands, type Real } from "./commands.ts";
import { emptyModel } from "./model.ts";

const newFile = temporaryFiles();
const TIMES = process.env.HITL_TEST_LONG ? 20 : 1;

function memory(): Real {
  const time = { now: RAISED };
  return { opened: openMemory({ clock: () => time.now }), time, restart: async () => {} };
}

function sqlite(): Real {
  const time = { now: RAISED };
  const path = newFile();
  const open = () => openSqlite(path, { clock: () => time.now });
  return {
    opened: open(),
    time,
    async restart() {
      await this.opened.close();
      this.opened = open();
    },
  };
}

test.each([
  ["memory", memory, 400],
  ["sqlite", sqlite, 80],
] as const)(
  "the %s store does what the model says",
  async (_, make, runs) => {
    let done = 0;
    await fc.assert(
      fc.asyncProperty(commands, async (all) => {
        const real = make();
        try {
          await fc.asyncModelRun(() => ({ model: emptyModel(RAISED), real }), all);
          done += 1;
        } finally {
          await real.opened.close();
        }
      }),
      { numRuns: runs * TIMES },
    );
    expect(done).toBe(runs * TIMES);
  },
  600_000,
);
