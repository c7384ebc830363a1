/** How fast somebody may call: a bucket of tokens for each, in this process. */
import type { Log } from "./log.ts";

export interface Pace {
  /** Ms until the next call is welcome; 0: this one is. */
  wait(name: string): number;
  /** The call that was welcome came to nothing, and does not count. */
  giveBack(name: string): void;
}

/** Of as many callers at once it is remembered how fast they were; whoever falls out starts anew. */
const REMEMBERED = 10_000;

export function makePace(burst: number, perSecond: number, now: () => number): Pace {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    wait(name) {
      const at = now();
      const { tokens: former, at: since } = buckets.get(name) ?? { tokens: burst, at };
      const tokens = Math.min(burst, former + (Math.max(0, at - since) * perSecond) / 1_000);
      buckets.delete(name);
      buckets.set(name, { tokens: tokens >= 1 ? tokens - 1 : tokens, at });
      const [oldest] = buckets.keys();
      if (buckets.size > REMEMBERED && oldest !== undefined) buckets.delete(oldest);
      return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) * 1_000) / perSecond);
    },
    giveBack(name) {
      const bucket = buckets.get(name);
      if (bucket !== undefined) bucket.tokens = Math.min(burst, bucket.tokens + 1);
    },
  };
}

export const UNPACED: Pace = { wait: () => 0, giveBack: () => {} };

/**
 * How fast each token or connection may raise: a minute's worth at once, and as many a minute from then on. Whoever is
 * asked without end no longer reads what they approve. Who is held back is named in the log once a minute.
 */
export function raisePace(perMinute: number | null, clock: () => number, log: Pick<Log, "warn">): Pace {
  if (perMinute === null) return UNPACED;
  const pace = makePace(perMinute, perMinute / 60, clock);
  const telling = makePace(1, 1 / 60, clock);
  return {
    giveBack: pace.giveBack,
    wait(agent) {
      const ms = pace.wait(agent);
      if (ms > 0 && telling.wait(agent) === 0)
        log.warn({ agent }, `it raises more than ${perMinute} a minute and is held back; see HITL_RAISES_PER_MINUTE`);
      return ms;
    },
  };
}
