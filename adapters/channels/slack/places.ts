/**
 * Conversations as routes write them (`#deploys`, `C0123`, `@U0123`) and as Slack knows them. A placement's message is
 * `channel:ts`, and `channel:ts:thread` where the card stands in the thread of its first round.
 */

import { remembering } from "../../../src/chat/remembered.ts";
import type { Checkpoint, Placement } from "../../../src/checkpoint.ts";
import { isObject, type Json, type JsonObject } from "../../../src/json.ts";
import { type Wire, WireFault } from "./wire.ts";

export interface Place {
  channel: string;
  ts: string;
  thread: string | null;
}

export function writePlace({ channel, ts, thread }: Place): string {
  return thread === null ? `${channel}:${ts}` : `${channel}:${ts}:${thread}`;
}

export function readPlace(message: string | undefined): Place | undefined {
  const [channel = "", ts = "", thread] = (message ?? "").split(":");
  return ts === "" ? undefined : { channel, ts, thread: thread ?? null };
}

export function slackPlacements({ placements }: Checkpoint): Placement[] {
  return placements.filter(({ channel }) => channel === "slack");
}

/**
 * The placement that a message belongs to: the one that was posted there, or the one whose conversation this is, where
 * the post was never recorded. `name` is the channel's, from the payload; a direct message has the presser's id instead.
 */
export function placementAt(
  checkpoint: Checkpoint,
  at: { channel: string; ts: string; name: string },
  user: string,
): { placement: Placement; known: boolean } | undefined {
  const all = slackPlacements(checkpoint);
  const same = (place: Place | undefined) => place?.channel === at.channel;
  const exact = all.find(({ message }) => same(readPlace(message)) && readPlace(message)?.ts === at.ts);
  if (exact !== undefined) return { placement: exact, known: true };
  const there = all.find(
    ({ message, conversation }) =>
      same(readPlace(message)) ||
      conversation === at.channel ||
      (at.name !== "" && conversation === `#${at.name}`) ||
      (at.name === "directmessage" && userIn(conversation) === user),
  );
  return there === undefined ? undefined : { placement: there, known: false };
}

/** Whether a thread is in a conversation that the record routes to, also before its card there was recorded. */
export async function isIn(places: Places, checkpoint: Checkpoint, channel: string): Promise<boolean> {
  const all = slackPlacements(checkpoint);
  if (all.some(({ message, conversation }) => conversation === channel || readPlace(message)?.channel === channel))
    return true;
  const found = await Promise.all(all.map(({ conversation }) => places.find(conversation).catch(() => undefined)));
  return found.includes(channel);
}

/** `@U0123`, `U0123` and `T1/U0123` are people. */
export function userIn(conversation: string): string | undefined {
  return /^@?(?:[TE]\w+\/)?([UW][A-Z0-9]+)$/.exec(conversation)?.[1];
}

export interface Places {
  /** The id of a conversation; throws a WireFault. */
  find(conversation: string): Promise<string>;
  forget(conversation: string): void;
}

const TTL = 600_000;
/** Of 1,000 channels each. */
const PAGES = 20;

export function makePlaces({ call, home }: Pick<Wire, "call" | "home">, now: () => number): Places {
  const found = remembering(TTL, now, (conversation) => {
    const user = userIn(conversation);
    if (user !== undefined) return direct(user);
    return conversation.startsWith("#") ? named(conversation.slice(1)) : Promise.resolve(conversation);
  });

  async function direct(user: string): Promise<string> {
    const { channel } = await call("conversations.open", { users: user });
    return idOf(channel) ?? user;
  }

  async function named(name: string): Promise<string> {
    // Two workspaces may each have a channel of that name.
    if (home.org) throw new WireFault("conversations.list", "name_in_enterprise");
    let cursor = "";
    for (let page = 0; page < PAGES; page += 1) {
      const answer: JsonObject = await call("conversations.list", {
        types: "public_channel,private_channel",
        exclude_archived: false,
        limit: 1_000,
        ...(cursor === "" ? {} : { cursor }),
      });
      const channels = Array.isArray(answer.channels) ? answer.channels : [];
      const match = channels.find((each) => isObject(each) && each.name === name);
      const id = idOf(match);
      if (id !== undefined) return id;
      const { response_metadata: more } = answer;
      cursor = isObject(more) && typeof more.next_cursor === "string" ? more.next_cursor : "";
      if (cursor === "") break;
    }
    throw new WireFault("conversations.list", "channel_not_found");
  }

  return { find: (conversation) => found.get(conversation), forget: found.forget };
}

function idOf(channel: Json | undefined): string | undefined {
  return isObject(channel) && typeof channel.id === "string" ? channel.id : undefined;
}
