/**
 * When something that waits is late: past the time that its policy asks for (`sla`), or past its due time. Being late
 * ends nothing; lists, figures and gauges mark it.
 */
import type { Checkpoint } from "./checkpoint.ts";

type Timed = Pick<Checkpoint, "created_at" | "due_at"> & { policy: Pick<Checkpoint["policy"], "sla"> };

/** By when it was to be decided; null: its policy does not say. */
export function slaOf({ created_at, policy }: Timed): number | null {
  return policy.sla === undefined ? null : created_at + policy.sla;
}

/** From when on it is overdue, if it still waits then; null: never. */
export function lateFrom(checkpoint: Timed): number | null {
  const times = [checkpoint.due_at, slaOf(checkpoint)].filter((time) => time !== null);
  return times.length === 0 ? null : Math.min(...times);
}

/** Whether it ended, or waits, beyond what its policy asks for. */
export function missedSla(checkpoint: Timed & Pick<Checkpoint, "ended_at">, now: number): boolean {
  const sla = slaOf(checkpoint);
  return sla !== null && (checkpoint.ended_at ?? now) > sla;
}
