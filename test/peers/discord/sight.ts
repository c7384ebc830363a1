/** What a person can see and get hold of: messages, what is on them, channels; each refusal in words. */
import { walk } from "./mentions.ts";
import { FLAG } from "./numbers.ts";
import { may } from "./permissions.ts";
import { type Shown, shown } from "./press.ts";
import { resolved } from "./resolved.ts";
import type { Part } from "./wire.ts";
import type { Channel, Stored, World } from "./world.ts";

/** A message, a user or a channel, or the id of one. */
export type Ref = string | { id: string };

export function idOf(ref: Ref): string {
  return typeof ref === "string" ? ref : ref.id;
}

export function channelOf(world: World, id: string): Channel {
  const channel = world.channels.get(id);
  if (channel === undefined) throw new Error(`Discord has no channel ${id}`);
  return channel;
}

export function visible(world: World, user: string, id: string): Stored {
  const message = world.messages.get(id);
  if (message === undefined) throw new Error(`Discord has no message ${id} (any more)`);
  if (message.only !== undefined && message.only !== user) throw new Error("That message is for somebody else alone");
  if (!may(world, channelOf(world, message.channel_id), user, "viewChannel"))
    throw new Error(`${nameOf(world, user)} cannot see that message`);
  if (message.flags & FLAG.loading) throw new Error("That message is still being thought about");
  return message;
}

export function found(message: Stored, name: string | undefined, kind: (part: Part) => boolean, what: string): Part {
  const parts = [...walk(message.components)].filter(kind);
  const called = (part: Part) => part.custom_id === name || (part.label ?? part.placeholder) === name;
  const hits = name === undefined ? parts : parts.filter(called);
  const [hit] = hits;
  const names = parts.map((part) => `"${part.label ?? part.placeholder ?? part.custom_id}"`).join(", ");
  if (hit === undefined) throw new Error(`The message has no ${what} "${name}", only ${names || "none"}`);
  if (hits.length > 1) throw new Error(`The message has several: ${names}; name one by its custom id`);
  if (hit.disabled === true) throw new Error(`The ${what} "${name}" is disabled`);
  return hit;
}

export function namedIn(world: World, channel: Channel, components: readonly Record<string, unknown>[]) {
  const merged: Record<string, Record<string, unknown>> = {};
  for (const { component } of components as { component?: { type: number; values?: string[] } }[]) {
    const part = component !== undefined && component.type >= 5 && component.type <= 8 ? component : undefined;
    const named = part === undefined ? {} : (resolved(world, channel, part.type, part.values ?? []) ?? {});
    for (const [sort, of] of Object.entries(named)) merged[sort] = { ...merged[sort], ...of };
  }
  return Object.keys(merged).length === 0 ? undefined : merged;
}

export function view(world: World, id: string): Shown {
  const message = shown(world, id);
  if (message === undefined) throw new Error(`Discord has no message ${id}`);
  return message;
}

export function nameOf(world: World, id: string): string {
  return world.users.get(id)?.global_name ?? id;
}
