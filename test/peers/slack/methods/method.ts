/** What a method of the Web API is to this peer: which token and scopes it asks for, and what it does to the world. */
import type { JsonObject } from "../../../../src/json.ts";
import type { Args } from "../args.ts";
import type { Manifest } from "../manifest.ts";
import { type Bot, type Channel, type Message, serves, type User, type World } from "../world.ts";

/** `{"ok": false, "error": code, …}` */
export class ApiError extends Error {
  readonly code: string;
  readonly more: JsonObject;

  constructor(code: string, more: JsonObject = {}) {
    super(code);
    this.code = code;
    this.more = more;
  }
}

/** What the app itself did to a message; Slack tells the app of it like of anybody's. */
export type Happening =
  | { type: "posted"; message: Message }
  | { type: "changed"; message: Message; previous: Message }
  | { type: "deleted"; message: Message };

export interface Call {
  world: World;
  manifest: Manifest;
  args: Args;
  bot: Bot;
  tell(happening: Happening): void;
  /** Marks a scope as needed, or refuses for want of it. */
  demand(scope: string): void;
}

export interface Method {
  token: "bot" | "app";
  /** All of these scopes, which may depend on the conversation that is meant. */
  needs?: (call: Call) => string[];
  carry(call: Call): JsonObject;
}

/** A conversation as far as the bot may know of it. */
export function channelOf(call: Call, id: string): Channel {
  const { world, bot } = call;
  const channel = world.channels.get(id);
  if (channel === undefined || !isOf(call, channel)) throw new ApiError("channel_not_found");
  if (channel.kind !== "public" && !channel.members.has(bot.user)) throw new ApiError("channel_not_found");
  return channel;
}

/** The bot has joined it. */
export function joined(call: Call, channel: Channel): Channel {
  if (!channel.members.has(call.bot.user)) throw new ApiError("not_in_channel");
  return channel;
}

/** Of a workspace that the app was installed for, or shared with one. */
export function isOf({ world, bot }: Pick<Call, "world" | "bot">, { team, sharedWith }: Channel): boolean {
  return [team, ...sharedWith].some((each) => serves(world, bot, each));
}

/** Somebody of the bot's workspace, or who shares a conversation with it. */
export function userOf(call: Call, id: string): User {
  const { world, bot } = call;
  const user = world.users.get(id);
  if (user === undefined) throw new ApiError("user_not_found");
  if ([user.team, ...(user.teams ?? [])].some((team) => serves(world, bot, team))) return user;
  const shared = [...world.channels.values()].some((each) => isOf(call, each) && each.members.has(id));
  if (!shared) throw new ApiError("user_not_visible");
  return user;
}

/** One page, and the cursor to the next, empty at the end. */
export function page<T>(
  items: readonly T[],
  { args }: Call,
  usual: number,
  most: number,
): { items: T[]; next: string } {
  const limit = args.count("limit", usual, most);
  const cursor = args.text("cursor");
  const from = cursor === undefined ? 0 : Number(Buffer.from(cursor, "base64").toString().replace("next:", ""));
  if (!Number.isInteger(from)) throw new ApiError("invalid_cursor");
  const end = from + limit;
  const next = end < items.length ? Buffer.from(`next:${end}`).toString("base64") : "";
  return { items: items.slice(from, end), next };
}

/** A typed value as the JSON that it is sent as. */
export function plainJson(value: unknown): JsonObject {
  return JSON.parse(JSON.stringify(value));
}
