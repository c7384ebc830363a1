/**
 * Budgets that Discord keeps over its clients, kept here with room to spare. Identifies: a thousand a day are allowed,
 * one more resets the token; all replicas together take at most 200 from one bucket on the shelf, so that a program that
 * crashes in a loop cannot spend them. Invalid requests (401, 403, 429): 10,000 in 10 minutes shut an address out.
 */
import type { Shelf } from "../../../src/ports.ts";

export interface Bucket {
  tokens: number;
  /** When it was last looked at. */
  at: number;
}

const DAY = 86_400_000;
/** Full bucket and a day's refill together are the 200 that any 24 hours may see. */
export const IDENTIFIES = { most: 80, every: DAY / 120 } as const;

interface Rate {
  most: number;
  /** Ms for one more. */
  every: number;
}

/** Takes one, or says how long until there is one. A clock that went back refills nothing. */
export function spend(
  { most, every }: Rate,
  before: Bucket | undefined,
  now: number,
): { bucket: Bucket; wait: number } {
  const { tokens, at } = before ?? { tokens: most, at: now };
  const filled = Math.min(most, tokens + Math.max(0, now - at) / every);
  const moment = Math.max(now, at);
  if (filled >= 1) return { bucket: { tokens: filled - 1, at: moment }, wait: 0 };
  return { bucket: { tokens: filled, at: moment }, wait: Math.ceil((1 - filled) * every) };
}

/**
 * One identify from the shared bucket, or the ms until the next. Only who holds the gateway's lease asks, so that two
 * do not read the same bucket; where they do after all, the room that is left to Discord's thousand bears it.
 */
export async function spendIdentify(shelf: Pick<Shelf, "get" | "set">, key: string, now: number): Promise<number> {
  const { bucket, wait } = spend(IDENTIFIES, readBucket(await shelf.get(key)), now);
  await shelf.set(key, `${bucket.tokens}:${bucket.at}`, 2 * DAY);
  return wait;
}

function readBucket(text: string | undefined): Bucket | undefined {
  const [tokens, at] = (text ?? "").split(":").map(Number);
  return text !== undefined && Number.isFinite(tokens) && Number.isFinite(at)
    ? { tokens: tokens ?? 0, at: at ?? 0 }
    : undefined;
}

export interface Invalids {
  count(): void;
  /** Ms until requests may be sent again; 0: now. */
  wait(): number;
}

const WINDOW = 600_000;
/** Of Discord's 10,000, which several replicas behind one address share. */
const MOST_INVALID = 2_000;

export function countInvalids(clock: () => number): Invalids {
  const times: number[] = [];
  const prune = () => {
    while (times[0] !== undefined && clock() - times[0] > WINDOW) times.shift();
  };
  return {
    count() {
      prune();
      times.push(clock());
    },
    wait() {
      prune();
      const oldest = times[times.length - MOST_INVALID];
      return oldest === undefined ? 0 : Math.max(1, oldest + WINDOW - clock());
    },
  };
}
