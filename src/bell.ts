/** Whoever has nothing to do waits until somebody rings. */

export interface Bell {
  /** Resolves at the next ring, or on abort. */
  heard(signal: AbortSignal | undefined): Promise<void>;
  ring(): void;
}

export function createBell(): Bell {
  const waiting = new Set<() => void>();
  return {
    heard: (signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const done = () => {
          waiting.delete(done);
          signal?.removeEventListener("abort", done);
          resolve();
        };
        waiting.add(done);
        signal?.addEventListener("abort", done);
      }),
    ring() {
      for (const done of [...waiting]) done();
    },
  };
}
