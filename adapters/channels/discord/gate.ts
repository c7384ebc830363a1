/**
 * Discord's limits as they stand in its headers: some five messages and five edits in five seconds and channel, and 50
 * requests a second in all.
 */
import { type Gate, gateOf, type Rates } from "../../../src/chat/gate.ts";

const RATES: Rates = {
  post: { every: 1_000, burst: 5, reserve: 1 },
  update: { every: 1_000, burst: 5, reserve: 1 },
  /** Together 40 a second: answers to people do not count, look-ups do. */
  posts: { every: 50, burst: 20, reserve: 5 },
  updates: { every: 50, burst: 20, reserve: 5 },
};

export function makeGate(clock: () => number): Gate {
  return gateOf(clock, RATES);
}
