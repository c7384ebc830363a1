/** Settling the world: workspaces, people, conversations, groups, and what changes about them while a test runs. */
import {
  type Bot,
  botOf,
  type Channel,
  type ChannelKind,
  copy,
  type Group,
  type Team,
  type User,
  type World,
} from "./world.ts";

export interface People {
  /** A workspace; installed: with a bot and a token of its own, good for all of its enterprise where that installed it. */
  workspace(id: string, over?: Partial<Omit<Team, "id">> & { installed?: boolean | "for the enterprise" }): Team;
  /** Somebody, made when there is nobody of that id; `over` changes what is known of them. */
  user(id: string, over?: Partial<Omit<User, "id">>): User;
  /** A conversation, made when there is none of that id; members are made too. The bot is in it unless `bot: false`. */
  channel(id: string, over?: ChannelOver): { id: string; name: string };
  invite(channel: string, ...users: string[]): void;
  leave(channel: string, ...users: string[]): void;
  archive(channel: string, archived?: boolean): void;
  /** Makes an id answer as if it had never been. */
  forget(channel: string): void;
  usergroup(id: string, users: string[], over?: Partial<Omit<Group, "id" | "users">>): Group;
  /** Takes the app out of a workspace; its token is dead from now on. */
  revoke(team?: string): void;
  /** And the app's own token. */
  revokeApp(): void;
}

export interface ChannelOver {
  name?: string;
  team?: string;
  sharedWith?: string[];
  kind?: ChannelKind;
  members?: string[];
  bot?: boolean;
  archived?: boolean;
}

export const TEAM = "T1";

export function people(world: World): People {
  function user(id: string, over: Partial<Omit<User, "id">> = {}): User {
    const name = over.name ?? id.toLowerCase();
    const somebody: User = world.users.get(id) ?? {
      id,
      team: TEAM,
      name,
      real_name: over.real_name ?? name,
      email: `${name}@example.com`,
      tz: "Europe/Berlin",
      deleted: false,
      is_bot: false,
      is_restricted: false,
      is_ultra_restricted: false,
      is_stranger: false,
      is_admin: false,
    };
    Object.assign(somebody, over);
    world.users.set(id, somebody);
    return copy(somebody);
  }

  function found(id: string): Channel {
    const channel = world.channels.get(id);
    if (channel === undefined) throw new Error(`there is no conversation ${id}`);
    return channel;
  }

  return {
    workspace(id, { installed = false, ...over } = {}) {
      const team: Team = { id, name: over.name ?? id, domain: id.toLowerCase(), enterprise: null, ...over };
      world.teams.set(id, team);
      if (installed !== false) install(world, team, user, installed === "for the enterprise");
      return copy(team);
    },
    user,
    channel(id, { bot = true, members = [], ...over } = {}) {
      const team = over.team ?? TEAM;
      const channel: Channel = world.channels.get(id) ?? {
        id,
        name: id.toLowerCase(),
        team,
        sharedWith: [],
        kind: "public",
        members: new Set(),
        archived: false,
        messages: [],
      };
      Object.assign(channel, over);
      world.channels.set(id, channel);
      for (const each of members) {
        if (!world.users.has(each)) user(each, { team });
        channel.members.add(each);
      }
      const own = botOf(world, team);
      if (own !== undefined && bot) channel.members.add(own.user);
      return { id: channel.id, name: channel.name };
    },
    invite(channel, ...users) {
      for (const each of users) found(channel).members.add(each);
    },
    leave(channel, ...users) {
      for (const each of users) found(channel).members.delete(each);
    },
    archive(channel, archived = true) {
      found(channel).archived = archived;
    },
    forget: (channel) => void world.channels.delete(channel),
    usergroup(id, users, over = {}) {
      const group: Group = { id, team: TEAM, handle: id.toLowerCase(), disabled: false, ...over, users };
      world.groups.set(id, group);
      return copy(group);
    },
    revoke(team = TEAM) {
      for (const bot of world.bots.values()) if (bot.team === team) bot.revoked = true;
    },
    revokeApp() {
      world.app.revoked = true;
    },
  };
}

function install(world: World, team: Team, user: People["user"], widely: boolean): Bot {
  const bot: Bot = {
    token: `xoxb-${team.id}-fake`,
    team: team.id,
    org: widely ? team.enterprise : null,
    user: `U${team.id}BOT`,
    bot: `B${team.id}BOT`,
    revoked: false,
  };
  user(bot.user, { team: team.id, name: "hitl", real_name: "hitl", is_bot: true });
  world.bots.set(bot.token, bot);
  return bot;
}
