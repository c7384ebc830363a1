/**
 * The channels that cards are posted to, as far as the settings set them up. A vendor's library takes longer to load
 * than all the rest of the program: only what is used is loaded.
 */
import type { RequestListener } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { DiscordChannel } from "../../adapters/channels/discord/index.ts";
import type { EmailChannel } from "../../adapters/channels/email/index.ts";
import type { SlackChannel } from "../../adapters/channels/slack/index.ts";
import type { Access } from "../access.ts";
import { isLoopback } from "../config.ts";
import type { Desk } from "../desk.ts";
import type { Feed } from "../feed.ts";
import type { Keys } from "../keys.ts";
import type { Links } from "../links.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Directory } from "../policy/directory.ts";
import type { Channel, Opened, Store } from "../ports.ts";
import type { Settings } from "../settings.ts";

export interface ChatParts {
  settings: Settings;
  opened: Opened;
  store: Pick<Store, "read">;
  desk: Desk;
  access: Access;
  directory: Directory;
  keys: Keys;
  links: Links;
  feed: Pick<Feed, "onEntry">;
  metrics: Pick<Metrics, "channelUp">;
  log: Pick<Log, "warn">;
  baseUrl: string;
}

export interface Chats {
  channels: ReadonlyMap<string, Channel>;
  /** Sends somebody a way into the inbox; undefined: there is no e-mail. */
  signIn: EmailChannel["signIn"] | undefined;
  /** What comes in for Slack over HTTP. */
  listener(): RequestListener | undefined;
  states(): Record<string, "up" | "down">;
  /** Ends once each is connected, or has had its time. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A chat that is away does not keep the process from starting. */
const CONNECT_MS = 15_000;

export async function openChats(parts: ChatParts): Promise<Chats> {
  const { settings, opened, store, desk, access, directory, keys, links, feed, baseUrl } = parts;
  const reachable = !isLoopback(new URL(baseUrl).hostname);
  const shared = {
    ...{ desk, access, directory, shelf: opened.shelf, key: keys.handles, clock: opened.clock },
    record: async (id: string) => (await store.read(id))?.record,
    links: reachable ? links : null,
    direct: settings.threadReplies === "direct",
  };

  /** What each tells of itself. */
  const told = (channel: string) => ({
    report: (what: string, error?: unknown) => parts.log.warn({ error, channel }, what),
    onState: (up: boolean) => parts.metrics.channelUp.set({ channel }, up ? 1 : 0),
  });

  async function slackChannel(): Promise<SlackChannel | null> {
    if (settings.slack === undefined) return null;
    const { makeSlack } = await import("../../adapters/channels/slack/index.ts");
    return makeSlack(settings.slack, { ...shared, ...told("slack"), groups: slackGroupsOf(settings) });
  }

  async function discordChannel(): Promise<DiscordChannel | null> {
    if (settings.discord === undefined) return null;
    const { makeDiscord } = await import("../../adapters/channels/discord/index.ts");
    return makeDiscord(settings.discord, { ...shared, ...told("discord") });
  }

  async function emailChannel(): Promise<EmailChannel | null> {
    if (settings.email === undefined) return null;
    const { makeEmail } = await import("../../adapters/channels/email/index.ts");
    const own = { key: keys.mails, baseUrl, links: reachable };
    return makeEmail(settings.email, { ...shared, ...told("email"), ...own });
  }

  const [slack, discord, email] = [await slackChannel(), await discordChannel(), await emailChannel()];
  const started = [slack, discord, email].filter((channel) => channel !== null);
  for (const { name } of started) parts.metrics.channelUp.set({ channel: name }, 0);
  for (const chat of [slack, discord]) if (chat !== null) feed.onEntry((logged) => chat.happened(logged));

  return {
    channels: new Map(started.map((channel) => [channel.name, channel])),
    signIn: email?.signIn,
    listener: () => slack?.listener,
    states: () => Object.fromEntries(started.map((channel) => [channel.name, channel.isUp() ? "up" : "down"])),
    async start() {
      const connecting = Promise.all(started.map((channel) => channel.start()));
      await Promise.race([connecting, pause(CONNECT_MS, undefined, { ref: false })]);
    },
    async stop() {
      await Promise.all(started.map((channel) => channel.stop()));
    },
  };
}

/** Membership in these may matter to anybody who acts. */
function slackGroupsOf({ groups, approvers, policies }: Settings): string[] {
  const named = JSON.stringify([groups, approvers, policies]).match(/slack-group:S\w+/g);
  return [...new Set(named)];
}
