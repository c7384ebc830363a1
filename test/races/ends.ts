/** Races in rounds, with what must come out of them: one decision each, or the faults of a store that is broken. */
import { expect } from "vitest";
import { type Race, race } from "./race.ts";

const ROUNDS = process.env.HITL_TEST_LONG ? 20 : 2;
/** On a busy machine the four may run one after another; then nobody meets anybody, and it is tried again. */
const MUTANT_ROUNDS = 10;

function print(what: string, count: number, result: Race): void {
  const { acts, single, double, lost, misled, unlogged, conflicts, unavailable, ms } = result;
  console.log(
    `${what}: ${count} checkpoints, ${acts} acts of 4 processes in ${(ms / 1_000).toFixed(1)} s: ${single} single winners, ` +
      `${double.length} double, ${lost.length} lost, ${misled.length} misled, ${unlogged.length} unlogged ` +
      `(${conflicts} conflicts, ${unavailable} times out of reach)`,
  );
}

export async function endsOnce(where: () => string): Promise<void> {
  for (let round = 1; round <= ROUNDS; round += 1) {
    const result = await race(where(), 2_500, "sound");
    print(`round ${round}`, 2_500, result);
    expect(result).toMatchObject({ acts: 10_000, single: 2_500, double: [], lost: [], misled: [], unlogged: [] });
    // Otherwise the replicas only came one after another, and nothing was tried.
    expect(result.conflicts).toBeGreaterThan(20);
  }
}

export async function isFound(mutant: "get-check-set" | "keyv", where: () => string): Promise<void> {
  for (let round = 1; round <= MUTANT_ROUNDS; round += 1) {
    const result = await race(where(), 300, mutant);
    print(mutant, 300, result);
    expect(result.acts).toBe(1_200);
    if (result.double.length > 0 && result.unlogged.length > 0) return;
  }
  expect.fail(`in ${MUTANT_ROUNDS} rounds of this store nobody won twice`);
}
