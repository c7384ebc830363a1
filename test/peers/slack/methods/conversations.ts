/** conversations.*: what there is, who is in it, and what was said. */
import type { JsonObject } from "../../../../src/json.ts";
import { scopeOf } from "../scopes.ts";
import { type Channel, type ChannelKind, directOf, type Message } from "../world.ts";
import { shown } from "./chat.ts";
import { ApiError, type Call, channelOf, isOf, joined, type Method, page, userOf } from "./method.ts";

export const conversations: Record<string, Method> = {
  "conversations.info": { token: "bot", needs: ofThe("read"), carry: info },
  "conversations.list": { token: "bot", needs: ofTypes, carry: all },
  "users.conversations": { token: "bot", needs: ofTypes, carry: theirs },
  "conversations.members": { token: "bot", needs: ofThe("read"), carry: members },
  "conversations.open": { token: "bot", needs: ofOpen, carry: open },
  "conversations.join": { token: "bot", needs: () => ["channels:join"], carry: join },
  "conversations.history": { token: "bot", needs: ofThe("history"), carry: history },
  "conversations.replies": { token: "bot", needs: ofThe("history"), carry: replies },
};

function ofThe(verb: "read" | "history"): (call: Call) => string[] {
  return ({ world, args }) => [scopeOf(world.channels.get(args.text("channel") ?? "")?.kind ?? "public", verb)];
}

const TYPES: Record<string, ChannelKind> = {
  public_channel: "public",
  private_channel: "private",
  im: "im",
  mpim: "mpim",
};

function typesOf({ args }: Call): ChannelKind[] {
  return (args.text("types") ?? "public_channel").split(",").map((type) => {
    const kind = TYPES[type.trim()];
    if (kind === undefined) throw new ApiError("invalid_types");
    return kind;
  });
}

function ofTypes(call: Call): string[] {
  return typesOf(call).map((kind) => scopeOf(kind, "read"));
}

function ofOpen({ args }: Call): string[] {
  return [(args.text("users") ?? "").includes(",") ? "mpim:write" : "im:write"];
}

function info(call: Call): JsonObject {
  const channel = channelOf(call, call.args.need("channel"));
  return { channel: described(call, channel) };
}

function all(call: Call): JsonObject {
  return listed(call, (channel) => channel.kind === "public" || channel.members.has(call.bot.user));
}

function theirs(call: Call): JsonObject {
  const user = call.args.text("user") ?? call.bot.user;
  return listed(
    call,
    (channel) => channel.members.has(user) && (channel.kind === "public" || channel.members.has(call.bot.user)),
  );
}

function listed(call: Call, isMeant: (channel: Channel) => boolean): JsonObject {
  const types = typesOf(call);
  const without = call.args.flag("exclude_archived");
  const team = call.args.text("team_id");
  if (call.bot.org !== null && team === undefined) throw new ApiError("missing_argument");
  const isIn = (channel: Channel) => (team === undefined ? isOf(call, channel) : channel.team === team);
  const channels = [...call.world.channels.values()].filter(
    (each) => isIn(each) && types.includes(each.kind) && isMeant(each) && !(without && each.archived),
  );
  const { items, next } = page(channels, call, 100, 1_000);
  return { channels: items.map((each) => described(call, each)), response_metadata: { next_cursor: next } };
}

function described({ bot }: Call, channel: Channel): JsonObject {
  const { id, name, kind, archived, members: people, sharedWith } = channel;
  const shared = sharedWith.length > 0;
  if (kind === "im")
    return { id, is_im: true, user: [...people].find((each) => each !== bot.user) ?? bot.user, is_archived: archived };
  return {
    id,
    name,
    is_channel: kind === "public",
    is_group: kind === "private",
    is_im: false,
    is_mpim: kind === "mpim",
    is_private: kind !== "public",
    is_archived: archived,
    is_member: people.has(bot.user),
    is_shared: shared,
    is_ext_shared: shared,
    context_team_id: bot.team,
    num_members: people.size,
  };
}

function members(call: Call): JsonObject {
  const channel = channelOf(call, call.args.need("channel"));
  const { items, next } = page([...channel.members], call, 100, 1_000);
  return { members: items, response_metadata: { next_cursor: next } };
}

function open(call: Call): JsonObject {
  const { world, bot, args } = call;
  const people = args
    .need("users")
    .split(",")
    .map((id) => userOf(call, id));
  if (people.some((each) => each.deleted)) throw new ApiError("user_disabled");
  if (people.some((each) => each.is_bot)) throw new ApiError("cannot_dm_bot");
  const [only] = people;
  if (people.length === 1 && only !== undefined) {
    const { id, members: both } = directOf(world, bot.team, bot.user, only.id);
    return { channel: args.flag("return_im") ? { id, is_im: true, user: [...both][1] ?? "" } : { id } };
  }
  const id = world.id("G");
  const group = new Set([bot.user, ...people.map((each) => each.id)]);
  const name = `mpdm-${people.map((each) => each.name).join("--")}-1`;
  world.channels.set(id, {
    id,
    name,
    team: bot.team,
    sharedWith: [],
    kind: "mpim",
    members: group,
    archived: false,
    messages: [],
  });
  return { channel: { id } };
}

function join(call: Call): JsonObject {
  const channel = channelOf(call, call.args.need("channel"));
  if (channel.archived) throw new ApiError("is_archived");
  if (channel.kind !== "public") throw new ApiError("method_not_supported_for_channel_type");
  channel.members.add(call.bot.user);
  return { channel: described(call, channel) };
}

function history(call: Call): JsonObject {
  const channel = joined(call, channelOf(call, call.args.need("channel")));
  const top = channel.messages.filter((each) => each.thread_ts === undefined || each.thread_ts === each.ts);
  return messagesPage(call, channel, within(call, top).reverse());
}

function replies(call: Call): JsonObject {
  const channel = joined(call, channelOf(call, call.args.need("channel")));
  const ts = call.args.need("ts");
  const named = channel.messages.find((each) => each.ts === ts);
  if (named === undefined) throw new ApiError("thread_not_found");
  const root = named.thread_ts ?? named.ts;
  const [parent, ...rest] = channel.messages.filter((each) => each.ts === root || each.thread_ts === root);
  return messagesPage(call, channel, parent === undefined ? [] : [parent, ...within(call, rest)]);
}

function within({ args }: Call, messages: Message[]): Message[] {
  const oldest = Number(args.text("oldest") ?? 0);
  const latest = Number(args.text("latest") ?? Number.POSITIVE_INFINITY);
  const isIn = args.flag("inclusive")
    ? (ts: number) => ts >= oldest && ts <= latest
    : (ts: number) => ts > oldest && ts < latest;
  return messages.filter((each) => isIn(Number(each.ts)));
}

function messagesPage(call: Call, channel: Channel, messages: Message[]): JsonObject {
  const { items, next } = page(messages, call, 100, 999);
  const whole = call.args.flag("include_all_metadata");
  return {
    messages: items.map((each) => shown(each, channel, whole)),
    has_more: next !== "",
    ...(next === "" ? {} : { response_metadata: { next_cursor: next } }),
  };
}
