/** What the bot can reach: a channel that it sees, a message in it. Anything else is answered here. */
import { fail } from "../limits/problems.ts";
import { may } from "../permissions.ts";
import type { Call } from "../request.ts";
import type { Answer } from "../wire.ts";
import type { Channel, Stored, World } from "../world.ts";

export type Handle = (world: World, call: Call) => Answer;
export type Route = [route: string, handle: Handle];

export function ok(body: unknown, status = 200): Answer {
  return { status, body };
}

export function seen(then: (world: World, channel: Channel, call: Call) => Answer): Handle {
  return (world, call) => {
    const channel = world.channels.get(call.params.channel ?? "");
    if (channel === undefined) return fail(10003);
    // A guild that threw the bot out is as foreign as one that never had it.
    return may(world, channel, world.bot.id, "viewChannel") ? then(world, channel, call) : fail(50001);
  };
}

export function stored(then: (world: World, message: Stored, channel: Channel, call: Call) => Answer): Handle {
  return seen((world, channel, call) => {
    const message = world.messages.get(call.params.message ?? "");
    // Ephemeral messages are reached by the interaction's token alone.
    if (message === undefined || message.channel_id !== channel.id || message.only !== undefined) return fail(10008);
    return then(world, message, channel, call);
  });
}
