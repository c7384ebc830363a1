/** chat.*: posting, changing and removing the bot's messages. */
import type { JsonObject } from "../../../../src/json.ts";
import { type Channel, copy, directOf, type Message } from "../world.ts";
import { type Content, contentOf } from "./content.ts";
import { ApiError, type Call, channelOf, isOf, joined, type Method, plainJson, userOf } from "./method.ts";

const needs = () => ["chat:write"];

export const chat: Record<string, Method> = {
  "chat.postMessage": { token: "bot", needs, carry: postMessage },
  "chat.postEphemeral": { token: "bot", needs, carry: postEphemeral },
  "chat.update": { token: "bot", needs, carry: update },
  "chat.delete": { token: "bot", needs, carry: remove },
  "chat.getPermalink": { token: "bot", carry: permalink },
};

function postMessage(call: Call): JsonObject {
  const { args } = call;
  const channel = target(call, args.need("channel"));
  const content = contentOf(args);
  for (const name of ["username", "icon_url", "icon_emoji"]) {
    if (args.text(name) !== undefined) call.demand("chat:write.customize");
  }
  if (content.text === undefined && (content.blocks ?? []).length === 0) throw new ApiError("no_text");
  const thread = threadOf(channel, args.text("thread_ts"));
  const message = {
    ...written(call, channel, content),
    ...(thread === undefined ? {} : { thread_ts: thread }),
  };
  channel.messages.push(message);
  call.tell({ type: "posted", message });
  return { channel: channel.id, ts: message.ts, message: shown(message, channel, true) };
}

function postEphemeral(call: Call): JsonObject {
  const { world, args } = call;
  const channel = target(call, args.need("channel"));
  const user = userOf(call, args.need("user"));
  if (!channel.members.has(user.id)) throw new ApiError("user_not_in_channel");
  const content = contentOf(args);
  if (content.text === undefined && (content.blocks ?? []).length === 0) throw new ApiError("no_text");
  const thread = threadOf(channel, args.text("thread_ts"));
  const { metadata: _, ...message } = written(call, channel, content);
  world.ephemerals.push({
    ...message,
    ephemeral_to: user.id,
    ...(thread === undefined ? {} : { thread_ts: thread }),
  });
  return { message_ts: message.ts };
}

function update(call: Call): JsonObject {
  const { args, bot } = call;
  const channel = channelOf(call, args.need("channel"));
  const message = found(channel, args.need("ts"));
  if (message.user !== bot.user) throw new ApiError("cant_update_message");
  if (channel.archived) throw new ApiError("is_inactive");
  joined(call, channel);
  const content = contentOf(args);
  if (content.text === undefined && content.blocks === undefined) throw new ApiError("no_text");
  const previous = copy(message);
  rewrite(message, content);
  if (content.blocks === undefined) message.edited = { user: bot.user, ts: call.world.ts() };
  call.tell({ type: "changed", message, previous });
  return { channel: channel.id, ts: message.ts, text: message.text, message: shown(message, channel, true) };
}

/** Text without blocks takes former blocks away; metadata stays unless it is named. */
export function rewrite(message: Message, { text, blocks, metadata }: Content): void {
  if (text !== undefined) message.text = text;
  if (blocks !== undefined && blocks.length > 0) message.blocks = blocks;
  else if (blocks !== undefined || text !== undefined) delete message.blocks;
  if (metadata === null) delete message.metadata;
  else if (metadata !== undefined) message.metadata = metadata;
}

function remove(call: Call): JsonObject {
  const { args, bot } = call;
  const channel = channelOf(call, args.need("channel"));
  const message = found(channel, args.need("ts"));
  if (message.user !== bot.user) throw new ApiError("cant_delete_message");
  channel.messages.splice(channel.messages.indexOf(message), 1);
  call.tell({ type: "deleted", message });
  return { channel: channel.id, ts: message.ts };
}

function permalink(call: Call): JsonObject {
  const channel = channelOf(call, call.args.need("channel"));
  const message = found(channel, call.args.need("message_ts"));
  const domain = call.world.teams.get(channel.team)?.domain;
  const address = `https://${domain}.slack.com/archives/${channel.id}/p${message.ts.replace(".", "")}`;
  const inThread = message.thread_ts === undefined ? "" : `?thread_ts=${message.thread_ts}&cid=${channel.id}`;
  return { channel: channel.id, permalink: address + inThread };
}

/** An id, `#name`, `name` or a person's id: where the bot may write. */
function target(call: Call, name: string): Channel {
  const { world, bot } = call;
  const channel = world.users.has(name) ? direct(call, name) : byName(call, name);
  if (channel.archived) throw new ApiError("is_archived");
  if (!channel.members.has(bot.user)) {
    if (!call.manifest.scopes.includes("chat:write.public")) throw new ApiError("not_in_channel");
    call.demand("chat:write.public");
  }
  return channel;
}

function direct(call: Call, user: string): Channel {
  const { deleted, id } = userOf(call, user);
  if (deleted) throw new ApiError("channel_not_found");
  return directOf(call.world, call.bot.team, call.bot.user, id);
}

function byName(call: Call, name: string): Channel {
  const { world } = call;
  if (world.channels.has(name)) return channelOf(call, name);
  const named = [...world.channels.values()].find((each) => each.name === name.replace(/^#/, "") && isOf(call, each));
  if (named === undefined) throw new ApiError("channel_not_found");
  return channelOf(call, named.id);
}

function threadOf(channel: Channel, ts: string | undefined): string | undefined {
  if (ts === undefined) return undefined;
  if (!/^\d+\.\d{6}$/.test(ts)) throw new ApiError("invalid_thread_ts");
  const parent = channel.messages.find((each) => each.ts === ts);
  if (parent === undefined) throw new ApiError("thread_not_found");
  return parent.thread_ts ?? parent.ts;
}

function found(channel: Channel, ts: string): Message {
  const message = channel.messages.find((each) => each.ts === ts);
  if (message === undefined) throw new ApiError("message_not_found");
  return message;
}

function written({ world, bot }: Call, channel: Channel, { text, blocks, metadata }: Content): Message {
  return {
    type: "message",
    ts: world.ts(),
    channel: channel.id,
    user: bot.user,
    team: bot.team,
    bot_id: bot.bot,
    app_id: world.app.id,
    text: text ?? "",
    ...(blocks === undefined || blocks.length === 0 ? {} : { blocks }),
    ...(metadata === undefined || metadata === null ? {} : { metadata }),
  };
}

/** As the API and events show a message. Without `all`, metadata shows its type only. */
export function shown(message: Message, channel: Channel, all: boolean): JsonObject {
  const { channel: _, ephemeral_to: __, metadata, ...rest } = message;
  const replies = channel.messages.filter((each) => each.thread_ts === message.ts && each.ts !== message.ts);
  const last = replies.at(-1);
  const meta = metadata === undefined ? {} : { metadata: all ? { ...metadata } : { event_type: metadata.event_type } };
  const thread =
    last === undefined
      ? {}
      : {
          thread_ts: message.ts,
          reply_count: replies.length,
          reply_users: [...new Set(replies.map((each) => each.user))],
          reply_users_count: new Set(replies.map((each) => each.user)).size,
          latest_reply: last.ts,
        };
  return plainJson({ ...rest, ...thread, ...meta });
}
