/** Answers that are asked for once and then kept for a while: by all who ask meanwhile, and for a time that is told. */

export interface Remembered<T> {
  get(key: string): Promise<T>;
  forget(key: string): void;
}

const MOST = 2_000;

/** A failure is not kept: the next one asks anew. */
export function remembering<T>(ttl: number, now: () => number, ask: (key: string) => Promise<T>): Remembered<T> {
  const kept = new Map<string, { until: number; answer: Promise<T> }>();
  return {
    get(key) {
      const found = kept.get(key);
      if (found !== undefined && found.until > now()) return found.answer;
      const answer = ask(key);
      kept.delete(key);
      kept.set(key, { until: now() + ttl, answer });
      answer.catch(() => kept.delete(key));
      for (const oldest of kept.keys()) {
        if (kept.size <= MOST) break;
        kept.delete(oldest);
      }
      return answer;
    },
    forget: (key) => void kept.delete(key),
  };
}
