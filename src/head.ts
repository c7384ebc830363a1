/**
 * Where the log ends now. The port has no verb for it, and following it from its head tells no number before the first
 * entry comes; so it is searched for, in about twenty short reads of a log of a million.
 */
import type { Store } from "./ports.ts";

/** Read to its end once it is no longer than this. */
const REST = 128;

/** The newest `seq`; 0 while the log is empty. */
export async function headOf(store: Pick<Store, "log">): Promise<number> {
  // An entry `low` was there when it was looked at (or low is 0), and none beyond `high`.
  let low = 0;
  let high: number | undefined;
  for (let step = REST; high === undefined || high - low > REST; step *= 4) {
    const probe = high === undefined ? low + step : low + Math.floor((high - low) / 2);
    const found = await firstAfter(store, probe);
    if (found === undefined) high = probe;
    else [low, high] = [found, high !== undefined && found > high ? found : high];
  }
  for await (const { seq } of store.log({ after: low })) low = seq;
  return low;
}

/** The `seq` of the first entry after that one, if there is any. */
export async function firstAfter(store: Pick<Store, "log">, after: number): Promise<number | undefined> {
  for await (const { seq } of store.log({ after })) return seq;
  return undefined;
}
