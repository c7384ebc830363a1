/**
 * Conversations as routes write them (`#deploys`, `1122` for a channel, `@3344` for a person) and as Discord knows them.
 * A placement's message is `channel:message`, and `channel:message:thread` where the card stands in the thread of its
 * first round.
 */
import { remembering } from "../../../src/chat/remembered.ts";
import type { Checkpoint, Placement } from "../../../src/checkpoint.ts";
import { FOREIGN, isAmbiguous, Refused } from "./faults.ts";
import type { Wire } from "./wire.ts";

export interface Place {
  channel: string;
  message: string;
  thread: string | null;
}

/** Where something was pressed or written. */
export interface Spot {
  /** The thread's, where it is one. */
  channel: string;
  /** The channel that the thread is in. */
  parent: string | null;
  /** The channel's name; empty for threads and direct messages, whose names say nothing. */
  name: string;
  /** To the bot alone. */
  direct: boolean;
}

export function writePlace({ channel, message, thread }: Place): string {
  return thread === null ? `${channel}:${message}` : `${channel}:${message}:${thread}`;
}

export function readPlace(message: string | undefined): Place | undefined {
  const [channel = "", id = "", thread] = (message ?? "").split(":");
  return id === "" ? undefined : { channel, message: id, thread: thread ?? null };
}

/** The channel that the message itself is in. */
export function roomOf({ channel, thread }: Place): string {
  return thread ?? channel;
}

/** As `readPlace` would have it, for a message that was met in some place. */
export function placeAt({ channel, parent }: Spot, message: string): Place {
  return parent === null ? { channel, message, thread: null } : { channel: parent, message, thread: channel };
}

export function discordPlacements({ placements }: Checkpoint): Placement[] {
  return placements.filter(({ channel }) => channel === "discord");
}

/**
 * The placement that a message belongs to: the one that was posted there, or the one whose conversation this is, where
 * the post was never recorded.
 */
export function placementAt(
  checkpoint: Checkpoint,
  at: Spot & { message: string },
  user: string,
): { placement: Placement; known: boolean } | undefined {
  const all = discordPlacements(checkpoint);
  const exact = all.find(({ message }) => {
    const place = readPlace(message);
    return place !== undefined && roomOf(place) === at.channel && place.message === at.message;
  });
  if (exact !== undefined) return { placement: exact, known: true };
  const there = all.find((each) => isRoutedTo(each, at, user));
  return there === undefined ? undefined : { placement: there, known: false };
}

function isRoutedTo({ message, conversation }: Placement, at: Spot, user: string): boolean {
  const rooms = [at.channel, at.parent];
  return (
    rooms.includes(readPlace(message)?.channel ?? "") ||
    rooms.includes(conversation) ||
    (at.name !== "" && conversation === `#${at.name}`) ||
    (at.direct && userIn(conversation) === user)
  );
}

/** Whether a channel or thread belongs to a conversation that the record routes to, also before its card is recorded. */
export async function isIn(places: Places, checkpoint: Checkpoint, at: Spot, user: string): Promise<boolean> {
  const all = discordPlacements(checkpoint);
  if (all.some((each) => isRoutedTo(each, at, user))) return true;
  const found = await Promise.all(all.map(({ conversation }) => ifThere(places.find(conversation))));
  return found.some((room) => room === at.channel || (room !== undefined && room === at.parent));
}

/** What Discord refuses for good is not there; what it does not answer now may be. */
export async function ifThere<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Refused && !isAmbiguous(error)) return undefined;
    throw error;
  }
}

/** `@1122`, for a direct message. */
export function userIn(conversation: string): string | undefined {
  return /^@(\d{1,25})$/.exec(conversation)?.[1];
}

export interface Places {
  /** The id of a conversation's channel, which is in a connected server or a direct message; throws a Refused. */
  find(conversation: string): Promise<string>;
  forget(conversation: string): void;
  /** The server that a channel or thread is in; null: it is a direct message. */
  guildOf(room: string): Promise<string | null>;
  /** The role that Discord made for the bot in a server; null: there is none. */
  roleIn(guild: string): Promise<string | null>;
}

const TTL = 600_000;
/** Text and announcements; a name may also be a category's or a voice channel's. */
const WRITABLE = [0, 5];

type Asked = Pick<Wire, "channel" | "channels" | "openDm" | "roles" | "home">;

export function makePlaces(wire: Asked, now: () => number): Places {
  const guilds = remembering(TTL, now, async (room) => (await wire.channel(room)).guild_id ?? null);
  const own = remembering(TTL, now, async (guild) => {
    const roles = await wire.roles(guild);
    return roles.find(({ tags }) => tags?.bot_id === wire.home.bot)?.id ?? null;
  });
  const found = remembering(TTL, now, async (conversation) => {
    const user = userIn(conversation);
    if (user !== undefined) return (await wire.openDm(user)).id;
    return conversation.startsWith("#") ? named(conversation.slice(1)) : known(conversation);
  });

  async function named(name: string): Promise<string> {
    for (const guild of wire.home.guilds) {
      const channels = await wire.channels(guild);
      const match = channels.find((each) => each.name === name && WRITABLE.includes(each.type));
      if (match !== undefined) return match.id;
    }
    throw new Refused(`the channel #${name}`, 404, 10_003);
  }

  async function known(id: string): Promise<string> {
    const guild = await guilds.get(id);
    if (guild === null || !wire.home.guilds.includes(guild)) throw new Refused(`the channel ${id}`, 403, FOREIGN);
    return id;
  }

  return { find: found.get, forget: found.forget, guildOf: guilds.get, roleIn: own.get };
}
