/**
 * Rate limits: a bucket for each route and its channel, guild or webhook, one over all of them, and the count of
 * invalid requests (401, 403, 429) after which Discord shuts an address out.
 */
import type { Answer } from "./wire.ts";

export interface Bucket {
  limit: number;
  /** Seconds until it is full again. */
  per: number;
}

/** Discord's own figures where they are known by experience; it publishes none. */
export const REAL: Readonly<Record<string, Bucket>> = {
  "POST /channels/:channel/messages": { limit: 5, per: 5 },
  "PATCH /channels/:channel/messages/:message": { limit: 5, per: 5 },
  "DELETE /channels/:channel/messages/:message": { limit: 5, per: 1 },
  "GET /channels/:channel/messages": { limit: 5, per: 5 },
  "POST /channels/:channel/threads": { limit: 50, per: 300 },
  "POST /channels/:channel/messages/:message/threads": { limit: 50, per: 300 },
  "POST /webhooks/:application/:token": { limit: 5, per: 2 },
  "PATCH /webhooks/:application/:token/messages/:message": { limit: 5, per: 2 },
  "POST /users/@me/channels": { limit: 10, per: 10 },
};

const WIDE: Bucket = { limit: 10_000, per: 1 };
const INVALID = { limit: 10_000, ms: 10 * 60_000 };

export interface Limits {
  /** Sets the bucket of a route, as `POST /channels/:channel/messages`. */
  set(route: string, bucket: Bucket): void;
  /** All of Discord's, and 50 a second over all. */
  real(): void;
  /** Requests over all routes a second. */
  global: number;
  /** Invalid requests of the last ten minutes. */
  invalid(): number;
}

export interface Gate extends Limits {
  /** A 429, or the headers that the answer carries. */
  pass(route: string, major: string): Answer | Record<string, string>;
  count(status: number, scope: string | undefined): void;
  /** The address is shut out. */
  banned(): boolean;
}

export function gate(now: () => number): Gate {
  const buckets = new Map<string, Bucket>();
  const used = new Map<string, { count: number; until: number }>();
  const bad: number[] = [];
  let second = { count: 0, until: 0 };

  const self: Gate = {
    set: (route, bucket) => buckets.set(route, bucket),
    real() {
      for (const [route, bucket] of Object.entries(REAL)) buckets.set(route, bucket);
      self.global = 50;
    },
    global: Number.POSITIVE_INFINITY,
    invalid() {
      while (bad[0] !== undefined && now() - bad[0] > INVALID.ms) bad.shift();
      return bad.length;
    },
    banned: () => self.invalid() >= INVALID.limit,
    count(status, scope) {
      if (status === 401 || status === 403 || (status === 429 && scope !== "shared")) bad.push(now());
    },
    pass(route, major) {
      // Acknowledgements are outside of the global limit and of every bucket.
      if (route.startsWith("POST /interactions/")) return {};
      if (now() >= second.until) second = { count: 0, until: now() + 1000 };
      second.count += 1;
      if (second.count > self.global) return limited((second.until - now()) / 1000, "global");
      const bucket = buckets.get(route) ?? WIDE;
      const key = `${route} ${major}`;
      const before = used.get(key);
      const state = before && now() < before.until ? before : { count: 0, until: now() + bucket.per * 1000 };
      used.set(key, state);
      state.count += 1;
      const after = Math.max(0, (state.until - now()) / 1000);
      const headers = {
        "x-ratelimit-limit": String(bucket.limit),
        "x-ratelimit-remaining": String(Math.max(0, bucket.limit - state.count)),
        "x-ratelimit-reset": (state.until / 1000).toFixed(3),
        "x-ratelimit-reset-after": after.toFixed(3),
        "x-ratelimit-bucket": Buffer.from(route).toString("hex").slice(0, 32),
      };
      if (state.count <= bucket.limit) return headers;
      const refusal = limited(after, "user");
      return { ...refusal, headers: { ...headers, ...refusal.headers } };
    },
  };
  return self;
}

export function limited(seconds: number, scope: "user" | "shared" | "global"): Answer {
  return {
    status: 429,
    body: { message: "You are being rate limited.", retry_after: seconds, global: scope === "global" },
    headers: {
      "retry-after": String(Math.ceil(seconds)),
      "x-ratelimit-scope": scope,
      ...(scope === "global" ? { "x-ratelimit-global": "true" } : {}),
    },
  };
}
