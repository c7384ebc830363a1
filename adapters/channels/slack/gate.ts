/**
 * Slack's limits, kept on our side: about one message a second in a conversation, some fifty updates a minute in all.
 * Whoever comes too early is told when to come again instead of waiting here, so that no conversation holds up another;
 * and what nobody is waiting for (an expiry) leaves the last of the budget to what somebody just decided.
 */
import { NotYet } from "../../../src/ports.ts";

export interface Gate {
  /** Takes one turn, or throws a NotYet. `urgent`: a person is waiting for it. */
  take(kind: "post" | "update", conversation: string, urgent: boolean): void;
  /** Slack said so itself. */
  block(kind: "post" | "update", conversation: string, ms: number): void;
}

interface Bucket {
  tokens: number;
  at: number;
  blocked: number;
  /** When the next of those who were sent away is to come. */
  next: number;
}

interface Rate {
  /** Ms for one more. */
  every: number;
  burst: number;
  /** Kept for what is urgent. */
  reserve: number;
}

const POST: Rate = { every: 1_000, burst: 4, reserve: 1 };
const UPDATE: Rate = { every: 1_000, burst: 6, reserve: 2 };
/** Tier 3: "50+ per minute". */
const UPDATES: Rate = { every: 1_200, burst: 25, reserve: 10 };

/** Forgotten after that long without use. */
const IDLE = 600_000;
const MOST = 5_000;

export function makeGate(clock: () => number): Gate {
  const buckets = new Map<string, Bucket>();

  function bucket(name: string, { burst }: Rate): Bucket {
    const now = clock();
    const found = buckets.get(name) ?? { tokens: burst, at: now, blocked: 0, next: 0 };
    buckets.set(name, found);
    if (buckets.size > MOST) for (const [each, { at }] of buckets) if (now - at > IDLE) buckets.delete(each);
    return found;
  }

  /** Ms until there is room; 0: now. */
  function waitFor(name: string, rate: Rate, urgent: boolean): number {
    const held = bucket(name, rate);
    const now = clock();
    held.tokens = Math.min(rate.burst, held.tokens + Math.max(0, now - held.at) / rate.every);
    held.at = now;
    if (held.blocked > now) return queued(held, now, held.blocked - now, rate);
    const least = urgent ? 1 : 1 + rate.reserve;
    return held.tokens >= least ? 0 : queued(held, now, (least - held.tokens) * rate.every, rate);
  }

  /** Those who are sent away are not all told the same moment. */
  function queued(held: Bucket, now: number, soonest: number, { every }: Rate): number {
    held.next = Math.max(held.next + every, now + soonest);
    return held.next - now;
  }

  return {
    take(kind, conversation, urgent) {
      const own = kind === "post" ? POST : UPDATE;
      const all = kind === "update" ? [["updates", UPDATES] as const] : [];
      const asked = [[`${kind}:${conversation}`, own] as const, ...all];
      const wait = Math.max(...asked.map(([name, rate]) => waitFor(name, rate, urgent)));
      if (wait > 0) throw new NotYet(Math.ceil(wait));
      for (const [name, rate] of asked) bucket(name, rate).tokens -= 1;
    },
    block(kind, conversation, ms) {
      const held = bucket(`${kind}:${conversation}`, kind === "post" ? POST : UPDATE);
      held.blocked = Math.max(held.blocked, clock() + ms);
    },
  };
}
