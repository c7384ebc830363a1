/** Setting the scene: people, guilds, roles, channels, and what an administrator does with them later. */
import { CHANNEL, EVERYONE, INTENT, PERMISSION, type PermissionName } from "./numbers.ts";
import { bits } from "./permissions.ts";
import { channelJson, guildCreate, member, role as roleJson } from "./places.ts";
import { deleteChannel } from "./routes/channels.ts";
import { channelOf, idOf, type Ref } from "./sight.ts";
import type { Overwrite, Role, User } from "./wire.ts";
import { type Channel, type Guild, user as userJson, type World } from "./world.ts";

export interface Town {
  /** In the first guild unless told otherwise (`guilds: []`: in none). */
  user(name: string, options?: { bot?: boolean; guilds?: Ref[]; roles?: Ref[] }): User;
  role(name: string, options?: { guild?: Ref; permissions?: PermissionName[]; members?: Ref[] }): Role;
  /** The bot is in it unless `bot: false`. */
  guild(name: string, options?: { bot?: boolean; botMay?: PermissionName[] }): Guild;
  channel(name: string, options?: { guild?: Ref; only?: Ref[] }): Channel;
  /** Takes a permission in a channel from the bot, or from another member or role. */
  forbid(channel: Ref, permission: PermissionName, whom?: Ref): void;
  allow(channel: Ref, permission: PermissionName, whom?: Ref): void;
  give(user: Ref, role: Ref): void;
  take(user: Ref, role: Ref): void;
  leave(user: Ref, guild?: Ref): void;
  /** The bot is thrown out of a guild. */
  kick(guild?: Ref): void;
  deleteChannel(channel: Ref): void;
  archive(thread: Ref, locked?: boolean): void;
  /** The person takes no DMs any more. */
  closeDms(user: Ref): void;
}

/** What an invitation of a bot that posts cards asks for. */
export const BOT_MAY: readonly PermissionName[] = [
  "viewChannel",
  "sendMessages",
  "sendInThreads",
  "createPublicThreads",
  "readHistory",
  "attachFiles",
  "embedLinks",
];

export function town(world: World): Town {
  const guildOf = (ref?: Ref): Guild => {
    const found = ref === undefined ? [...world.guilds.values()][0] : world.guilds.get(idOf(ref));
    if (found === undefined) throw new Error("Discord has no such guild");
    return found;
  };

  function overwrite(ref: Ref, permission: PermissionName, whom: Ref, allowed: boolean): void {
    const channel = channelOf(world, idOf(ref));
    const id = idOf(whom);
    const bit = PERMISSION[permission];
    const before = channel.overwrites.find((each) => each.id === id);
    const type: 0 | 1 = world.users.has(id) ? 1 : 0;
    const entry: Overwrite = before ?? { id, type, allow: "0", deny: "0" };
    entry.allow = (allowed ? BigInt(entry.allow) | bit : BigInt(entry.allow) & ~bit).toString();
    entry.deny = (allowed ? BigInt(entry.deny) & ~bit : BigInt(entry.deny) | bit).toString();
    if (before === undefined) channel.overwrites.push(entry);
    world.dispatch("CHANNEL_UPDATE", channelJson(world, channel), { guild: channel.guild, intent: INTENT.guilds });
    world.changed();
  }

  function memberships(user: Ref, role: Ref, change: (roles: string[], id: string) => string[]): void {
    const guild = [...world.guilds.values()].find((each) => each.roles.has(idOf(role)));
    const found = guild?.members.get(idOf(user));
    if (found === undefined || guild === undefined) throw new Error("Nobody of that name is in that guild");
    found.roles = change(found.roles, idOf(role));
    const who = found.user.id === world.bot.id ? INTENT.guilds : INTENT.members;
    world.dispatch("GUILD_MEMBER_UPDATE", { ...found, guild_id: guild.id }, { guild: guild.id, intent: who });
    world.changed();
  }

  const self: Town = {
    user(name, { bot = false, guilds, roles = [] } = {}) {
      const made = userJson(world.id(), name, bot);
      world.users.set(made.id, made);
      const [first] = world.guilds.values();
      for (const ref of guilds ?? (first === undefined ? [] : [first])) {
        const guild = guildOf(ref);
        const own = roles.map(idOf).filter((id) => guild.roles.has(id));
        guild.members.set(made.id, member(made, own, world.now()));
      }
      return made;
    },
    role(name, { guild: ref, permissions = [], members = [] } = {}) {
      const guild = guildOf(ref);
      const made = roleJson(world.id(), name, bits(permissions), guild.roles.size);
      guild.roles.set(made.id, made);
      world.dispatch(
        "GUILD_ROLE_CREATE",
        { guild_id: guild.id, role: made },
        { guild: guild.id, intent: INTENT.guilds },
      );
      for (const each of members) self.give(each, made);
      return made;
    },
    guild(name, { bot = true, botMay = BOT_MAY } = {}) {
      const id = world.id();
      const owner = userJson(world.id(), `${name} owner`, false);
      world.users.set(owner.id, owner);
      const own = roleJson(world.id(), world.bot.username, bits(botMay), 1);
      const everyone = roleJson(id, "@everyone", bits(EVERYONE), 0);
      const guild: Guild = { id, name, owner: owner.id, roles: new Map([[id, everyone]]), members: new Map() };
      guild.members.set(owner.id, member(owner, [], world.now()));
      world.guilds.set(id, guild);
      if (!bot) return guild;
      guild.roles.set(own.id, { ...own, managed: true, tags: { bot_id: world.bot.id } });
      guild.members.set(world.bot.id, member(world.bot, [own.id], world.now()));
      world.dispatch("GUILD_CREATE", guildCreate(world, guild, false), { guild: id, intent: INTENT.guilds });
      return guild;
    },
    channel(name, { guild: ref, only } = {}) {
      const guild = guildOf(ref);
      const channel: Channel = {
        id: world.id(),
        type: CHANNEL.text,
        name,
        guild: guild.id,
        overwrites: [],
        archived: false,
        locked: false,
        joined: new Set(),
        created: world.now(),
        last: null,
      };
      world.channels.set(channel.id, channel);
      if (only !== undefined) {
        self.forbid(channel, "viewChannel", guild.id);
        for (const each of [...only, world.bot]) self.allow(channel, "viewChannel", each);
      }
      world.dispatch("CHANNEL_CREATE", channelJson(world, channel), { guild: guild.id, intent: INTENT.guilds });
      return channel;
    },
    forbid: (channel, permission, whom = world.bot) => overwrite(channel, permission, whom, false),
    allow: (channel, permission, whom = world.bot) => overwrite(channel, permission, whom, true),
    give: (user, role) => memberships(user, role, (roles, id) => [...new Set([...roles, id])]),
    take: (user, role) => memberships(user, role, (roles, id) => roles.filter((each) => each !== id)),
    leave(user, ref) {
      guildOf(ref).members.delete(idOf(user));
      world.changed();
    },
    kick(ref) {
      const guild = guildOf(ref);
      world.dispatch("GUILD_DELETE", { id: guild.id }, { guild: guild.id, intent: INTENT.guilds });
      guild.members.delete(world.bot.id);
      world.changed();
    },
    deleteChannel: (ref) => deleteChannel(world, channelOf(world, idOf(ref))),
    archive(ref, locked = false) {
      const thread = channelOf(world, idOf(ref));
      thread.archived = true;
      thread.locked = locked;
      world.dispatch("THREAD_UPDATE", channelJson(world, thread), { guild: thread.guild, intent: INTENT.guilds });
    },
    closeDms: (user) => world.closed.add(idOf(user)),
  };
  return self;
}
