/** Interactions: dispatched to the bot, acknowledged once within 3 s, their token good for 15 minutes. */

import { acknowledged, metadata, payload } from "./interaction-json.ts";
import { modalLimits } from "./limits/modal.ts";
import { checks, fail, formInvalid, isObject } from "./limits/problems.ts";
import { create, edit, isAnswer, writable } from "./messages.ts";
import { CALLBACK, FLAG, INTERACTION, MESSAGE } from "./numbers.ts";
import type { Call } from "./request.ts";
import { reference } from "./told.ts";
import type { Answer, Modal } from "./wire.ts";
import type { Channel, Interaction, Stored, World } from "./world.ts";

export const ACK_MS = 3_000;
export const TOKEN_MS = 15 * 60_000;

export interface Opening {
  type: number;
  user: string;
  channel: Channel;
  data: unknown;
  message?: string | undefined;
  command?: string;
}

export function open(world: World, { type, user, channel, data, message, command }: Opening): Interaction {
  const id = world.id();
  const interaction: Interaction = {
    id,
    token: `aW50ZXJhY3Rpb246${Buffer.from(`${id}:${Math.random()}`).toString("base64url")}`,
    type,
    at: world.now(),
    user,
    channel: channel.id,
    followUps: [],
    ...(channel.guild === undefined ? {} : { guild: channel.guild }),
    ...(message === undefined ? {} : { message }),
    ...(command === undefined ? {} : { command }),
  };
  world.interactions.set(id, interaction);
  world.dispatch("INTERACTION_CREATE", payload(world, interaction, channel, data), { guild: channel.guild });
  return interaction;
}

export function acknowledge(world: World, call: Call): Answer {
  const interaction = world.interactions.get(call.params.interaction ?? "");
  if (interaction === undefined || interaction.token !== call.params.token) return fail(10062);
  if (interaction.ack !== undefined) return fail(40060);
  const latency = world.now() - interaction.at;
  if (latency > ACK_MS) return fail(10062);
  const { type: callback } = call.fields;
  const refusal = carryOut(world, interaction, Number(callback), call);
  if (refusal !== undefined) return refusal;
  interaction.ack = { callback: Number(callback), at: world.now() };
  world.acks.push({ interaction: interaction.id, user: interaction.user, callback: Number(callback), latency });
  world.changed();
  return call.query.get("with_response") === "true"
    ? { status: 200, body: acknowledged(world, interaction, Number(callback)) }
    : { status: 204 };
}

function carryOut(world: World, interaction: Interaction, callback: number, call: Call): Answer | undefined {
  const data = isObject(call.fields.data) ? call.fields.data : {};
  switch (callback) {
    case CALLBACK.message:
      return keep(interaction, respond(world, interaction, call, data, 0));
    case CALLBACK.deferred:
      return keep(interaction, respond(world, interaction, call, { flags: data.flags ?? 0 }, FLAG.loading));
    case CALLBACK.deferredUpdate:
    case CALLBACK.update: {
      const message = interaction.message === undefined ? undefined : world.messages.get(interaction.message);
      if (interaction.message === undefined) return notHere();
      interaction.original = interaction.message;
      if (callback === CALLBACK.deferredUpdate) return undefined;
      if (message === undefined) return fail(10008);
      const edited = edit(world, message, data, call.uploads);
      return isAnswer(edited) ? edited : undefined;
    }
    case CALLBACK.modal: {
      if (interaction.type === INTERACTION.modal) return notHere();
      const check = checks();
      modalLimits(check, data);
      if (check.problems.length > 0) return formInvalid(check.problems);
      interaction.opened = structuredClone(data) as unknown as Modal;
      return undefined;
    }
    default:
      return notHere();
  }
}

/** The message that answers an interaction: its first response, or a follow-up. */
export function respond(
  world: World,
  interaction: Interaction,
  call: Call,
  body: Record<string, unknown>,
  loading: number,
): Stored | Answer {
  const channel = world.channels.get(interaction.channel);
  if (channel === undefined) return fail(10003);
  const ephemeral = Number(body.flags ?? 0) & FLAG.ephemeral;
  const barred = ephemeral === 0 && channel.archived ? writable(world, channel, false) : undefined;
  if (barred !== undefined) return barred;
  const asked = interaction.message === undefined ? undefined : world.messages.get(interaction.message);
  const shown = Number(body.flags ?? 0) & (FLAG.suppressEmbeds | FLAG.v2);
  return create(world, {
    body: { ...body, message_reference: null },
    uploads: call.uploads,
    channel,
    author: world.bot.id,
    extra: {
      type:
        interaction.type === INTERACTION.command
          ? MESSAGE.command
          : asked === undefined
            ? MESSAGE.plain
            : MESSAGE.reply,
      flags: shown | ephemeral | loading,
      application_id: world.application.id,
      webhook_id: world.application.id,
      interaction_metadata: metadata(world, interaction),
      ...(asked === undefined ? {} : { message_reference: reference(channel, asked.id) }),
      ...(ephemeral === 0 ? {} : { only: interaction.user }),
    },
  });
}

function keep(interaction: Interaction, made: Stored | Answer): Answer | undefined {
  if (isAnswer(made)) return made;
  interaction.original = made.id;
  return undefined;
}

function notHere(): Answer {
  return formInvalid([
    { path: ["type"], code: "INTERACTION_CALLBACK_TYPE", message: "Not a response to this interaction" },
  ]);
}
