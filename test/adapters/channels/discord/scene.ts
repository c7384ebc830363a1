/** A server with one channel, a message of the bot and Bob in it: what is dispatched there, without anything running. */
import { payload } from "../../../peers/discord/interaction-json.ts";
import { town } from "../../../peers/discord/town.ts";
import { type Channel, emptyWorld, type Interaction, type World } from "../../../peers/discord/world.ts";

export interface Scene {
  world: World;
  bob: string;
  guild: string;
  channel: Channel;
  /** As the fake Discord dispatches it. */
  dispatched(data: unknown, over?: Partial<Interaction>, place?: Channel): Record<string, unknown>;
}

export function scene(): Scene {
  const world = emptyWorld("token", 0);
  const made = town(world);
  const guild = made.guild("Home");
  const role = made.role("approvers");
  const channel = made.channel("deploys");
  const bob = made.user("Bob", { roles: [role] });
  const message = world.id();
  world.messages.set(message, {
    ...{ id: message, channel_id: channel.id, type: 0, content: "", author: world.bot, components: [], flags: 32_768 },
    ...{ mentions: [], mention_roles: [], mention_everyone: false, attachments: [], embeds: [], pinned: false },
    ...{ tts: false, timestamp: new Date(0).toISOString(), edited_timestamp: null },
  });
  return {
    ...{ world, bob: bob.id, guild: guild.id, channel },
    dispatched(data, over = {}, place = channel) {
      const interaction: Interaction = {
        ...{ id: world.id(), token: "an-interaction-token", type: 3, at: 0, user: bob.id, channel: place.id },
        ...{ message, followUps: [], ...(place.guild === undefined ? {} : { guild: place.guild }), ...over },
      };
      world.interactions.set(interaction.id, interaction);
      return structuredClone(payload(world, interaction, place, data));
    },
  };
}
