/**
 * What Slack sends, as what a person did: a press, a submission, a reply, a command, a look at the home tab. Pure.
 * Whatever is not of a known shape is undefined, and nothing comes of it. Who it was stands in fields that Slack
 * signs; nothing that a person can type is taken for an identity.
 */
import { z } from "zod";
import type { Json, JsonObject } from "../../../src/json.ts";
import { type Mark, readMark } from "./marks.ts";

/** An account as the payload names it; what kind of member it is has to be asked. */
export interface Presser {
  user: string;
  /** The workspace of the person, which in a shared channel may not be ours. */
  team: string;
}

export interface Press {
  by: Presser;
  mark: Mark;
  more: string;
  value: string;
  /** The same press, however often it is delivered. */
  key: string;
  /** The message that the button is on. */
  message: { channel: string; name: string; ts: string; thread: string | null } | null;
  /** The modal that the button is in. */
  view: { id: string; type: string } | null;
  trigger: string;
  respond: string | null;
}

export interface Submission {
  by: Presser;
  callback: string;
  handle: string;
  state: Json;
  key: string;
}

export interface Said {
  by: Presser;
  channel: string;
  ts: string;
  /** The first message of the thread; null outside of threads. */
  thread: string | null;
  text: string;
  /** The first message's author, where Slack says it. */
  parent: string | null;
  /** To the bot alone, where no mention is needed. */
  direct: boolean;
  /** A file, or another message that is handed on, stands beside the text. */
  attached: boolean;
}

export interface Asked {
  by: Presser;
  text: string;
  channel: string;
  trigger: string;
  respond: string;
}

const id = z.string().regex(/^[A-Z0-9]{2,32}$/);
const ts = z.string().regex(/^\d{1,12}\.\d{1,9}$/);
const user = z.object({ id, team_id: id.optional() });
const team = z.object({ id }).nullish();

const press = z.object({
  type: z.literal("block_actions"),
  user,
  team,
  trigger_id: z.string().default(""),
  response_url: z.string().optional(),
  channel: z.object({ id, name: z.string().default("") }).optional(),
  container: z.object({ message_ts: ts.optional(), thread_ts: ts.optional(), channel_id: id.optional() }).optional(),
  message: z.object({ ts, thread_ts: ts.optional() }).optional(),
  view: z.object({ id: z.string(), type: z.string() }).optional(),
  actions: z
    .array(
      z.object({ action_id: z.string().max(255), value: z.string().max(2_000).default(""), action_ts: z.string() }),
    )
    .min(1),
});

export function parsePress(body: unknown): Press | undefined {
  const read = press.safeParse(body);
  if (!read.success) return undefined;
  const { data } = read;
  const [action] = data.actions;
  const mark = action === undefined ? undefined : readMark(action.action_id);
  if (action === undefined || mark === undefined) return undefined;
  const by = presser(data.user, data.team?.id);
  const at = data.message?.ts ?? data.container?.message_ts;
  const channel = data.channel?.id ?? data.container?.channel_id;
  const thread = data.message?.thread_ts ?? data.container?.thread_ts ?? null;
  return {
    by,
    ...mark,
    value: action.value,
    key: [by.team, by.user, action.action_ts, action.value].join(":"),
    message:
      at === undefined || channel === undefined ? null : { channel, name: data.channel?.name ?? "", ts: at, thread },
    view: data.view ?? null,
    trigger: data.trigger_id,
    respond: data.response_url ?? null,
  };
}

const submission = z.object({
  type: z.literal("view_submission"),
  user,
  team,
  view: z.object({
    id: z.string().max(255),
    callback_id: z.string().max(255),
    private_metadata: z.string().max(3_000).default(""),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), z.unknown())) }),
  }),
});

export function parseSubmission(body: unknown): Submission | undefined {
  const read = submission.safeParse(body);
  if (!read.success) return undefined;
  const { user, team, view } = read.data;
  const by = presser(user, team?.id);
  return {
    by,
    callback: view.callback_id,
    handle: view.private_metadata,
    state: view.state.values as JsonObject,
    key: [by.team, by.user, "view", view.id].join(":"),
  };
}

const said = z.object({
  team_id: id.optional(),
  event: z.object({
    type: z.enum(["message", "app_mention"]),
    subtype: z.string().optional(),
    hidden: z.boolean().optional(),
    bot_id: z.string().optional(),
    user: id,
    user_team: id.optional(),
    team: id.optional(),
    channel: id,
    ts,
    thread_ts: ts.optional(),
    parent_user_id: z.string().optional(),
    channel_type: z.string().optional(),
    text: z.string(),
    files: z.array(z.unknown()).nullish(),
    attachments: z.array(z.unknown()).nullish(),
    edited: z.unknown().optional(),
  }),
});

/** Subtypes under which a person plainly writes; edits, deletions, joins and bots are others. */
const SPOKEN = ["thread_broadcast", "file_share", "me_message"];

export function parseSaid(body: unknown): Said | undefined {
  const read = said.safeParse(body);
  if (!read.success) return undefined;
  const { event, team_id } = read.data;
  // A mention that was put into an old message comes as an event of its own.
  if (event.hidden === true || event.bot_id !== undefined || event.edited !== undefined) return undefined;
  if (event.subtype !== undefined && !SPOKEN.includes(event.subtype)) return undefined;
  const inThread = event.thread_ts !== undefined && event.thread_ts !== event.ts;
  return {
    by: { user: event.user, team: event.user_team ?? event.team ?? team_id ?? "" },
    channel: event.channel,
    ts: event.ts,
    thread: inThread ? (event.thread_ts ?? null) : null,
    text: event.text,
    parent: event.parent_user_id ?? null,
    direct: event.channel_type === "im",
    attached: [...(event.files ?? []), ...(event.attachments ?? [])].length > 0,
  };
}

const asked = z.object({
  command: z.string(),
  text: z.string().default(""),
  user_id: id,
  team_id: id,
  channel_id: id,
  trigger_id: z.string().default(""),
  response_url: z.string(),
});

export function parseAsked(body: unknown): Asked | undefined {
  const read = asked.safeParse(body);
  if (!read.success) return undefined;
  const { text, user_id, team_id, channel_id, trigger_id, response_url } = read.data;
  const by = { user: user_id, team: team_id };
  return { by, text: plainText(text), channel: channel_id, trigger: trigger_id, respond: response_url };
}

const opened = z.object({
  team_id: id.optional(),
  event: z.object({ type: z.literal("app_home_opened"), user: id, tab: z.string() }),
});

export function parseOpened(body: unknown): Presser | undefined {
  const read = opened.safeParse(body);
  if (!read.success || read.data.event.tab !== "home") return undefined;
  return { user: read.data.event.user, team: read.data.team_id ?? "" };
}

function presser(by: z.output<typeof user>, workspace: string | undefined): Presser {
  return { user: by.id, team: by.team_id ?? workspace ?? "" };
}

/** The text without a leading mention of that account, and whether it had one. */
export function withoutMention(text: string, bot: string): { text: string; mentioned: boolean } {
  const [mention] = /^\s*<@([A-Z0-9]+)(\|[^>]*)?>[:,]?\s*/.exec(text) ?? [];
  const isOurs =
    mention?.includes(`<@${bot}`) === true && /[|>]/.test(mention[mention.indexOf("<@") + 2 + bot.length] ?? "");
  return isOurs ? { text: text.slice(mention.length), mentioned: true } : { text, mentioned: false };
}

/** Slack's text as the person typed it: its tokens spelled out, then its three entities read. */
export function plainText(text: string): string {
  return text
    .replace(/<([@#!])([^>|]*)(?:\|([^>]*))?>/g, (_token, mark: string, name: string, label: string | undefined) =>
      mark === "!" ? `@${label?.replace(/^@/, "") ?? name}` : `${mark}${label ?? name}`,
    )
    .replace(/<([^>|]*)(?:\|[^>]*)?>/g, "$1")
    .replace(/&(amp|lt|gt);/g, (_entity, name: string) => ({ amp: "&", lt: "<", gt: ">" })[name] ?? "");
}
