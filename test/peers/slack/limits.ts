/**
 * Slack's rate limits as the platform documents them, by the peer's clock; off until a test turns them on, since most
 * tests are about other things.
 */
import type { JsonObject } from "../../../src/json.ts";

export interface Limit {
  method: string;
  /** The calls of a workspace together, or those to one conversation. */
  per: "team" | "channel";
  calls: number;
  /** Ms in which so many calls are taken. */
  within: number;
}

/** docs.slack.dev, rate limits: about one post a second and conversation; Tier 3, 50 a minute; Tier 4, 100. */
export const DOCUMENTED: readonly Limit[] = [
  { method: "chat.postMessage", per: "channel", calls: 1, within: 1_000 },
  { method: "chat.update", per: "team", calls: 50, within: 60_000 },
  { method: "conversations.history", per: "team", calls: 50, within: 60_000 },
  { method: "conversations.replies", per: "team", calls: 50, within: 60_000 },
  { method: "users.info", per: "team", calls: 100, within: 60_000 },
  { method: "views.publish", per: "team", calls: 100, within: 60_000 },
  { method: "views.open", per: "team", calls: 100, within: 60_000 },
  { method: "usergroups.users.list", per: "team", calls: 20, within: 60_000 },
];

export interface Limits {
  /** From now on; without limits named, the documented ones. */
  on(limits?: readonly Limit[]): void;
  off(): void;
  /** Seconds to wait, or 0 when the call is taken and counted. */
  meet(method: string, team: string, args: JsonObject): number;
}

export function makeLimits(now: () => number): Limits {
  let limits: readonly Limit[] = [];
  const taken = new Map<string, number[]>();
  return {
    on: (given = DOCUMENTED) => {
      limits = given;
      taken.clear();
    },
    off: () => {
      limits = [];
    },
    meet(method, team, args) {
      const limit = limits.find((each) => each.method === method);
      if (limit === undefined) return 0;
      const key = `${method} ${limit.per === "team" ? team : String(args.channel)}`;
      const at = now();
      const recent = (taken.get(key) ?? []).filter((time) => time > at - limit.within);
      taken.set(key, recent);
      const [oldest] = recent;
      if (oldest !== undefined && recent.length >= limit.calls)
        return Math.max(1, Math.ceil((oldest + limit.within - at) / 1_000));
      recent.push(at);
      return 0;
    },
  };
}
