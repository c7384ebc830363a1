/** Slack's limits: about one message a second in a conversation, some fifty updates a minute in all. */
import { type Gate, gateOf, type Rates } from "../../../src/chat/gate.ts";
import { NotYet } from "../../../src/ports.ts";

const UPDATES = { every: 1_200, burst: 25, reserve: 10 };
const RATES: Rates = {
  post: { every: 1_000, burst: 4, reserve: 1 },
  update: { every: 1_000, burst: 6, reserve: 2 },
  updates: UPDATES,
};
/** Tier 3, "50+ per minute": however they came together, never more in any minute. */
const MINUTE = { ms: 60_000, most: 50, reserve: 5 };

export function makeGate(clock: () => number): Gate {
  const gate = gateOf(clock, RATES);
  /** When the updates of the last minute went out. */
  let recent: number[] = [];
  /** When the next of those who were sent away is to come: whoever is urgent waits behind no other. */
  const next = { urgent: 0, other: 0 };

  function assertRoom(urgent: boolean): void {
    const now = clock();
    recent = recent.filter((at) => at > now - MINUTE.ms);
    const room = MINUTE.most - (urgent ? 0 : MINUTE.reserve);
    const first = recent[recent.length - room];
    if (first === undefined) return;
    const line = urgent ? "urgent" : "other";
    next[line] = Math.max(next[line] + UPDATES.every, first + MINUTE.ms);
    throw new NotYet(next[line] - now);
  }

  return {
    take(kind, conversation, urgent) {
      if (kind === "update") assertRoom(urgent);
      gate.take(kind, conversation, urgent);
      if (kind === "update") recent.push(clock());
    },
    block: gate.block,
  };
}
