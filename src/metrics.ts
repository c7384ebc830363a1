/**
 * The figures that the program keeps about itself, in Prometheus' words. One set a process, made by main.ts and
 * handed to those who count; names start with `hitl_` and labels come from short fixed lists, never from a request.
 */
import { Counter, Gauge, Histogram, Registry } from "prom-client";

export type Metrics = ReturnType<typeof makeMetrics>;

const QUICK = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
/** People take from seconds to days. */
const PATIENT = [5, 15, 60, 300, 900, 3_600, 14_400, 43_200, 86_400, 259_200];

export function makeMetrics() {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    http: new Histogram({
      name: "hitl_http_seconds",
      help: "Time from request to answer, by route and status; long polls include their wait.",
      labelNames: ["route", "status"],
      buckets: [...QUICK, 10, 60, 240],
      registers,
    }),
    checkpoints: new Counter({
      name: "hitl_checkpoints_total",
      help: "What happened to checkpoints, by kind and event (raised, resolved, expired, withdrawn, …).",
      labelNames: ["kind", "event"],
      registers,
    }),
    decide: new Histogram({
      name: "hitl_decide_seconds",
      help: "Time from the raise to the end of a checkpoint, by kind and outcome.",
      labelNames: ["kind", "outcome"],
      buckets: PATIENT,
      registers,
    }),
    slaMissed: new Counter({
      name: "hitl_sla_missed_total",
      help: "Checkpoints that ended later than their policy asks for (sla), by kind.",
      labelNames: ["kind"],
      registers,
    }),
    rounds: new Histogram({
      name: "hitl_rounds",
      help: "Rounds that a task took, by kind: counted when a checkpoint ends in anything but changes.",
      labelNames: ["kind"],
      buckets: [1, 2, 3, 4, 5, 10],
      registers,
    }),
    store: new Histogram({
      name: "hitl_store_seconds",
      help: "Time of one call to the store, by verb.",
      labelNames: ["verb"],
      buckets: QUICK,
      registers,
    }),
    relay: new Counter({
      name: "hitl_relay_total",
      help: "Errands carried out, by errand (show, tell, call, probe, look) and result (finished, again, overtaken).",
      labelNames: ["errand", "result"],
      registers,
    }),
    relayed: new Histogram({
      name: "hitl_relay_seconds",
      help: "Time that carrying out one errand took, by errand.",
      labelNames: ["errand"],
      buckets: [...QUICK, 10, 30],
      registers,
    }),
    relayLag: new Histogram({
      name: "hitl_relay_lag_seconds",
      help: "Time from when an errand was due to when it was begun, by errand.",
      labelNames: ["errand"],
      buckets: [...QUICK, 10, 60, 600],
      registers,
    }),
    deliveries: new Counter({
      name: "hitl_deliveries_total",
      help: "Attempts to call agents back, by result (delivered, failed, busy: put off), and calls given up (dead).",
      labelNames: ["result"],
      registers,
    }),
    streams: new Gauge({
      name: "hitl_streams",
      help: "Event streams that are open.",
      registers,
    }),
    evicted: new Counter({
      name: "hitl_streams_evicted_total",
      help: "Event streams that were cut because their reader had stopped reading.",
      registers,
    }),
    channelUp: new Gauge({
      name: "hitl_channel_up",
      help: "1 while the channel is connected.",
      labelNames: ["channel"],
      registers,
    }),
  };
}

/** What is only looked at when somebody scrapes. A source that throws leaves its samples out: no figure is no zero. */
export interface Sources {
  /** Of checkpoints that wait. */
  pending(): Promise<readonly { kind: string; count: number; overdue: number; oldest: number }[]>;
  /** Calls to agents that wait, and dead ones. */
  deliveries(): Promise<Readonly<Record<string, number>>>;
  /** Long polls that are held open. */
  waits(): number;
  /** Of the event loop, by quantile in seconds, since the last scrape. */
  lag(): Readonly<Record<string, number>>;
}

export function watch({ registry }: Pick<Metrics, "registry">, { pending, deliveries, waits, lag }: Sources): void {
  const registers = [registry];
  type Each = Awaited<ReturnType<Sources["pending"]>>[number];
  const ofPending = (name: string, help: string, figure: (each: Each) => number) =>
    new Gauge({
      ...{ name, help, registers, labelNames: ["kind"] },
      async collect() {
        const all = await pending().catch(() => []);
        this.reset();
        for (const each of all) this.set({ kind: each.kind }, figure(each));
      },
    });
  ofPending("hitl_pending", "Checkpoints that wait for a decision, by kind.", ({ count }) => count);
  ofPending("hitl_overdue", "Those of them that are past their time, by kind.", ({ overdue }) => overdue);
  ofPending("hitl_oldest_pending_seconds", "Age of the oldest of them, by kind; 0: none.", ({ oldest }) => oldest);
  new Gauge({
    name: "hitl_callbacks",
    help: "Agents that are still to be called back (waiting), or could not be (dead).",
    labelNames: ["state"],
    registers,
    async collect() {
      const all = await deliveries().catch(() => ({}));
      this.reset();
      for (const [state, count] of Object.entries(all)) this.set({ state }, count);
    },
  });
  new Gauge({
    name: "hitl_waiting",
    help: "Checkpoints that a long poll of this process waits for.",
    registers,
    collect() {
      this.set(waits());
    },
  });
  new Gauge({
    name: "hitl_event_loop_lag_seconds",
    help: "How late the event loop was since the last scrape, by quantile.",
    labelNames: ["quantile"],
    registers,
    collect() {
      for (const [quantile, late] of Object.entries(lag())) this.set({ quantile }, late);
    },
  });
  new Gauge({
    name: "hitl_memory_bytes",
    help: "Resident memory of this process.",
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
}
