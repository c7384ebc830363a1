/** Threads: one on a message, which bears the message's id, or one of its own in a channel. */
import { checks, fail, formInvalid } from "../limits/problems.ts";
import { put, replace } from "../messages.ts";
import { CHANNEL, FLAG, INTENT, MESSAGE } from "../numbers.ts";
import { may } from "../permissions.ts";
import { channelJson, isThread } from "../places.ts";
import type { Call } from "../request.ts";
import { reference } from "../told.ts";
import type { Answer } from "../wire.ts";
import type { Channel, Stored, World } from "../world.ts";
import { ok, type Route, seen, stored } from "./reach.ts";

const MEMBERS = "/channels/:channel/thread-members";

export const threadRoutes: Route[] = [
  ["POST /channels/:channel/messages/:message/threads", stored(onMessage)],
  ["POST /channels/:channel/threads", seen(inChannel)],
  [`PUT ${MEMBERS}/@me`, seen((world, channel) => join(world, channel, world.bot.id))],
  [`PUT ${MEMBERS}/:user`, seen((world, channel, call) => join(world, channel, call.params.user ?? ""))],
];

function onMessage(world: World, message: Stored, parent: Channel, call: Call): Answer {
  if (message.thread !== undefined) return fail(160004);
  const made = makeThread(world, parent, call, CHANNEL.publicThread, message.id);
  if ("status" in made) return made;
  replace(world, { ...message, flags: message.flags | FLAG.hasThread, thread: channelJson(world, made) });
  systemMessage(world, made, MESSAGE.threadStarter, message.author.id, reference(parent, message.id));
  return ok(channelJson(world, made), 201);
}

function inChannel(world: World, parent: Channel, call: Call): Answer {
  const made = makeThread(world, parent, call, Number(call.fields.type ?? CHANNEL.privateThread), world.id());
  if ("status" in made) return made;
  if (made.type === CHANNEL.publicThread)
    systemMessage(world, parent, MESSAGE.threadCreated, world.bot.id, { type: 0, channel_id: made.id });
  return ok(channelJson(world, made), 201);
}

function makeThread(world: World, parent: Channel, call: Call, type: number, id: string): Channel | Answer {
  if (parent.type !== CHANNEL.text) return fail(50024);
  const needed = type === CHANNEL.privateThread ? "createPrivateThreads" : "createPublicThreads";
  if (!may(world, parent, world.bot.id, needed)) return fail(50013);
  const check = checks();
  const { name } = call.fields;
  if (!check.text(name, ["name"], 1, 100)) return formInvalid(check.problems);
  const made: Channel = {
    id,
    type,
    name,
    ...(parent.guild === undefined ? {} : { guild: parent.guild }),
    parent: parent.id,
    owner: world.bot.id,
    overwrites: [],
    archived: false,
    locked: false,
    joined: new Set([world.bot.id]),
    created: world.now(),
    last: null,
  };
  world.channels.set(id, made);
  const data = { ...channelJson(world, made), newly_created: true };
  world.dispatch("THREAD_CREATE", data, { guild: made.guild, intent: INTENT.guilds });
  return made;
}

function systemMessage(
  world: World,
  channel: Channel,
  type: number,
  author: string,
  to: Stored["message_reference"],
): void {
  const by = world.users.get(author) ?? world.bot;
  put(world, channel, {
    id: world.id(),
    channel_id: channel.id,
    ...(channel.guild === undefined ? {} : { guild_id: channel.guild }),
    type,
    content: "",
    author: by,
    mentions: [],
    mention_roles: [],
    mention_everyone: false,
    attachments: [],
    embeds: [],
    components: [],
    timestamp: new Date(world.now()).toISOString(),
    edited_timestamp: null,
    flags: 0,
    pinned: false,
    tts: false,
    ...(to === undefined ? {} : { message_reference: to }),
  });
}

function join(world: World, channel: Channel, user: string): Answer {
  if (!isThread(channel)) return fail(50024);
  if (!world.users.has(user)) return fail(10013);
  channel.joined.add(user);
  world.changed();
  return { status: 204 };
}
