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
    store: new Histogram({
      name: "hitl_store_seconds",
      help: "Time of one call to the store, by verb.",
      labelNames: ["verb"],
      buckets: QUICK,
      registers,
    }),
    relay: new Counter({
      name: "hitl_relay_total",
      help: "Errands carried out, by errand (show, tell, call, look) and result (finished, again, overtaken).",
      labelNames: ["errand", "result"],
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
