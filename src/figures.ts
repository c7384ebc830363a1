/** Where the program's figures come from: every commit that stood, and every call to the store. */
import type { Metrics } from "./metrics.ts";
import type { Store, Write } from "./ports.ts";

export function countCommits({ checkpoints, decide }: Pick<Metrics, "checkpoints" | "decide">) {
  return (writes: readonly Write[]): void => {
    for (const { record, entries } of writes) {
      const { kind, decision, created_at } = record;
      for (const { type } of entries) {
        const event = type.slice("checkpoint.".length);
        checkpoints.inc({ kind, event });
        if (decision !== null && (event === "resolved" || event === "expired"))
          decide.observe({ kind, outcome: decision.outcome }, (decision.at - created_at) / 1_000);
      }
    }
  };
}

export function timedStore(store: Store, { store: seconds }: Pick<Metrics, "store">): Store {
  async function timed<T>(verb: string, call: () => Promise<T>): Promise<T> {
    const started = performance.now();
    try {
      return await call();
    } finally {
      seconds.observe({ verb }, (performance.now() - started) / 1_000);
    }
  }
  return {
    commit: (change) => timed("commit", () => store.commit(change)),
    read: (id, operation) => timed("read", () => store.read(id, operation)),
    list: (query) => timed("list", () => store.list(query)),
    log: (query, signal) => store.log(query, signal),
    due: (limit, lease) => timed("due", () => store.due(limit, lease)),
    done: (work, result) => timed("done", () => store.done(work, result)),
  };
}
