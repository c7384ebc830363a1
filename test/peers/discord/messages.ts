/** Messages: created, edited and deleted by the bot or written by people, with all that Discord checks and tells. */

import { attach, keptOf, namesOf } from "./attachments.ts";
import { drawn } from "./drawn.ts";
import { isV2, messageLimits } from "./limits/message.ts";
import { checks, fail, formInvalid, given } from "./limits/problems.ts";
import { pinged, textOf } from "./mentions.ts";
import { CHANNEL, FLAG, MESSAGE } from "./numbers.ts";
import { may } from "./permissions.ts";
import { isThread } from "./places.ts";
import type { Upload } from "./request.ts";
import { audience, guildOf, reference, tell } from "./told.ts";
import type { Answer, Message, Part } from "./wire.ts";
import type { Channel, Stored, World } from "./world.ts";

export interface Draft {
  body: Record<string, unknown>;
  uploads: Upload[];
  channel: Channel;
  author: string;
  /** For answers to interactions. */
  extra?: Partial<Stored>;
}

// Discord says "a few minutes".
const NONCE_MS = 5 * 60_000;
const HOUR = 3_600_000;

/** A stored message, or what Discord refuses it with. */
export function create(world: World, { body, uploads, channel, author, extra = {} }: Draft): Stored | Answer {
  const check = checks();
  messageLimits(check, body, namesOf(body, uploads));
  if (check.problems.length > 0) return formInvalid(check.problems);
  const twin = body.enforce_nonce === true ? nonceTwin(world, author, body.nonce) : undefined;
  if (twin !== undefined) return twin;
  const replied = repliedTo(world, body, channel);
  if (replied === "missing")
    return formInvalid([
      { path: ["message_reference"], code: "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", message: "Unknown message" },
    ]);
  if (replied !== undefined && !may(world, channel, author, "readHistory")) return fail(160002);
  const id = world.id();
  const attachments = attach(world, channel, uploads, body, []);
  const message: Stored = {
    id,
    channel_id: channel.id,
    ...(channel.guild === undefined ? {} : { guild_id: channel.guild }),
    type: replied === undefined ? MESSAGE.plain : MESSAGE.reply,
    content: typeof body.content === "string" ? body.content.trim() : "",
    author: person(world, author),
    mentions: [],
    mention_roles: [],
    mention_everyone: false,
    attachments,
    embeds: given(body.embeds) ? (body.embeds as unknown[]) : [],
    components: drawn((body.components as Part[] | null | undefined) ?? [], attachments),
    timestamp: new Date(world.now()).toISOString(),
    edited_timestamp: null,
    flags: Number(body.flags ?? 0) & (FLAG.suppressEmbeds | FLAG.quiet | FLAG.v2),
    pinned: false,
    tts: false,
    ...(replied === undefined
      ? {}
      : { message_reference: reference(channel, replied.id), referenced_message: replied }),
    ...extra,
  };
  if (isEmpty(message) && !(message.flags & FLAG.loading)) return fail(50006);
  address(world, message, body, "create", replied);
  put(world, channel, message, body.nonce);
  if (given(body.nonce)) world.nonces.set(`${author} ${body.nonce}`, { message: id, at: world.now() });
  return message;
}

/** Stores it and tells everybody who can see it; an ephemeral message is told to nobody. */
export function put(world: World, channel: Channel, message: Stored, nonce?: unknown): void {
  world.messages.set(message.id, message);
  if (message.only === undefined) {
    channel.last = message.id;
    tell(world, "MESSAGE_CREATE", channel, message, given(nonce) ? { nonce } : {});
  }
  world.changed();
}

export function edit(world: World, message: Stored, body: Record<string, unknown>, uploads: Upload[]): Stored | Answer {
  const check = checks();
  const kept = keptOf(message, body);
  messageLimits(check, body, [...kept.map(({ filename }) => filename), ...namesOf(body, uploads)], message);
  if (check.problems.length > 0) return formInvalid(check.problems);
  const channel = world.channels.get(message.channel_id);
  if (channel === undefined) return fail(10003);
  if (channel.archived) return fail(50083);
  const tooOld = message.only === undefined ? oldEdit(world, message) : undefined;
  if (tooOld !== undefined) return tooOld;
  const attachments = attach(world, channel, uploads, body, kept);
  const v2 = isV2(body, message) ? FLAG.v2 : 0;
  const next: Stored = {
    ...message,
    content: body.content === undefined ? message.content : String(body.content ?? "").trim(),
    embeds: body.embeds === undefined ? message.embeds : ((body.embeds as unknown[] | null) ?? []),
    components:
      body.components === undefined ? message.components : drawn((body.components as Part[] | null) ?? [], attachments),
    attachments,
    edited_timestamp: new Date(world.now()).toISOString(),
    flags: (message.flags & ~FLAG.loading) | v2,
  };
  if (isEmpty(next)) return fail(50006);
  address(world, next, body, "edit", message.referenced_message ?? undefined);
  replace(world, next);
  return next;
}

export function replace(world: World, message: Stored): void {
  world.messages.set(message.id, message);
  const channel = world.channels.get(message.channel_id);
  if (message.only === undefined && channel !== undefined) tell(world, "MESSAGE_UPDATE", channel, message);
  world.changed();
}

export function remove(world: World, message: Stored): void {
  world.messages.delete(message.id);
  const channel = world.channels.get(message.channel_id);
  if (message.only === undefined && channel !== undefined && may(world, channel, world.bot.id, "viewChannel"))
    world.dispatch(
      "MESSAGE_DELETE",
      { id: message.id, channel_id: channel.id, ...guildOf(channel) },
      audience(channel),
    );
  world.changed();
}

export function isAnswer(value: Stored | Answer): value is Answer {
  return "status" in value;
}

function person(world: World, id: string) {
  const found = world.users.get(id);
  if (found === undefined) throw new Error(`Discord knows no user ${id}`);
  return found;
}

function isEmpty(message: Message): boolean {
  const drawnAsV2 = (message.flags & FLAG.v2) !== 0 && message.components.length > 0;
  return message.content === "" && message.embeds.length === 0 && message.attachments.length === 0 && !drawnAsV2;
}

/** Sets whom it mentions, and notes what would have rung somewhere. */
function address(
  world: World,
  message: Stored,
  body: Record<string, unknown>,
  by: "create" | "edit",
  replied?: Message,
): void {
  const rings = pinged(textOf(message.content, message.components), body.allowed_mentions, replied !== undefined);
  const named = [...rings.users, ...(rings.replied && replied ? [replied.author.id] : [])];
  message.mentions = [...new Set(named)].flatMap((id) => world.users.get(id) ?? []);
  message.mention_roles = rings.roles;
  message.mention_everyone = rings.everyone;
  // A deferral says nothing yet.
  if (message.author.id !== world.bot.id || message.flags & FLAG.loading) return;
  const allowed = body.allowed_mentions as { parse?: unknown[] } | undefined;
  if (allowed?.parse?.length !== 0) world.unguarded.push({ by, message: message.id });
  if (rings.everyone || rings.replied || rings.users.length > 0 || rings.roles.length > 0)
    world.pings.push({ message: message.id, channel: message.channel_id, by, ...rings });
}

function nonceTwin(world: World, author: string, nonce: unknown): Stored | undefined {
  const twin = world.nonces.get(`${author} ${nonce}`);
  return twin !== undefined && world.now() - twin.at < NONCE_MS ? world.messages.get(twin.message) : undefined;
}

function repliedTo(world: World, body: Record<string, unknown>, channel: Channel): Stored | "missing" | undefined {
  const wanted = body.message_reference as { message_id?: string; fail_if_not_exists?: boolean } | null | undefined;
  if (!given(wanted) || !given(wanted.message_id)) return undefined;
  const found = world.messages.get(wanted.message_id);
  if (found !== undefined && found.channel_id === channel.id && found.only === undefined) return found;
  return wanted.fail_if_not_exists === false ? undefined : "missing";
}

/** 30046: beyond a small budget an hour and channel, edits of messages older than an hour are refused. */
function oldEdit(world: World, message: Stored): Answer | undefined {
  const now = world.now();
  if (now - Date.parse(message.timestamp) < HOUR) return undefined;
  const recent = (world.oldEdits.at.get(message.channel_id) ?? []).filter((at) => now - at < HOUR);
  if (recent.length >= world.oldEdits.limit) {
    const seconds = ((recent[0] ?? now) + HOUR - now) / 1000;
    const refusal = fail(30046);
    return {
      ...refusal,
      body: { ...(refusal.body as object), retry_after: seconds, global: false },
      headers: { "retry-after": String(Math.ceil(seconds)), "x-ratelimit-scope": "shared" },
    };
  }
  world.oldEdits.at.set(message.channel_id, [...recent, now]);
  return undefined;
}

/** Whether the bot may write there; the reason in Discord's words otherwise. */
export function writable(world: World, channel: Channel, files: boolean): Answer | undefined {
  const bot = world.bot.id;
  if (!may(world, channel, bot, "viewChannel")) return fail(50001);
  if (channel.recipient !== undefined) {
    const { recipient } = channel;
    const together = [...world.guilds.values()].some(({ members }) => members.has(bot) && members.has(recipient));
    if (!together) return fail(50278);
    if (world.closed.has(recipient)) return fail(50007);
  }
  if (channel.type !== CHANNEL.dm && !may(world, channel, bot, isThread(channel) ? "sendInThreads" : "sendMessages"))
    return fail(50013);
  if (files && !may(world, channel, bot, "attachFiles")) return fail(50013);
  if (channel.archived && channel.locked) return fail(50083);
  return undefined;
}
