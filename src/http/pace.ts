/** How fast somebody may call: a bucket of tokens for each, in this process. */

export interface Pace {
  /** Ms until the next call is welcome; 0: this one is. */
  wait(name: string): number;
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
  };
}
