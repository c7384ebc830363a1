/** How a message is told: in answers and dispatches, to those who see its channel, with or without its content. */
import { INTENT } from "./numbers.ts";
import { may } from "./permissions.ts";
import type { Message } from "./wire.ts";
import type { Audience, Channel, Stored, World } from "./world.ts";

/** As it is answered and dispatched: without what only the peer knows. */
export function messageJson(message: Stored): Message {
  const { only: _, referenced_message: replied, ...rest } = message;
  if (replied === undefined || replied === null) return rest;
  const { referenced_message: __, only: ___, ...flat } = replied as Stored;
  return { ...rest, referenced_message: flat };
}

/** Without the privileged intent a bot reads only its own messages, DMs, and what mentions it. */
export function withoutContent(world: World, message: Message): Message {
  const own = message.author.id === world.bot.id;
  if (own || message.guild_id === undefined || message.mentions.some(({ id }) => id === world.bot.id)) return message;
  return { ...message, content: "", embeds: [], attachments: [], components: [] };
}

export function tell(world: World, type: string, channel: Channel, message: Stored, extra: object = {}): void {
  if (!may(world, channel, world.bot.id, "viewChannel")) return;
  const member =
    channel.guild === undefined ? undefined : world.guilds.get(channel.guild)?.members.get(message.author.id);
  const { user: _, ...bare } = member ?? { user: null };
  const data = {
    ...messageJson(message),
    ...extra,
    channel_type: channel.type,
    ...(member === undefined ? {} : { member: bare }),
  };
  world.dispatch(type, data, audience(channel));
}

export function audience(channel: Channel): Audience {
  return { guild: channel.guild, intent: channel.guild === undefined ? INTENT.directMessages : INTENT.messages };
}

export function guildOf(channel: Channel): { guild_id?: string } {
  return channel.guild === undefined ? {} : { guild_id: channel.guild };
}

export function reference(channel: Channel, message: string) {
  return { type: 0, channel_id: channel.id, message_id: message, ...guildOf(channel) };
}
