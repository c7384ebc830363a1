/** What an interaction's token opens: the first response, follow-ups, their edits. No bot token is asked for. */

import { respond, TOKEN_MS } from "../interactions.ts";
import { fail } from "../limits/problems.ts";
import { edit, isAnswer, remove } from "../messages.ts";
import { CALLBACK, FLAG } from "../numbers.ts";
import type { Call } from "../request.ts";
import { messageJson } from "../told.ts";
import type { Answer } from "../wire.ts";
import type { Interaction, Stored, World } from "../world.ts";
import { type Handle, ok, type Route } from "./reach.ts";

const ONE = "/webhooks/:application/:token/messages/:message";

export const webhookRoutes: Route[] = [
  ["POST /webhooks/:application/:token", held(followUp)],
  [`GET ${ONE}`, own((_, message) => ok(messageJson(message)))],
  [`PATCH ${ONE}`, own(patch)],
  [`DELETE ${ONE}`, own(drop)],
];

function held(then: (world: World, interaction: Interaction, call: Call) => Answer): Handle {
  return (world, call) => {
    const found = [...world.interactions.values()].find(({ token }) => token === call.params.token);
    // Before it is acknowledged, an interaction has no webhook.
    if (found?.ack === undefined || call.params.application !== world.application.id) return fail(10015);
    return world.now() - found.at > TOKEN_MS ? fail(50027) : then(world, found, call);
  };
}

/** The first response or a follow-up of this interaction. */
function own(then: (world: World, message: Stored, call: Call) => Answer): Handle {
  return held((world, interaction, call) => {
    const wanted = call.params.message === "@original" ? interaction.original : call.params.message;
    const isOwn = wanted !== undefined && (wanted === interaction.original || interaction.followUps.includes(wanted));
    const message = isOwn ? world.messages.get(wanted) : undefined;
    return message === undefined ? fail(10008) : then(world, message, call);
  });
}

/** The first follow-up of a deferred response becomes that response, as public or as private as it was deferred. */
function followUp(world: World, interaction: Interaction, call: Call): Answer {
  const first = interaction.original === undefined ? undefined : world.messages.get(interaction.original);
  const filling = interaction.ack?.callback === CALLBACK.deferred && first !== undefined && first.flags & FLAG.loading;
  const made = filling
    ? edit(world, first, call.fields, call.uploads)
    : respond(world, interaction, call, call.fields, 0);
  if (isAnswer(made)) return made;
  if (!filling) interaction.followUps.push(made.id);
  world.changed();
  return ok(messageJson(made));
}

function patch(world: World, message: Stored, call: Call): Answer {
  const made = edit(world, message, call.fields, call.uploads);
  return isAnswer(made) ? made : ok(messageJson(made));
}

function drop(world: World, message: Stored): Answer {
  remove(world, message);
  return { status: 204 };
}
