/**
 * The Events API: what the app hears of, if its manifest subscribes to it, its scopes allow it, and its bot is in the
 * conversation. The app hears of its own messages too, as Slack tells it.
 */
import type { JsonObject } from "../../../src/json.ts";
import type { Courier, Delivery } from "./deliveries.ts";
import type { Manifest } from "./manifest.ts";
import { shown } from "./methods/chat.ts";
import { type Happening, plainJson } from "./methods/method.ts";
import { seen } from "./modals.ts";
import { EVENT_SCOPES, eventOf, type Ledger } from "./scopes.ts";
import { type Bot, botOf, type Channel, directOf, type Message, type World } from "./world.ts";

export interface Events {
  happened(happening: Happening, echo?: boolean): Promise<Delivery[]>;
  homeOpened(user: string, tab: "home" | "messages"): Promise<Delivery[]>;
  /** Any other event, as a workspace would send it. */
  send(name: string, event: JsonObject, team: string): Promise<Delivery[]>;
}

interface Parts {
  world: World;
  manifest: Manifest;
  ledger: Ledger;
  courier: Courier;
}

const TYPES = { public: "channel", private: "group", im: "im", mpim: "mpim" } as const;

export function makeEvents({ world, manifest, ledger, courier }: Parts): Events {
  async function send(name: string, event: JsonObject, team: string, channel?: Channel, echo = false) {
    const bot = botOf(world, team);
    if (bot === undefined || bot.revoked || !manifest.events.includes(name)) return [];
    const scope = EVENT_SCOPES[name];
    if (typeof scope === "string" && !echo) ledger.use(scope);
    return [await courier.deliver("events_api", enveloped(event, bot, team, channel), { echo })];
  }

  function enveloped(event: JsonObject, bot: Bot, where: string, channel?: Channel): JsonObject {
    const enterprise = world.teams.get(bot.team)?.enterprise ?? null;
    const team = bot.org === null ? bot.team : (channel?.team ?? where);
    return {
      token: "verification-token",
      team_id: team,
      context_team_id: team,
      context_enterprise_id: enterprise,
      api_app_id: world.app.id,
      event,
      type: "event_callback",
      event_id: world.id("Ev"),
      event_time: Math.floor(world.now() / 1_000),
      authorizations: [
        {
          enterprise_id: enterprise,
          team_id: bot.org === null ? bot.team : null,
          user_id: bot.user,
          is_bot: true,
          is_enterprise_install: bot.org !== null,
        },
      ],
      is_ext_shared_channel: (channel?.sharedWith.length ?? 0) > 0,
    };
  }

  function eventFor(happening: Happening, channel: Channel): JsonObject {
    const { message } = happening;
    const where = { channel: channel.id, channel_type: TYPES[channel.kind] };
    const now = world.ts();
    if (happening.type === "posted") {
      const parent = channel.messages.find((each) => each.ts === message.thread_ts && each.ts !== message.ts);
      return {
        ...shown(message, channel, false),
        ...where,
        event_ts: message.ts,
        ...foreign(message, channel),
        ...(parent === undefined ? {} : { parent_user_id: parent.user }),
      };
    }
    if (happening.type === "changed") {
      const before = shown(happening.previous, channel, false);
      const both = { message: shown(message, channel, false), previous_message: before };
      return { type: "message", subtype: "message_changed", ...both, ...where, hidden: true, ts: now, event_ts: now };
    }
    const gone = { previous_message: shown(message, channel, false), deleted_ts: message.ts };
    return { type: "message", subtype: "message_deleted", ...gone, ...where, hidden: true, ts: now, event_ts: now };
  }

  /** Who comes from another workspace is marked as such. */
  function foreign(message: Message, channel: Channel): JsonObject {
    const home = world.users.get(message.user)?.team ?? channel.team;
    return home === channel.team ? {} : { user_team: home, source_team: home, user_profile: { team: home } };
  }

  return {
    send: (name, event, team) => send(name, event, team),
    async happened(happening, echo = false) {
      const { message } = happening;
      const channel = world.channels.get(message.channel);
      const bot = [...world.bots.values()].find((each) => channel?.members.has(each.user));
      if (channel === undefined || bot === undefined) return [];
      const event = eventFor(happening, channel);
      const sent = [send(eventOf(channel.kind), event, bot.team, channel, echo)];
      const called = message.text.includes(`<@${bot.user}>`) && message.bot_id === undefined;
      if (happening.type === "posted" && called && channel.kind !== "im") {
        const { channel_type: _, ...mention } = event;
        sent.push(send("app_mention", { ...mention, type: "app_mention" }, bot.team, channel, echo));
      }
      return (await Promise.all(sent)).flat();
    },
    async homeOpened(user, tab) {
      const team = world.users.get(user)?.team ?? "";
      const bot = botOf(world, team);
      if (bot === undefined) return [];
      const home = world.homes.get(`${team}/${user}`);
      const event: JsonObject = {
        type: "app_home_opened",
        user,
        channel: directOf(world, team, bot.user, user).id,
        tab,
        event_ts: world.ts(),
        ...(tab === "home" && home !== undefined ? { view: plainJson(seen(home)) } : {}),
      };
      return send("app_home_opened", event, team);
    },
  };
}
