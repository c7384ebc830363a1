/** Channels and their messages, as the bot reaches them. */
import { checks, fail, formInvalid, given } from "../limits/problems.ts";
import { create, edit, isAnswer, remove, writable } from "../messages.ts";
import { INTENT } from "../numbers.ts";
import { may } from "../permissions.ts";
import { channelJson, isThread } from "../places.ts";
import type { Call } from "../request.ts";
import { messageJson, withoutContent } from "../told.ts";
import type { Answer } from "../wire.ts";
import type { Channel, Stored, World } from "../world.ts";
import { ok, type Route, seen, stored } from "./reach.ts";

export const channelRoutes: Route[] = [
  ["GET /channels/:channel", seen((world, channel) => ok(channelJson(world, channel)))],
  ["PATCH /channels/:channel", seen(change)],
  ["DELETE /channels/:channel", seen(deleted)],
  ["GET /channels/:channel/messages", seen(history)],
  ["POST /channels/:channel/messages", seen(post)],
  ["GET /channels/:channel/messages/:message", stored(read)],
  ["PATCH /channels/:channel/messages/:message", stored(patch)],
  ["DELETE /channels/:channel/messages/:message", stored(drop)],
  ["POST /channels/:channel/typing", seen(() => ({ status: 204 }))],
];

function read(world: World, message: Stored, channel: Channel): Answer {
  return may(world, channel, world.bot.id, "readHistory") ? ok(shown(world, message)) : fail(50001);
}

function post(world: World, channel: Channel, call: Call): Answer {
  const barred = writable(world, channel, call.uploads.length > 0);
  if (barred !== undefined) return barred;
  channel.archived = false;
  const made = create(world, { body: call.fields, uploads: call.uploads, channel, author: world.bot.id });
  if (isAnswer(made)) return made;
  // The nonce comes back with the create alone, so a message cannot be found again by it.
  const { nonce } = call.fields;
  return ok({ ...messageJson(made), ...(given(nonce) ? { nonce } : {}) });
}

function patch(world: World, message: Stored, _: Channel, call: Call): Answer {
  if (message.author.id !== world.bot.id) return fail(50005);
  const made = edit(world, message, call.fields, call.uploads);
  return isAnswer(made) ? made : ok(messageJson(made));
}

function drop(world: World, message: Stored, channel: Channel): Answer {
  if (message.author.id !== world.bot.id && !may(world, channel, world.bot.id, "manageMessages")) return fail(50013);
  remove(world, message);
  return { status: 204 };
}

function history(world: World, channel: Channel, call: Call): Answer {
  if (!may(world, channel, world.bot.id, "readHistory")) return ok([]);
  const limit = Number(call.query.get("limit") ?? 50);
  const check = checks();
  if (!check.whole(limit, ["limit"], 1, 100)) return formInvalid(check.problems);
  const [before, after, around] = ["before", "after", "around"].map((each) => call.query.get(each));
  const all = [...world.messages.values()]
    .filter((each) => each.channel_id === channel.id && each.only === undefined)
    .filter(
      (each) => (before ? BigInt(each.id) < BigInt(before) : true) && (after ? BigInt(each.id) > BigInt(after) : true),
    )
    .sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? 1 : -1));
  const from = around
    ? Math.max(0, all.findIndex(({ id }) => BigInt(id) <= BigInt(around)) - Math.floor(limit / 2))
    : 0;
  const page = after ? all.slice(-limit) : all.slice(from, from + limit);
  return ok(page.map((each) => shown(world, each)));
}

function shown(world: World, message: Stored) {
  const json = messageJson(message);
  return world.application.privileged & INTENT.messageContent ? json : withoutContent(world, json);
}

function change(world: World, channel: Channel, call: Call): Answer {
  const { name, archived, locked } = call.fields;
  const own = isThread(channel) && channel.owner === world.bot.id && locked === undefined;
  if (!own && !may(world, channel, world.bot.id, isThread(channel) ? "manageThreads" : "manageChannels"))
    return fail(50013);
  const check = checks();
  if (name !== undefined && check.text(name, ["name"], 1, 100)) channel.name = name;
  if (check.problems.length > 0) return formInvalid(check.problems);
  if (typeof archived === "boolean") channel.archived = archived;
  if (typeof locked === "boolean") channel.locked = locked;
  const json = channelJson(world, channel);
  world.dispatch(isThread(channel) ? "THREAD_UPDATE" : "CHANNEL_UPDATE", json, {
    guild: channel.guild,
    intent: INTENT.guilds,
  });
  world.changed();
  return ok(json);
}

function deleted(world: World, channel: Channel): Answer {
  if (!may(world, channel, world.bot.id, isThread(channel) ? "manageThreads" : "manageChannels")) return fail(50013);
  const json = channelJson(world, channel);
  deleteChannel(world, channel);
  return ok(json);
}

/** With its threads and everything that was said in them. */
export function deleteChannel(world: World, channel: Channel): void {
  const gone = [...world.channels.values()].filter((each) => each.id === channel.id || each.parent === channel.id);
  for (const each of gone) {
    const json = channelJson(world, each);
    world.channels.delete(each.id);
    for (const message of [...world.messages.values()])
      if (message.channel_id === each.id) world.messages.delete(message.id);
    world.dispatch(isThread(each) ? "THREAD_DELETE" : "CHANNEL_DELETE", json, {
      guild: each.guild,
      intent: INTENT.guilds,
    });
  }
  world.changed();
}
