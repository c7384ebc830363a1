/** Holds a store against the model, in as many random lives as asked for. */
import fc from "fast-check";
import { expect } from "vitest";
import type { Opened } from "../../src/ports.ts";
import { RAISED } from "../make.ts";
import { commands, type Real } from "./commands.ts";
import { emptyModel } from "./model.ts";

const TIMES = process.env.HITL_TEST_LONG ? 20 : 1;

export async function hold(make: () => Promise<Real>, runs: number): Promise<void> {
  let done = 0;
  await fc.assert(
    fc.asyncProperty(commands, async (all) => {
      const real = await make();
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
}

/** A store whose data outlives being closed. */
export async function lasting(open: (options: { clock: () => number }) => Opened | Promise<Opened>): Promise<Real> {
  const time = { now: RAISED };
  const clock = () => time.now;
  const real: Real = {
    opened: await open({ clock }),
    time,
    async restart() {
      await real.opened.close();
      real.opened = await open({ clock });
    },
  };
  return real;
}
