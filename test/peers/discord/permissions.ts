/** What a member may do in a place: roles, then the overwrites of @everyone, of the roles, of the member. */
import { PERMISSION, type PermissionName } from "./numbers.ts";
import type { Channel, World } from "./world.ts";

const ALL = (1n << 53n) - 1n;

export function permissionsIn(world: World, channel: Channel, user: string): bigint {
  if (channel.guild === undefined) return user === world.bot.id || user === channel.recipient ? ALL : 0n;
  const guild = world.guilds.get(channel.guild);
  const member = guild?.members.get(user);
  if (guild === undefined || member === undefined) return 0n;
  const roles = [guild.id, ...member.roles];
  const base = roles.reduce((sum, role) => sum | BigInt(guild.roles.get(role)?.permissions ?? 0), 0n);
  if (guild.owner === user || base & PERMISSION.administrator) return ALL;
  const place = channel.parent === undefined ? channel : (world.channels.get(channel.parent) ?? channel);
  let result = base;
  for (const ids of [[guild.id], member.roles, [user]]) {
    const overwrites = place.overwrites.filter((each) => ids.includes(each.id));
    for (const each of overwrites) result &= ~BigInt(each.deny);
    for (const each of overwrites) result |= BigInt(each.allow);
  }
  return result & PERMISSION.viewChannel ? result : 0n;
}

export function may(world: World, channel: Channel, user: string, name: PermissionName): boolean {
  return (permissionsIn(world, channel, user) & PERMISSION[name]) !== 0n;
}

export function bits(names: readonly PermissionName[]): string {
  return names.reduce((sum, name) => sum | PERMISSION[name], 0n).toString();
}
