/**
 * Whom a message pings: what its text names, as far as its `allowed_mentions` lets it. Read severely: a mention counts
 * also behind a backslash, in code and where the bot lacks the permission, so that only `allowed_mentions` protects.
 */
import { given, isObject } from "./limits/problems.ts";
import type { Part } from "./wire.ts";

export interface Pinged {
  everyone: boolean;
  users: string[];
  roles: string[];
  replied: boolean;
}

/** `allowed`: as sent; absent or null parses everything, on a create and on an edit alike. */
export function pinged(text: string, allowed: unknown, isReply: boolean): Pinged {
  const users = ids(text, /<@!?(\d{1,20})>/g);
  const roles = ids(text, /<@&(\d{1,20})>/g);
  const everyone = /@(everyone|here)/.test(text);
  if (!isObject(allowed)) return { everyone, users, roles, replied: isReply };
  const parse = strings(allowed.parse);
  return {
    everyone: everyone && parse.includes("everyone"),
    users: parse.includes("users") ? users : users.filter((id) => strings(allowed.users).includes(id)),
    roles: parse.includes("roles") ? roles : roles.filter((id) => strings(allowed.roles).includes(id)),
    replied: isReply && allowed.replied_user === true,
  };
}

/** Content and text displays; labels, options and embeds ping nobody. */
export function textOf(content: string, parts: readonly Part[]): string {
  const texts = content === "" ? [] : [content];
  for (const part of walk(parts)) if (part.type === 10 && typeof part.content === "string") texts.push(part.content);
  return texts.join("\n");
}

/** A component and all that it holds, in the order in which they are drawn. */
export function* walk(parts: readonly Part[]): Generator<Part> {
  for (const part of parts) {
    yield part;
    if (part.components !== undefined) yield* walk(part.components);
    if (part.component !== undefined) yield* walk([part.component]);
    if (part.accessory !== undefined) yield* walk([part.accessory]);
  }
}

function ids(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ""))];
}

function strings(value: unknown): string[] {
  return given(value) && Array.isArray(value) ? value.map(String) : [];
}
