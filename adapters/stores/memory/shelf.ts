/** Plain key-value with time to live; what has passed its time is removed when it is met. */
import type { Clock, Shelf } from "../../../src/ports.ts";

export function createShelf(clock: Clock, assertOpen: () => void): Shelf {
  const values = new Map<string, { value: string; expires: number }>();

  function find(key: string): string | undefined {
    assertOpen();
    const held = values.get(key);
    if (held === undefined || held.expires > clock()) return held?.value;
    values.delete(key);
    return undefined;
  }

  function put(key: string, value: string, ttl = Number.POSITIVE_INFINITY): void {
    assertOpen();
    values.set(key, { value, expires: clock() + ttl });
  }

  return {
    get: async (key) => find(key),
    set: async (key, value, ttl) => put(key, value, ttl),
    async add(key, value, ttl) {
      if (find(key) !== undefined) return false;
      put(key, value, ttl);
      return true;
    },
    async take(key) {
      const value = find(key);
      values.delete(key);
      return value;
    },
  };
}
