/** What a person's doings need of the peer, and the parts that all interaction payloads share. */
import type { JsonObject } from "../../../src/json.ts";
import type { Courier } from "./deliveries.ts";
import type { Events } from "./events.ts";
import type { Manifest } from "./manifest.ts";
import type { Happening } from "./methods/method.ts";
import type { Ledger } from "./scopes.ts";
import { type Bot, botOf, type Channel, type User, type World } from "./world.ts";

export interface Stage {
  world: World;
  manifest: Manifest;
  ledger: Ledger;
  courier: Courier;
  events: Events;
  origin(): string;
  tell(happening: Happening): void;
}

export function personOf({ world }: Stage, id: string): User {
  const user = world.users.get(id);
  if (user === undefined) throw new Error(`nobody is called ${id}`);
  return user;
}

/** By id or `#name`. */
export function placeOf({ world }: Stage, name: string): Channel {
  const channel =
    world.channels.get(name) ?? [...world.channels.values()].find((each) => each.name === name.replace(/^#/, ""));
  if (channel === undefined) throw new Error(`there is no conversation ${name}`);
  return channel;
}

/** The workspace whose app hears of what happens in a conversation. */
export function homeOf({ world }: Stage, channel: Channel): Bot {
  const inside = [...world.bots.values()].find((each) => channel.members.has(each.user));
  const bot = inside ?? botOf(world, channel.team);
  if (bot === undefined) throw new Error(`the app is not installed where ${channel.id} is`);
  return bot;
}

/** Who did it and where, as every interaction tells: `team` is where the app is installed, `user.team_id` their home. */
export function doneBy({ world }: Stage, user: User, bot: Bot): JsonObject {
  const team = world.teams.get(bot.team);
  const enterprise = team?.enterprise ?? null;
  return {
    // An app of a whole enterprise is told of no workspace here.
    team:
      bot.org === null
        ? {
            id: bot.team,
            domain: team?.domain ?? "",
            ...(enterprise === null ? {} : { enterprise_id: enterprise, enterprise_name: enterprise }),
          }
        : null,
    user: { id: user.id, username: user.name, name: user.name, team_id: user.team },
    api_app_id: world.app.id,
    token: "verification-token",
    enterprise: enterprise === null ? null : { id: enterprise, name: enterprise },
    is_enterprise_install: bot.org !== null,
  };
}
