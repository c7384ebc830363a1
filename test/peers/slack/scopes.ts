/**
 * Which bot scope lets an app do and hear what. A method may be open to any of several scopes, depending on the kind
 * of conversation. The ledger remembers which granted scopes were of use, so that a suite can name the needless ones.
 */
import type { ChannelKind } from "./world.ts";

/** null: everybody hears it. */
export const EVENT_SCOPES: Record<string, string | null> = {
  app_mention: "app_mentions:read",
  app_home_opened: null,
  app_uninstalled: null,
  tokens_revoked: null,
  "message.channels": "channels:history",
  "message.groups": "groups:history",
  "message.im": "im:history",
  "message.mpim": "mpim:history",
  member_joined_channel: "channels:read",
  member_left_channel: "channels:read",
  channel_archive: "channels:read",
  user_change: "users:read",
  subteam_updated: "usergroups:read",
  subteam_members_changed: "usergroups:read",
};

const FAMILY = { public: "channels", private: "groups", im: "im", mpim: "mpim" } as const;
export const KINDS: readonly ChannelKind[] = ["public", "private", "im", "mpim"];

/** `channels:read` for a public channel's `read`, and so on. */
export function scopeOf(kind: ChannelKind, verb: "read" | "history" | "write"): string {
  return `${FAMILY[kind]}:${verb}`;
}

export function eventOf(kind: ChannelKind): string {
  return `message.${FAMILY[kind]}`;
}

export interface Ledger {
  use(scope: string): void;
  used(): string[];
  /** Of those granted, the ones that nothing has needed yet. */
  unused(): string[];
}

/** One ledger may be shared by all the fakes of a suite. `note` hears of each scope once. */
export function makeLedger(granted: readonly string[], note?: (scope: string) => void): Ledger {
  const used = new Set<string>();
  return {
    use(scope) {
      if (!used.has(scope)) note?.(scope);
      used.add(scope);
    },
    used: () => [...used].sort(),
    unused: () => granted.filter((scope) => !used.has(scope)),
  };
}
