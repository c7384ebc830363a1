/** Promise one: a checkpoint ends once, whoever clicks where. Four processes on one file; long runs take more. */
import { expect, test } from "vitest";
import { temporaryFiles } from "../adapters/stores/files.ts";
import { type Race, race, startReplicas } from "./race.ts";

const newFile = temporaryFiles();
const ROUNDS = process.env.HITL_TEST_LONG ? 20 : 3;

function print(what: string, count: number, result: Race): void {
  const { acts, single, double, lost, misled, unlogged, conflicts, unavailable, ms } = result;
  console.log(
    `${what}: ${count} checkpoints, ${acts} acts of 4 processes in ${(ms / 1_000).toFixed(1)} s: ${single} single winners, ` +
      `${double.length} double, ${lost.length} lost, ${misled.length} misled, ${unlogged.length} unlogged ` +
      `(${conflicts} conflicts, ${unavailable} times out of reach)`,
  );
}

test("of four contradicting decisions one stands, and every loser is told who won", async () => {
  for (let round = 1; round <= ROUNDS; round += 1) {
    const result = await race(newFile(), 2_500, "sound");
    print(`round ${round}`, 2_500, result);
    expect(result).toMatchObject({ acts: 10_000, single: 2_500, double: [], lost: [], misled: [], unlogged: [] });
    // Otherwise the replicas only came one after another, and nothing was tried.
    expect(result.conflicts).toBeGreaterThan(100);
  }
}, 600_000);

test("the same race finds the double winners of a store that checks before it writes", async () => {
  for (let round = 1; round <= ROUNDS; round += 1) {
    const result = await race(newFile(), 300, "get-check-set");
    print("get-check-set", 300, result);
    expect(result.acts).toBe(1_200);
    expect(result.double.length).toBeGreaterThan(0);
    expect(result.unlogged.length).toBeGreaterThan(0);
  }
}, 600_000);

test("four processes that make the same file at once all find it usable", async () => {
  const replicas = await startReplicas(newFile(), "sound");
  expect(replicas).toHaveLength(4);
  for (const replica of replicas) replica.kill();
});
