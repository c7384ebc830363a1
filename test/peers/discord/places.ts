/** Guilds, roles, channels and threads as Discord spells them in answers and dispatches. */
import { CHANNEL } from "./numbers.ts";
import { permissionsIn } from "./permissions.ts";
import type { Member, Role, User } from "./wire.ts";
import type { Channel, Guild, World } from "./world.ts";

export function role(id: string, name: string, permissions: string, position: number): Role {
  return {
    id,
    name,
    permissions,
    position,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    managed: false,
    mentionable: false,
    icon: null,
    unicode_emoji: null,
    flags: 0,
  };
}

export function member(user: User, roles: string[], joined: number): Member {
  return {
    avatar: null,
    banner: null,
    communication_disabled_until: null,
    flags: 0,
    joined_at: new Date(joined).toISOString(),
    nick: null,
    pending: false,
    premium_since: null,
    roles,
    user,
    mute: false,
    deaf: false,
  };
}

export function isThread(channel: Channel): boolean {
  return channel.type >= CHANNEL.announcementThread && channel.type <= CHANNEL.privateThread;
}

export function channelJson(world: World, channel: Channel): Record<string, unknown> {
  if (channel.recipient !== undefined)
    return {
      id: channel.id,
      type: CHANNEL.dm,
      last_message_id: channel.last,
      flags: 0,
      recipients: [world.users.get(channel.recipient)],
    };
  if (isThread(channel)) return threadJson(world, channel);
  return {
    id: channel.id,
    type: channel.type,
    guild_id: channel.guild,
    name: channel.name,
    last_message_id: channel.last,
    flags: 0,
    parent_id: null,
    topic: null,
    position: 0,
    permission_overwrites: channel.overwrites,
    rate_limit_per_user: 0,
    nsfw: false,
  };
}

function threadJson(world: World, channel: Channel): Record<string, unknown> {
  const created = new Date(channel.created).toISOString();
  const inside = [...world.messages.values()].filter((each) => each.channel_id === channel.id && !each.only).length;
  return {
    id: channel.id,
    type: channel.type,
    guild_id: channel.guild,
    parent_id: channel.parent,
    owner_id: channel.owner,
    name: channel.name,
    last_message_id: channel.last,
    flags: 0,
    rate_limit_per_user: 0,
    message_count: inside,
    total_message_sent: inside,
    member_count: channel.joined.size,
    thread_metadata: {
      archived: channel.archived,
      archive_timestamp: created,
      auto_archive_duration: 1440,
      locked: channel.locked,
      create_timestamp: created,
    },
    ...(channel.joined.has(world.bot.id) ? { member: threadMember(channel, world.bot.id) } : {}),
  };
}

export function threadMember(channel: Channel, user: string): Record<string, unknown> {
  return { id: channel.id, user_id: user, join_timestamp: new Date(channel.created).toISOString(), flags: 0 };
}

/** `GET /guilds/:id`: complete, since the library reads fields that nobody asked it to. */
export function guildJson(guild: Guild): Record<string, unknown> {
  return {
    id: guild.id,
    name: guild.name,
    icon: null,
    description: null,
    home_header: null,
    splash: null,
    discovery_splash: null,
    features: [],
    banner: null,
    owner_id: guild.owner,
    application_id: null,
    region: "deprecated",
    afk_channel_id: null,
    afk_timeout: 300,
    system_channel_id: null,
    system_channel_flags: 0,
    widget_enabled: false,
    widget_channel_id: null,
    verification_level: 1,
    roles: [...guild.roles.values()],
    default_message_notifications: 0,
    mfa_level: 0,
    explicit_content_filter: 0,
    max_presences: null,
    max_members: 500_000,
    max_stage_video_channel_users: 50,
    max_video_channel_users: 25,
    vanity_url_code: null,
    premium_tier: 0,
    premium_subscription_count: 0,
    preferred_locale: "en-US",
    rules_channel_id: null,
    safety_alerts_channel_id: null,
    public_updates_channel_id: null,
    premium_progress_bar_enabled: false,
    nsfw: false,
    nsfw_level: 0,
    emojis: [],
    stickers: [],
    incidents_data: null,
  };
}

/** GUILD_CREATE: the guild, and what only the gateway tells. A bot without the members intent sees itself alone. */
export function guildCreate(world: World, guild: Guild, withMembers: boolean): Record<string, unknown> {
  const places = [...world.channels.values()].filter((each) => each.guild === guild.id);
  const seen = places.filter((each) => permissionsIn(world, each, world.bot.id) !== 0n);
  const members = [...guild.members.values()];
  return {
    ...guildJson(guild),
    joined_at: guild.members.get(world.bot.id)?.joined_at,
    large: false,
    unavailable: false,
    member_count: guild.members.size,
    members: withMembers ? members : members.filter((each) => each.user.id === world.bot.id),
    channels: seen.filter((each) => !isThread(each)).map((each) => channelJson(world, each)),
    threads: seen.filter((each) => isThread(each) && !each.archived).map((each) => channelJson(world, each)),
    voice_states: [],
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}
