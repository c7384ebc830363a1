/** The people, roles and channels that a select's values name, as an interaction carries them along. */
import { COMPONENT } from "./numbers.ts";
import { permissionsIn } from "./permissions.ts";
import { channelJson } from "./places.ts";
import type { Channel, World } from "./world.ts";

export type Resolved = Record<"users" | "members" | "roles" | "channels", Record<string, unknown>>;

/** Undefined for string selects, and where nothing was chosen. */
export function resolved(
  world: World,
  place: Channel,
  type: number,
  ids: readonly string[],
): Partial<Resolved> | undefined {
  if (type === COMPONENT.stringSelect || ids.length === 0) return undefined;
  const guild = place.guild === undefined ? undefined : world.guilds.get(place.guild);
  const found: Resolved = { users: {}, members: {}, roles: {}, channels: {} };
  for (const id of ids) {
    const user = world.users.get(id);
    const role = guild?.roles.get(id);
    const channel = world.channels.get(id);
    const member = guild?.members.get(id);
    const permissions = permissionsIn(world, place, id).toString();
    if (user !== undefined && type !== COMPONENT.roleSelect) found.users[id] = user;
    if (member !== undefined) {
      const { user: _, mute: __, deaf: ___, ...rest } = member;
      found.members[id] = { ...rest, permissions };
    }
    if (role !== undefined && type !== COMPONENT.userSelect) found.roles[id] = role;
    if (channel !== undefined && type === COMPONENT.channelSelect)
      found.channels[id] = { ...channelJson(world, channel), permissions };
  }
  const filled = Object.entries(found).filter(([, each]) => Object.keys(each).length > 0);
  return Object.fromEntries(filled) as Partial<Resolved>;
}
