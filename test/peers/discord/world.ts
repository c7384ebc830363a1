/**
 * What the fake Discord remembers. One plain state that the REST side, the gateway and the driver share; every change
 * is announced, so that a test can wait for what it expects instead of sleeping.
 */
import type { Fault } from "./faults.ts";
import type { Attachment, Command, Member, Message, Modal, Overwrite, Role, User } from "./wire.ts";

export interface Guild {
  id: string;
  name: string;
  owner: string;
  roles: Map<string, Role>;
  members: Map<string, Member>;
}

export interface Channel {
  id: string;
  type: number;
  name: string;
  guild?: string;
  /** The parent of a thread. */
  parent?: string;
  owner?: string;
  overwrites: Overwrite[];
  archived: boolean;
  locked: boolean;
  /** The other side of a DM. */
  recipient?: string;
  /** Members of a thread. */
  joined: Set<string>;
  created: number;
  last: string | null;
}

export interface Stored extends Message {
  /** Ephemeral messages are this person's alone and lie in no channel. */
  only?: string;
}

/** A person's press, form or command, from the dispatch to the last follow-up. */
export interface Interaction {
  id: string;
  token: string;
  type: number;
  at: number;
  user: string;
  channel: string;
  guild?: string;
  /** The message whose component was pressed, also for a modal that was opened from one. */
  message?: string;
  command?: string;
  ack?: { callback: number; at: number };
  /** The message that `@original` means. */
  original?: string;
  opened?: Modal;
  /** Follow-ups in order, ephemeral ones included. */
  followUps: string[];
}

/** Whom a text would have pinged, had it been real. */
export interface Ping {
  message: string;
  channel: string;
  by: "create" | "edit";
  everyone: boolean;
  users: string[];
  roles: string[];
  /** The author of the message that was replied to. */
  replied: boolean;
}

export interface Ack {
  interaction: string;
  user: string;
  callback: number;
  latency: number;
}

export interface Seen {
  method: string;
  /** The path with its ids, without `/api/v10`. */
  path: string;
  route: string;
  body: unknown;
  status: number;
  code: number | null;
  at: number;
}

export interface Identify {
  session: string;
  intents: number;
  shard: [number, number];
  at: number;
}

export interface World {
  now(): number;
  /** A new snowflake; it holds the time, and the library reads it from there. */
  id(): string;
  /** Milliseconds that the clock was moved ahead of the real one. */
  ahead: number;
  application: { id: string; name: string; flags: number; privileged: number };
  token: string;
  bot: User;
  users: Map<string, User>;
  guilds: Map<string, Guild>;
  channels: Map<string, Channel>;
  messages: Map<string, Stored>;
  files: Map<string, { attachment: Attachment; bytes: Buffer }>;
  interactions: Map<string, Interaction>;
  commands: { global: Map<string, Command>; guilds: Map<string, Map<string, Command>> };
  /** People who take no DMs. */
  closed: Set<string>;
  nonces: Map<string, { message: string; at: number }>;
  pings: Ping[];
  /** Creates and edits by the bot that did not say `allowed_mentions: { parse: [] }`. */
  unguarded: { by: "create" | "edit"; message: string }[];
  acks: Ack[];
  requests: Seen[];
  identifies: Identify[];
  faults: Fault[];
  /** Edits of messages older than an hour: how many an hour and channel, and when they happened. */
  oldEdits: { limit: number; at: Map<string, number[]> };
  breaches: string[];
  dispatch(type: string, data: unknown, to?: Audience): void;
  changed(): void;
  watchers: Set<() => void>;
  origin: string;
}

/** Who receives a dispatch; absent: every session. */
export interface Audience {
  guild?: string | undefined;
  intent?: number;
}

const EPOCH = 1_420_070_400_000n;

export function emptyWorld(token: string, privileged: number): World {
  let count = 0n;
  const watchers = new Set<() => void>();
  const world: World = {
    ahead: 0,
    now: () => Date.now() + world.ahead,
    id: () => (((BigInt(world.now()) - EPOCH) << 22n) | (count++ & 0x3f_ffffn)).toString(),
    // 1 << 19: the message-content intent, as bots in few guilds have it.
    application: { id: "", name: "hitl-bot", flags: privileged & (1 << 15) ? 1 << 19 : 0, privileged },
    token,
    bot: user("", "hitl-bot", true),
    users: new Map(),
    guilds: new Map(),
    channels: new Map(),
    messages: new Map(),
    files: new Map(),
    interactions: new Map(),
    commands: { global: new Map(), guilds: new Map() },
    closed: new Set(),
    nonces: new Map(),
    pings: [],
    unguarded: [],
    acks: [],
    requests: [],
    identifies: [],
    faults: [],
    oldEdits: { limit: Number.POSITIVE_INFINITY, at: new Map() },
    breaches: [],
    dispatch: () => {},
    changed() {
      for (const watch of [...watchers]) watch();
    },
    watchers,
    origin: "",
  };
  const id = world.id();
  world.bot.id = id;
  world.application.id = id;
  world.users.set(id, world.bot);
  return world;
}

export function user(id: string, name: string, bot: boolean): User {
  return {
    id,
    username: name.toLowerCase().replace(/[^a-z0-9._]/g, "_"),
    global_name: name,
    discriminator: "0",
    avatar: null,
    bot,
    public_flags: 0,
    flags: 0,
    primary_guild: null,
  };
}
