import { StoreUnavailable } from "./ports.ts";

/** `reason`: in words for anybody, without addresses, paths and names. */
export function outOfReach(reason: string, cause?: unknown): StoreUnavailable {
  return new StoreUnavailable(`The store is out of reach: ${reason}. Try the same again.`, { cause, reason });
}
