/**
 * What the fake Slack knows: workspaces, people, conversations, messages, modals, as plain data. It knows no rules;
 * those are in methods/, blocks/ and people.ts. Every change wakes whoever waits for something (`until`).
 */
import type { JsonObject } from "../../../src/json.ts";

export interface Team {
  id: string;
  name: string;
  domain: string;
  enterprise: string | null;
}

export interface User {
  id: string;
  /** The home workspace; another than the app's for people who come through Slack Connect. */
  team: string;
  /** Of an enterprise's account: the workspaces that it is in; its own where none are named. */
  teams?: string[];
  name: string;
  real_name: string;
  email: string;
  tz: string;
  deleted: boolean;
  is_bot: boolean;
  is_restricted: boolean;
  is_ultra_restricted: boolean;
  is_stranger: boolean;
  is_admin: boolean;
}

export type ChannelKind = "public" | "private" | "im" | "mpim";

export interface Channel {
  id: string;
  name: string;
  team: string;
  /** Other workspaces that the conversation is shared with. */
  sharedWith: string[];
  kind: ChannelKind;
  members: Set<string>;
  archived: boolean;
  /** Oldest first; replies stand among them, as Slack keeps them. */
  messages: Message[];
}

export interface Metadata {
  event_type: string;
  event_payload: JsonObject;
}

export interface Message {
  type: "message";
  ts: string;
  channel: string;
  user: string;
  team: string;
  text: string;
  bot_id?: string;
  app_id?: string;
  blocks?: JsonObject[];
  thread_ts?: string;
  metadata?: Metadata;
  edited?: { user: string; ts: string };
  client_msg_id?: string;
  /** Who alone sees it. */
  ephemeral_to?: string;
}

export type Values = Record<string, Record<string, JsonObject>>;

export interface View {
  id: string;
  team_id: string;
  app_id: string;
  bot_id: string;
  type: "modal" | "home";
  title?: JsonObject;
  submit?: JsonObject | null;
  close?: JsonObject | null;
  blocks: JsonObject[];
  private_metadata: string;
  callback_id: string;
  external_id: string;
  hash: string;
  root_view_id: string;
  previous_view_id: string | null;
  notify_on_close: boolean;
  clear_on_close: boolean;
  state: { values: Values };
}

/** A view on somebody's screen, or a published home. */
export interface OpenView {
  user: string;
  view: View;
  /** What stands in the fields now. */
  values: Values;
  /** As the person sees them beside the fields after a refused submission. */
  errors: Record<string, string>;
}

export interface Bot {
  token: string;
  team: string;
  /** The enterprise that installed the app for all of its workspaces; `team` is then the one that it began in. */
  org: string | null;
  user: string;
  bot: string;
  revoked: boolean;
}

export interface Group {
  id: string;
  team: string;
  handle: string;
  users: string[];
  disabled: boolean;
}

export interface Trigger {
  user: string;
  /** The modal that it came from, where it may also push. */
  view: string | null;
  until: number;
  used: boolean;
}

/** A response_url: what it answers to, and how often it still may. */
export interface Hook {
  user: string;
  channel: string;
  /** The message that was clicked. */
  message: string | null;
  thread: string | null;
  until: number;
  uses: number;
}

export interface App {
  id: string;
  token: string;
  revoked: boolean;
}

export interface World {
  app: App;
  teams: Map<string, Team>;
  users: Map<string, User>;
  channels: Map<string, Channel>;
  groups: Map<string, Group>;
  bots: Map<string, Bot>;
  /** By `user`, bottom first. */
  modals: Map<string, OpenView[]>;
  /** By `team/user`. */
  homes: Map<string, OpenView>;
  ephemerals: Message[];
  triggers: Map<string, Trigger>;
  hooks: Map<string, Hook>;
  /** What a person would see as "something went wrong", and the app would not hear of. */
  troubles: string[];
  now(): number;
  /** A new id such as `C00000007`. */
  id(prefix: string): string;
  /** A new message's timestamp: seconds, and six digits that make it unique. */
  ts(): string;
  /** To be called after every change. */
  changed(): void;
  until<T>(look: () => T | undefined | null | false, what: string, ms?: number): Promise<T>;
}

export function makeWorld(now: () => number): World {
  let ids = 0;
  let last = 0;
  const waiters = new Set<() => void>();

  function until<T>(look: () => T | undefined | null | false, what: string, ms = 5_000): Promise<T> {
    return new Promise((resolve, reject) => {
      function again(): void {
        try {
          const found = look();
          if (found === undefined || found === null || found === false) return;
          resolve(found);
        } catch (error) {
          // The question failed, which is the asker's affair and not that of whoever made the change.
          reject(error);
        }
        clearTimeout(late);
        waiters.delete(again);
      }
      const late = setTimeout(() => {
        waiters.delete(again);
        reject(new Error(`waited ${ms} ms for ${what}`));
      }, ms);
      waiters.add(again);
      again();
    });
  }

  return {
    app: { id: "A0HITL", token: "xapp-1-A0HITL-fake", revoked: false },
    teams: new Map(),
    users: new Map(),
    channels: new Map(),
    groups: new Map(),
    bots: new Map(),
    modals: new Map(),
    homes: new Map(),
    ephemerals: [],
    triggers: new Map(),
    hooks: new Map(),
    troubles: [],
    now,
    id(prefix) {
      ids += 1;
      return prefix + ids.toString(36).toUpperCase().padStart(8, "0");
    },
    ts() {
      last = Math.max(last + 1, Math.floor(now() * 1_000));
      return `${Math.floor(last / 1_000_000)}.${String(last % 1_000_000).padStart(6, "0")}`;
    },
    changed() {
      for (const again of [...waiters]) again();
    },
    until,
  };
}

export function botOf(world: World, team: string): Bot | undefined {
  return [...world.bots.values()].find((bot) => serves(world, bot, team));
}

/** Whether a workspace is one that the app was installed for. */
export function serves(world: World, { team, org }: Pick<Bot, "team" | "org">, asked: string): boolean {
  return team === asked || (org !== null && world.teams.get(asked)?.enterprise === org);
}

export function messageAt(world: World, channel: string, ts: string): Message | undefined {
  return world.channels.get(channel)?.messages.find((message) => message.ts === ts);
}

/** The direct conversation of two people of the world, made when there is none. */
export function directOf(world: World, team: string, one: string, other: string): Channel {
  for (const channel of world.channels.values()) {
    if (channel.kind === "im" && channel.members.has(one) && channel.members.has(other)) return channel;
  }
  const id = world.id("D");
  const members = new Set([one, other]);
  const channel: Channel = { id, name: id, team, sharedWith: [], kind: "im", members, archived: false, messages: [] };
  world.channels.set(id, channel);
  return channel;
}

/** What leaves the world is a copy: nobody outside can change what is stored. */
export function copy<T>(value: T): T {
  return structuredClone(value);
}
