/**
 * Telling the agent: what one attempt changes, when the next one is due, and when it is given up. A call that was
 * given up is kept as a dead letter until somebody asks for another try. A probe that fails is no attempt of the call
 * that it borrowed, or an hour of them would use up what is meant to last for days.
 */
import type { By, Checkpoint, Delivery } from "../checkpoint.ts";
import type { Errand } from "../ports.ts";
import type { Event, News, Ruling } from "../ruling.ts";
import { amend, showAll } from "./amend.ts";

type Of<T extends Event["type"]> = Extract<Event, { type: T }>;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Ms to wait after the first, second, … failure: the schedule that Standard Webhooks recommends, about 75 hours in all. */
const PAUSES = [5_000, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];

/** How often an endpoint that fails is tried, whatever each call's own pause. */
export const PROBE_MS = MINUTE;

const RELAY: By = { kind: "system", name: "relay" };

/** Ms until the next attempt; null: there is none. */
export function pauseOf({ state, attempts }: Delivery): number | null {
  return state === "waiting" ? (PAUSES[attempts - 1] ?? null) : null;
}

export function called(checkpoint: Checkpoint, { result }: Of<"called">, now: number): Ruling {
  const { callback, id } = checkpoint;
  if (callback === null || callback.state === "idle" || callback.state === "delivered") return { type: "wait" };
  const { url, endpoint } = callback;
  const attempts = callback.attempts + 1;
  // Also of a dead letter: an attempt that was taken for lost may have got through.
  if (result.type === "delivered") {
    const remark = result.remark === undefined ? {} : { remark: result.remark };
    const told: News = { type: "checkpoint.delivered", by: RELAY, data: { to: endpoint, attempts, ...remark } };
    const delivered: Delivery = { url, endpoint, state: "delivered", attempts, ...remark, at: now };
    // People see what the agent made of their word, and that a word which was given up has arrived after all.
    const seen = result.remark !== undefined || callback.state === "dead";
    return change(checkpoint, delivered, [told], seen ? showAll(checkpoint) : []);
  }
  if (callback.state === "dead") return { type: "wait" };
  const dead = result.gone === true || attempts > PAUSES.length;
  const failed: Delivery = { url, endpoint, state: dead ? "dead" : "waiting", attempts, error: result.reason, at: now };
  if (dead) {
    const data = { to: endpoint, attempts, reason: result.reason };
    return change(checkpoint, failed, [{ type: "checkpoint.undeliverable", by: RELAY, data }], showAll(checkpoint));
  }
  const probe: Errand = { do: "probe", key: `probe:${endpoint}`, id, endpoint, after: PROBE_MS, keep: true };
  return change(checkpoint, failed, [], [probe]);
}

export function recall(checkpoint: Checkpoint): Ruling {
  const { callback, id } = checkpoint;
  if (callback === null || callback.state === "idle" || callback.state === "delivered") return { type: "wait" };
  const attempts = callback.state === "dead" ? 0 : callback.attempts;
  return change(checkpoint, { ...callback, state: "waiting", attempts }, [], [{ do: "call", key: `call:${id}`, id }]);
}

function change(checkpoint: Checkpoint, callback: Delivery, news: News[], errands: Errand[]): Ruling {
  return { ...amend(checkpoint, { callback }, news, errands), until: null };
}
