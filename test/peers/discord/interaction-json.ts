/** How an interaction is dispatched, how its answer is confirmed, and what the message that answers it says of it. */
import { CALLBACK, INTERACTION } from "./numbers.ts";
import { permissionsIn } from "./permissions.ts";
import { channelJson } from "./places.ts";
import { messageJson } from "./told.ts";
import type { Channel, Interaction, World } from "./world.ts";

export function payload(
  world: World,
  interaction: Interaction,
  channel: Channel,
  data: unknown,
): Record<string, unknown> {
  const user = world.users.get(interaction.user);
  const guild = channel.guild === undefined ? undefined : world.guilds.get(channel.guild);
  const member = guild?.members.get(interaction.user);
  const permissions = permissionsIn(world, channel, interaction.user).toString();
  const message = interaction.message === undefined ? undefined : world.messages.get(interaction.message);
  return {
    id: interaction.id,
    application_id: world.application.id,
    type: interaction.type,
    token: interaction.token,
    version: 1,
    channel_id: channel.id,
    channel: { ...channelJson(world, channel), permissions },
    ...(guild === undefined
      ? { user, context: 1 }
      : {
          guild_id: guild.id,
          guild: { id: guild.id, features: [], locale: "en-US" },
          guild_locale: "en-US",
          member: { ...member, permissions },
          context: 0,
        }),
    ...(message === undefined ? {} : { message: messageJson(message) }),
    data,
    app_permissions: permissionsIn(world, channel, world.bot.id).toString(),
    locale: "en-US",
    entitlements: [],
    authorizing_integration_owners: owners(interaction),
    attachment_size_limit: 10_485_760,
  };
}

export function metadata(world: World, interaction: Interaction): Record<string, unknown> {
  const base = {
    id: interaction.id,
    user: world.users.get(interaction.user),
    authorizing_integration_owners: owners(interaction),
  };
  const pressed =
    interaction.message === undefined
      ? { ...base, type: INTERACTION.command }
      : { ...base, type: INTERACTION.component, interacted_message_id: interaction.message };
  if (interaction.type === INTERACTION.modal)
    return { ...base, type: INTERACTION.modal, triggering_interaction_metadata: pressed };
  return pressed;
}

function owners(interaction: Interaction): Record<string, string> {
  return { "0": interaction.guild ?? "0" };
}

export function acknowledged(world: World, interaction: Interaction, callback: number): Record<string, unknown> {
  const message = interaction.original === undefined ? undefined : world.messages.get(interaction.original);
  const withMessage = callback === CALLBACK.message || callback === CALLBACK.update;
  return {
    interaction: {
      id: interaction.id,
      type: interaction.type,
      ...(message === undefined
        ? {}
        : {
            response_message_id: message.id,
            response_message_loading: callback === CALLBACK.deferred,
            response_message_ephemeral: message.only !== undefined,
          }),
    },
    ...(withMessage && message !== undefined ? { resource: { type: callback, message: messageJson(message) } } : {}),
  };
}
