/** A gateway session: who may open one, what it is greeted with, which events are its. */
import type { WebSocket } from "ws";
import { INTENT, KNOWN_INTENTS } from "./numbers.ts";
import { guildCreate } from "./places.ts";
import type { Audience, World } from "./world.ts";

export interface Session {
  id: string;
  intents: number;
  shard: [number, number];
  seq: number;
  sent: { op: number; t: string; s: number; d: unknown }[];
  socket: WebSocket | null;
  lostAt: number;
}

/** Code and reason of a refused connection. */
export type Close = [code: number, reason: string];

export const WRONG_TOKEN: Close = [4004, "Authentication failed."];

export function isToken(world: World, token: unknown): boolean {
  return token === world.token || token === `Bot ${world.token}`;
}

/** Why an identify is refused. */
export function objectionTo(world: World, token: unknown, { shard, intents }: Session): Close | undefined {
  if (!isToken(world, token)) return WRONG_TOKEN;
  if (shard[0] >= shard[1]) return [4010, "Invalid shard."];
  if (intents & ~KNOWN_INTENTS) return [4013, "Invalid intent(s)."];
  const privileged = intents & (INTENT.messageContent | INTENT.members | INTENT.presences);
  return privileged & ~world.application.privileged ? [4014, "Disallowed intent(s)."] : undefined;
}

/** READY, and the guilds one by one for those who asked for them. */
export function greetings(world: World, session: Session, address: string): [type: string, event: unknown][] {
  const guilds = [...world.guilds.values()].filter(
    (guild) => guild.members.has(world.bot.id) && ofShard(session, guild.id),
  );
  const ready = {
    v: 10,
    user: { ...world.bot, mfa_enabled: true, verified: true, email: null },
    guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
    session_id: session.id,
    resume_gateway_url: address,
    shard: session.shard,
    application: { id: world.application.id, flags: world.application.flags },
  };
  const withMembers = (session.intents & INTENT.members) !== 0;
  const told = session.intents & INTENT.guilds ? guilds : [];
  return [
    ["READY", ready],
    ...told.map((guild): [string, unknown] => ["GUILD_CREATE", guildCreate(world, guild, withMembers)]),
  ];
}

export function wants(session: Session, { guild, intent }: Audience): boolean {
  if (intent !== undefined && !(session.intents & intent)) return false;
  return guild === undefined ? session.shard[0] === 0 : ofShard(session, guild);
}

function ofShard({ shard: [index, count] }: Session, guild: string): boolean {
  return Number((BigInt(guild) >> 22n) % BigInt(count)) === index;
}
