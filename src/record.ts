/** The log of a stretch of time. Clocks may be set back, so all of it is looked at, without holding up the rest. */
import { Breath } from "./breath.ts";
import type { Logged, Store } from "./ports.ts";

export interface Stretch {
  /** By the store's clock: at or after `from`, before `to`. */
  from?: number;
  to?: number;
}

/** Shared, so that several readers together take no more than one. */
const breath = new Breath();

export async function* entriesOf(
  store: Pick<Store, "log">,
  { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY }: Stretch,
  signal: AbortSignal,
): AsyncGenerator<Logged, void> {
  for await (const logged of store.log({ after: 0 }, signal)) {
    if (breath.isShort) await breath.take();
    if (logged.entry.at >= from && logged.entry.at < to) yield logged;
  }
}
