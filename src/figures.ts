/** Where the program's figures come from: every commit that stood, every call to the store and to an agent. */
import type { Errands } from "./errands.ts";
import type { Metrics } from "./metrics.ts";
import { missedSla } from "./overdue.ts";
import type { Callback, Clock, Store, Work, WorkResult, Write } from "./ports.ts";

type Counted = Pick<Metrics, "checkpoints" | "decide" | "slaMissed" | "rounds" | "deliveries">;

export function countCommits({ checkpoints, decide, slaMissed, rounds, deliveries }: Counted) {
  return (writes: readonly Write[]): void => {
    for (const { record, entries } of writes) {
      const { kind, decision, created_at, round, callback } = record;
      for (const { type } of entries) {
        const event = type.slice("checkpoint.".length);
        checkpoints.inc({ kind, event });
        if (event === "undeliverable" && callback?.state === "dead") deliveries.inc({ result: "dead" });
        if (decision !== null && (event === "resolved" || event === "expired")) {
          decide.observe({ kind, outcome: decision.outcome }, (decision.at - created_at) / 1_000);
          if (missedSla(record, decision.at)) slaMissed.inc({ kind });
          if (decision.outcome !== "changes") rounds.observe({ kind }, round);
        }
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
    due: (limit, lease, only) => timed("due", () => store.due(limit, lease, only)),
    done: (work, result) => timed("done", () => store.done(work, result)),
  };
}

export function timedErrands(
  errands: Errands,
  { relayed, relayLag }: Pick<Metrics, "relayed" | "relayLag">,
  clock: Clock,
) {
  return {
    async carry(work: Work): Promise<WorkResult> {
      const errand = work.task.do;
      relayLag.observe({ errand }, Math.max(0, clock() - work.due) / 1_000);
      const stop = relayed.startTimer({ errand });
      try {
        return await errands.carry(work);
      } finally {
        stop();
      }
    },
  };
}

export function countedCallback(callback: Callback, { deliveries }: Pick<Metrics, "deliveries">): Callback {
  return {
    ...callback,
    async call(checkpoint) {
      const result = await callback.call(checkpoint);
      deliveries.inc({ result: result.type });
      return result;
    },
  };
}
