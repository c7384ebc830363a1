/** A typed command, `/hitl pending kind:tool`, as the client sends it: only what was registered, with options of its types. */
import { PERMISSION } from "./numbers.ts";
import { permissionsIn } from "./permissions.ts";
import type { Command, CommandOption } from "./wire.ts";
import type { Channel, World } from "./world.ts";

const SUBCOMMAND = 1;
const GROUP = 2;
const STRING = 3;

export interface Typed {
  command: Command;
  data: Record<string, unknown>;
}

export function typed(world: World, channel: Channel, user: string, text: string): Typed {
  const [name = "", ...words] = text.trim().replace(/^\//, "").split(/\s+/);
  const command = offered(world, channel, user).find((each) => each.name === name);
  if (command === undefined) throw new Error(`Discord offers no /${name} here`);
  const rest = text
    .trim()
    .slice(name.length + 1)
    .trim();
  const options = read(command.options ?? [], rest, words, `/${name}`);
  const scope = command.guild_id === undefined ? {} : { guild_id: command.guild_id };
  return { command, data: { id: command.id, name, type: 1, ...scope, ...(options.length > 0 ? { options } : {}) } };
}

/** What the person's client lists: those of the guild, and the global ones that the place allows. */
export function offered(world: World, channel: Channel, user: string): Command[] {
  const context = channel.guild === undefined ? 1 : 0;
  const global = [...world.commands.global.values()].filter(
    (each) => each.contexts?.includes(context) ?? (context === 0 || each.dm_permission !== false),
  );
  const own = channel.guild === undefined ? [] : [...(world.commands.guilds.get(channel.guild)?.values() ?? [])];
  const permissions = permissionsIn(world, channel, user);
  if (channel.guild !== undefined && !(permissions & PERMISSION.useCommands)) return [];
  const needed = ({ default_member_permissions: bits }: Command) => (bits === null ? 0n : BigInt(bits));
  return [...own, ...global].filter(
    (each) => each.type === 1 && (channel.guild === undefined || (permissions & needed(each)) === needed(each)),
  );
}

function read(
  options: readonly CommandOption[],
  text: string,
  words: string[],
  path: string,
): Record<string, unknown>[] {
  const nested = options.filter(({ type }) => type === SUBCOMMAND || type === GROUP);
  if (nested.length > 0) {
    const [name = "", ...others] = words;
    const found = nested.find((each) => each.name === name);
    if (found === undefined)
      throw new Error(`${path} has no "${name}", only ${nested.map((each) => each.name).join(", ")}`);
    const inner = read(found.options ?? [], text.slice(name.length).trim(), others, `${path} ${name}`);
    return [{ type: found.type, name, options: inner }];
  }
  return values(options, text, path);
}

/** `name:value` up to the next name; words before the first name belong to the first option that takes text. */
function values(options: readonly CommandOption[], text: string, path: string): Record<string, unknown>[] {
  const names = options.map(({ name }) => name).join("|");
  const marks = names === "" ? [] : [...text.matchAll(new RegExp(`(?:^|\\s)(${names}):`, "g"))];
  const given = new Map<string, string>();
  const lead = text.slice(0, marks[0]?.index ?? text.length).trim();
  const first = options.find(({ type }) => type === STRING);
  if (lead !== "" && first === undefined) throw new Error(`${path} takes no "${lead}"`);
  if (lead !== "" && first !== undefined) given.set(first.name, lead);
  for (const [index, mark] of marks.entries()) {
    const end = marks[index + 1]?.index ?? text.length;
    given.set(mark[1] ?? "", text.slice(mark.index + mark[0].length, end).trim());
  }
  for (const option of options)
    if (option.required === true && !given.has(option.name)) throw new Error(`${path} needs ${option.name}`);
  return options
    .filter(({ name }) => given.has(name))
    .map((option) => ({
      type: option.type,
      name: option.name,
      value: value(option, given.get(option.name) ?? "", path),
    }));
}

function value(option: CommandOption, text: string, path: string): string | number | boolean {
  const choice = option.choices?.find(({ name, value: of }) => name === text || String(of) === text);
  if (option.choices !== undefined && option.choices.length > 0) {
    if (choice === undefined) throw new Error(`${path} offers no ${option.name} "${text}"`);
    return choice.value;
  }
  switch (option.type) {
    case 4:
    case 10:
      if (!Number.isFinite(Number(text))) throw new Error(`${path} takes a number as ${option.name}`);
      return Number(text);
    case 5:
      return /^true$/i.test(text);
    default:
      // A mention typed into a user, role or channel option is its id.
      return option.type === STRING ? text : text.replace(/^<[@#][!&]?(\d+)>$/, "$1");
  }
}
