/**
 * What people write, as Discord dispatches it: who said what, where, and in reply to what. Pure; what is of no known
 * shape, or was written by no person, is undefined.
 */
import { z } from "zod";
import { id, membership, name, presserOf, user } from "./parse.ts";
import type { Presser } from "./wire.ts";

export interface Said {
  by: Presser;
  message: string;
  channel: string;
  /** Written to the bot alone, where no mention is needed. */
  direct: boolean;
  text: string;
  /** A file, a sticker or a poll stands beside the text. */
  attached: boolean;
  /** That it mentions; told also where the text is withheld. */
  roles: readonly string[];
  /** What it replies to: a message, whose it is, and what that one replied to in its turn. */
  parent: { message: string; author: string | null; parent: string | null } | null;
}

const said = z.object({
  id,
  channel_id: id,
  guild_id: id.nullish(),
  /** 0: a message, 19: a reply; all others are Discord's own notices. */
  type: z.union([z.literal(0), z.literal(19)]),
  author: user,
  member: membership.nullish(),
  webhook_id: id.nullish(),
  content: z.string(),
  attachments: z.array(z.unknown()).nullish(),
  sticker_items: z.array(z.unknown()).nullish(),
  poll: z.unknown().optional(),
  mention_roles: z.array(id).nullish(),
  mentions: z.array(z.object({ id, username: name, global_name: name })).nullish(),
  message_reference: z.object({ message_id: id.nullish(), type: z.number().nullish() }).nullish(),
  referenced_message: z
    .object({ id, author: z.object({ id }), message_reference: z.object({ message_id: id.nullish() }).nullish() })
    .nullish(),
});

/** Not what bots and webhooks write: two programs would talk to each other for ever. */
export function parseSaid(body: unknown): Said | undefined {
  const read = said.safeParse(body);
  if (!read.success) return undefined;
  const {
    author,
    member,
    webhook_id,
    content,
    mentions,
    mention_roles,
    message_reference,
    referenced_message,
    ...rest
  } = read.data;
  const by = presserOf(author, member ?? undefined, rest.guild_id ?? null);
  if (by.bot || webhook_id != null) return undefined;
  const parent = rest.type === 19 ? message_reference?.message_id : undefined;
  const named = new Map((mentions ?? []).map((each) => [each.id, each.global_name ?? each.username ?? each.id]));
  return {
    by,
    message: rest.id,
    channel: rest.channel_id,
    direct: rest.guild_id == null,
    text: spokenText(content, named),
    attached:
      [...(rest.attachments ?? []), ...(rest.sticker_items ?? []), ...(rest.poll ? [rest.poll] : [])].length > 0,
    roles: mention_roles ?? [],
    parent:
      parent == null
        ? null
        : {
            message: parent,
            author: referenced_message?.author.id ?? null,
            parent: referenced_message?.message_reference?.message_id ?? null,
          },
  };
}

/**
 * As the person typed it: mentions of people by name, but for a leading one, which is left for `withoutMention`; own
 * emoji as `:name:`.
 */
function spokenText(content: string, named: ReadonlyMap<string, string>): string {
  const [lead = ""] = /^\s*<@[!&]?\d+>/.exec(content) ?? [];
  const rest = content
    .slice(lead.length)
    .replace(/<@!?(\d+)>/g, (mention, who: string) => (named.has(who) ? `@${named.get(who)}` : mention))
    .replace(/<a?(:\w{2,32}:)\d+>/g, "$1");
  return lead + rest;
}

/** The text without a leading mention of one of these, and whether it had one. */
export function withoutMention(text: string, ours: readonly string[]): { text: string; mentioned: boolean } {
  const [mention = "", who = ""] = /^\s*<@[!&]?(\d+)>[:,]?\s*/.exec(text) ?? [];
  return ours.includes(who) ? { text: text.slice(mention.length), mentioned: true } : { text, mentioned: false };
}
