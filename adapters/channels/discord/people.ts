/**
 * Who somebody is at the moment of acting: the account that Discord names, in which connected server it is, and which
 * roles it has there. In a server all of it comes with the interaction itself; in a direct message Discord is asked,
 * and what it says is kept for a minute at most. When it says nothing, nobody acts.
 */
import { remembering } from "../../../src/chat/remembered.ts";
import type { Account } from "../../../src/policy/directory.ts";
import { codeOf } from "./faults.ts";
import type { Membership, Presser, Wire } from "./wire.ts";

export type Known = { type: "account"; account: Account } | { type: "nobody"; why: string };

export interface People {
  /** Throws when Discord cannot be asked. */
  who(by: Presser): Promise<Known>;
}

/** Membership is looked up when the act happens, and is at most that old. */
const TTL = 60_000;
/** It comes before a commit that has 2.0 s of the 3 s. */
const ASK_WITHIN = 700;
/** A guest of a voice channel. */
const GUEST = 1 << 4;

export function makePeople({ member, home }: Pick<Wire, "member" | "home">, now: () => number): People {
  const members = remembering(TTL, now, async (key) => {
    const [guild = "", user = ""] = key.split(":");
    return member(guild, user, ASK_WITHIN).catch((error: unknown) => {
      // Who is not in a server is nobody there; any other failure is no answer.
      if ([10_007, 10_013].includes(codeOf(error))) return undefined;
      throw error;
    });
  });

  async function inServers(user: string): Promise<{ guild: string; member: Membership }[]> {
    const found = await Promise.all(
      home.guilds.map(async (guild) => ({ guild, member: await members.get(`${guild}:${user}`) })),
    );
    return found.flatMap(({ guild, member }) => (member === undefined ? [] : [{ guild, member }]));
  }

  return {
    async who({ user, guild, member, name, bot }) {
      if (bot) return { type: "nobody", why: "Bots do not decide here." };
      if (guild !== null && !home.guilds.includes(guild))
        return { type: "nobody", why: "This server is not connected to this bot, so nobody can decide from here." };
      const met = guild === null ? await inServers(user) : member === null ? [] : [{ guild, member }];
      const [first] = met;
      if (first === undefined)
        return { type: "nobody", why: "You are not in a server that is connected to this bot, so you cannot decide." };
      const roles = met.flatMap((each) => each.member.roles.map((role) => `discord-role:${role}`));
      const called = first.member.nick ?? name;
      return {
        type: "account",
        account: {
          ...{ platform: "discord", id: user, tenant: first.guild },
          ...(called === null || called === "" ? {} : { name: called.slice(0, 80) }),
          groups: [...new Set(roles)],
          member: met.some((each) => isFull(each.member)),
          home: true,
        },
      };
    },
  };
}

function isFull({ pending = false, flags = 0 }: Membership): boolean {
  return !pending && (flags & GUEST) === 0;
}
