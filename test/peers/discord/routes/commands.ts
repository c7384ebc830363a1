/** Application commands, global and of a guild: a PUT replaces them all, keeping the ids of those whose name stays. */
import { commandLimits } from "../limits/commands.ts";
import { checks, fail, formInvalid, isObject } from "../limits/problems.ts";
import type { Call } from "../request.ts";
import type { Answer, Command } from "../wire.ts";
import type { World } from "../world.ts";
import type { Route } from "./reach.ts";

type Shelf = Map<string, Command>;

const GLOBAL = "/applications/:application/commands";
const GUILD = "/applications/:application/guilds/:guild/commands";

export const commandRoutes: Route[] = [GLOBAL, GUILD].flatMap((at): Route[] => [
  [`GET ${at}`, (world, call) => shelf(world, call, (commands) => ({ status: 200, body: [...commands.values()] }))],
  [`PUT ${at}`, (world, call) => shelf(world, call, (commands) => replaceAll(world, commands, call))],
  [`POST ${at}`, (world, call) => shelf(world, call, (commands) => one(world, commands, call))],
  [
    `GET ${at}/:command`,
    (world, call) => shelf(world, call, (commands) => found(commands, call, (each) => ({ status: 200, body: each }))),
  ],
  [
    `DELETE ${at}/:command`,
    (world, call) => shelf(world, call, (commands) => found(commands, call, (each) => drop(commands, each))),
  ],
]);

function shelf(world: World, call: Call, then: (commands: Shelf) => Answer): Answer {
  if (call.params.application !== world.application.id) return fail(50001);
  const { guild } = call.params;
  if (guild === undefined) return then(world.commands.global);
  if (!world.guilds.get(guild)?.members.has(world.bot.id)) return fail(50001);
  const commands = world.commands.guilds.get(guild) ?? new Map();
  world.commands.guilds.set(guild, commands);
  const answer = then(commands);
  world.changed();
  return answer;
}

function replaceAll(world: World, commands: Shelf, call: Call): Answer {
  const check = checks();
  commandLimits(check, call.body);
  if (check.problems.length > 0) return formInvalid(check.problems);
  const before = new Map(commands);
  commands.clear();
  for (const each of call.body as Record<string, unknown>[]) add(world, commands, each, call.params.guild, before);
  world.changed();
  return { status: 200, body: [...commands.values()] };
}

function one(world: World, commands: Shelf, call: Call): Answer {
  const check = checks();
  commandLimits(check, [call.body]);
  if (check.problems.length > 0) return formInvalid(check.problems);
  const isNew = !commands.has(key(call.fields));
  return { status: isNew ? 201 : 200, body: add(world, commands, call.fields, call.params.guild, new Map(commands)) };
}

function add(
  world: World,
  commands: Shelf,
  raw: Record<string, unknown>,
  guild: string | undefined,
  before: Shelf,
): Command {
  const given = structuredClone(Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== null)));
  const command = {
    default_member_permissions: null,
    nsfw: false,
    description: "",
    integration_types: [0],
    ...(guild === undefined ? { dm_permission: true } : { guild_id: guild }),
    ...given,
    type: Number(given.type ?? 1),
    id: before.get(key(given))?.id ?? world.id(),
    application_id: world.application.id,
    version: world.id(),
  } as Command;
  commands.set(key(raw), command);
  return command;
}

function key(command: unknown): string {
  return isObject(command) ? `${command.type ?? 1} ${command.name}` : "";
}

function found(commands: Shelf, call: Call, then: (command: Command) => Answer): Answer {
  const command = [...commands.values()].find(({ id }) => id === call.params.command);
  return command === undefined ? fail(10063) : then(command);
}

function drop(commands: Shelf, command: Command): Answer {
  commands.delete(key(command));
  return { status: 204 };
}
