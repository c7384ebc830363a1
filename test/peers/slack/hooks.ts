/**
 * response_url: five uses within thirty minutes of a click or a command, for messages that only its person sees, for
 * messages in the conversation, and for the message that was clicked.
 */
import { isObject, type JsonObject } from "../../../src/json.ts";
import { makeArgs } from "./args.ts";
import { rewrite } from "./methods/chat.ts";
import { type Content, contentOf } from "./methods/content.ts";
import { ApiError, type Happening } from "./methods/method.ts";
import { type Bot, botOf, copy, type Hook, type Message, messageAt, type World } from "./world.ts";

/** docs.slack.dev, handling user interaction: message responses. */
export const USES = 5;
export const LIFE_MS = 30 * 60_000;

export function newHook(
  world: World,
  origin: string,
  hook: Pick<Hook, "user" | "channel" | "message" | "thread">,
): string {
  const key = world.id("h");
  world.hooks.set(key, { ...hook, until: world.now() + LIFE_MS, uses: 0 });
  return `${origin}/actions/${key}`;
}

export interface HookAnswer {
  status: number;
  body: string;
}

export function answerHook(world: World, key: string, body: string, tell: (happening: Happening) => void): HookAnswer {
  const hook = world.hooks.get(key);
  if (hook === undefined) return failed(404, "no_such_url");
  if (world.now() > hook.until) return failed(404, "expired_url");
  if (hook.uses >= USES) return failed(404, "used_url");
  let given: unknown;
  try {
    given = JSON.parse(body);
  } catch {
    return failed(400, "invalid_payload");
  }
  if (!isObject(given)) return failed(400, "invalid_payload");
  hook.uses += 1;
  try {
    respond(world, hook, given, tell);
  } catch (error) {
    if (error instanceof ApiError) return failed(400, error.code);
    throw error;
  } finally {
    world.changed();
  }
  return { status: 200, body: "ok" };
}

function failed(status: number, error: string): HookAnswer {
  return { status, body: JSON.stringify({ ok: false, error }) };
}

/** Carries out a message response: from a response_url, or from the acknowledgement of a slash command. */
export function respond(
  world: World,
  hook: Omit<Hook, "until" | "uses">,
  given: JsonObject,
  tell: (happening: Happening) => void,
): Message | null {
  const original = originalOf(world, hook);
  if (given.delete_original === true) {
    if (original === undefined) throw new ApiError("message_not_found");
    drop(world, original, tell);
    return null;
  }
  const content = contentOf(makeArgs(given));
  if (content.text === undefined && (content.blocks ?? []).length === 0) throw new ApiError("no_text");
  if (given.replace_original === true && original !== undefined) {
    const previous = copy(original);
    rewrite(original, content);
    if (original.ephemeral_to === undefined) tell({ type: "changed", message: original, previous });
    return original;
  }
  return said(world, hook, content, given, tell);
}

function said(
  world: World,
  hook: Omit<Hook, "until" | "uses">,
  { text, blocks }: Content,
  given: JsonObject,
  tell: (happening: Happening) => void,
): Message {
  const channel = world.channels.get(hook.channel);
  const bot = channel === undefined ? undefined : botFor(world, channel.team, hook.user);
  if (channel === undefined || bot === undefined) throw new ApiError("channel_not_found");
  const thread = typeof given.thread_ts === "string" ? given.thread_ts : hook.thread;
  const message: Message = {
    type: "message",
    ts: world.ts(),
    channel: channel.id,
    user: bot.user,
    team: bot.team,
    bot_id: bot.bot,
    app_id: world.app.id,
    text: text ?? "",
    ...(blocks === undefined || blocks.length === 0 ? {} : { blocks }),
    ...(thread === null ? {} : { thread_ts: thread }),
  };
  if (given.response_type === "in_channel") {
    channel.messages.push(message);
    tell({ type: "posted", message });
  } else {
    message.ephemeral_to = hook.user;
    world.ephemerals.push(message);
  }
  return message;
}

function botFor(world: World, team: string, user: string): Bot | undefined {
  return botOf(world, team) ?? botOf(world, world.users.get(user)?.team ?? "");
}

function originalOf(world: World, { message, channel }: Omit<Hook, "until" | "uses">): Message | undefined {
  if (message === null) return undefined;
  return messageAt(world, channel, message) ?? world.ephemerals.find((each) => each.ts === message);
}

function drop(world: World, message: Message, tell: (happening: Happening) => void): void {
  const list = message.ephemeral_to === undefined ? world.channels.get(message.channel)?.messages : world.ephemerals;
  list?.splice(list.indexOf(message), 1);
  if (message.ephemeral_to === undefined) tell({ type: "deleted", message });
}
