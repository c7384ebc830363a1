/**
 * A platform's limits, kept on our side: so many messages and updates in a conversation, and so many in all. Whoever
 * comes too early is told when to come again instead of waiting here, so that no conversation holds up another; and
 * what nobody is waiting for (an expiry, a warning) leaves the last of the budget to what somebody just decided.
 */
import type { Checkpoint } from "../checkpoint.ts";
import { NotYet } from "../ports.ts";

export interface Gate {
  /** Takes one turn, or throws a NotYet. `urgent`: a person is waiting for it. */
  take(kind: "post" | "update", conversation: string, urgent: boolean): void;
  /** The platform said so itself. */
  block(kind: "post" | "update", conversation: string, ms: number): void;
}

interface Bucket {
  tokens: number;
  at: number;
  blocked: number;
  /** When the next of those who were sent away is to come; who is urgent waits behind no other. */
  next: { urgent: number; other: number };
}

export interface Rate {
  /** Ms for one more. */
  every: number;
  burst: number;
  /** Kept for what is urgent. */
  reserve: number;
}

/** Of one conversation, and of all together where the platform counts these as well. */
export interface Rates {
  post: Rate;
  update: Rate;
  posts?: Rate;
  updates?: Rate;
}

/** Forgotten after that long without use. */
const IDLE = 600_000;
const MOST = 5_000;

export function gateOf(clock: () => number, rates: Rates): Gate {
  const buckets = new Map<string, Bucket>();

  function bucket(name: string, { burst }: Rate): Bucket {
    const now = clock();
    const found = buckets.get(name) ?? { tokens: burst, at: now, blocked: 0, next: { urgent: 0, other: 0 } };
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
    const line = urgent ? "urgent" : "other";
    // The first turns after that are for who is urgent, also where all of them come the moment it ends.
    if (held.blocked > now)
      return queued(held, line, held.blocked + (urgent ? 0 : rate.reserve * rate.every), rate) - now;
    const least = urgent ? 1 : 1 + rate.reserve;
    return held.tokens >= least ? 0 : queued(held, line, now + (least - held.tokens) * rate.every, rate) - now;
  }

  /** Those who are sent away are not all told the same moment. */
  function queued({ next }: Bucket, line: keyof Bucket["next"], soonest: number, { every }: Rate): number {
    next[line] = Math.max(next[line] + every, soonest);
    return next[line];
  }

  return {
    take(kind, conversation, urgent) {
      const all = kind === "post" ? rates.posts : rates.updates;
      const asked = [
        [`${kind}:${conversation}`, rates[kind]] as const,
        ...(all === undefined ? [] : [[`${kind}s`, all] as const]),
      ];
      const wait = Math.max(...asked.map(([name, rate]) => waitFor(name, rate, urgent)));
      if (wait > 0) throw new NotYet(Math.ceil(wait));
      for (const [name, rate] of asked) bucket(name, rate).tokens -= 1;
    },
    block(kind, conversation, ms) {
      const held = bucket(`${kind}:${conversation}`, rates[kind]);
      held.blocked = Math.max(held.blocked, clock() + ms);
    },
  };
}

/** Whether somebody did what its card is to say now; all else is time's own doing. */
export function isAwaited({ status, votes, edited, decision }: Checkpoint): boolean {
  if (status === "pending") return votes.length > 0 || edited !== null;
  return status !== "expired" && decision?.by.kind !== "policy";
}
