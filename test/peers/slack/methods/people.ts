/** users.*, usergroups.*, team.*, bots.*: who is who. */
import type { JsonObject } from "../../../../src/json.ts";
import type { Group, User } from "../world.ts";
import { ApiError, type Call, type Method, page, userOf } from "./method.ts";

const users = () => ["users:read"];
const groups = () => ["usergroups:read"];

export const people: Record<string, Method> = {
  "users.info": { token: "bot", needs: users, carry: info },
  "users.list": { token: "bot", needs: users, carry: list },
  "users.lookupByEmail": { token: "bot", needs: () => ["users:read.email"], carry: byEmail },
  "usergroups.list": { token: "bot", needs: groups, carry: groupList },
  "usergroups.users.list": { token: "bot", needs: groups, carry: groupUsers },
  "team.info": { token: "bot", needs: () => ["team:read"], carry: teamInfo },
  "bots.info": { token: "bot", needs: users, carry: botInfo },
};

function info(call: Call): JsonObject {
  return { user: described(call, userOf(call, call.args.need("user"))) };
}

function list(call: Call): JsonObject {
  const team = [...call.world.users.values()].filter((user) => user.team === call.bot.team);
  const { items, next } = page(team, call, 1_000, 1_000);
  return { members: items.map((each) => described(call, each)), response_metadata: { next_cursor: next } };
}

function byEmail(call: Call): JsonObject {
  const email = call.args.need("email").toLowerCase();
  const user = [...call.world.users.values()].find(
    (each) => each.team === call.bot.team && each.email.toLowerCase() === email && !each.deleted,
  );
  if (user === undefined) throw new ApiError("users_not_found");
  return { user: described(call, user) };
}

function described(call: Call, user: User): JsonObject {
  const { id, team, teams = [team], name, real_name, email, tz, deleted, ...flags } = user;
  const enterprise = call.world.teams.get(team)?.enterprise ?? null;
  const grid =
    enterprise === null
      ? {}
      : { enterprise_user: { id, enterprise_id: enterprise, enterprise_name: enterprise, is_admin: false, teams } };
  const profile: JsonObject = { real_name, display_name: name, team };
  if (call.manifest.scopes.includes("users:read.email") && !user.is_bot) {
    call.demand("users:read.email");
    profile.email = email;
  }
  if (deleted) return { id, team_id: team, name, deleted, profile, is_bot: user.is_bot, is_app_user: false, ...grid };
  return {
    id,
    team_id: team,
    name,
    real_name,
    tz,
    deleted,
    profile,
    is_owner: false,
    is_app_user: false,
    ...flags,
    ...grid,
  };
}

function groupList(call: Call): JsonObject {
  const withUsers = call.args.flag("include_users");
  const found = [...call.world.groups.values()].filter((group) => isMeant(call, group));
  return {
    usergroups: found.map((group) => ({
      id: group.id,
      team_id: group.team,
      is_usergroup: true,
      name: group.handle,
      handle: group.handle,
      date_delete: group.disabled ? 1 : 0,
      ...(withUsers ? { users: [...group.users] } : {}),
    })),
  };
}

function groupUsers(call: Call): JsonObject {
  if (call.bot.org !== null && call.args.text("team_id") === undefined) throw new ApiError("missing_argument");
  const group = call.world.groups.get(call.args.need("usergroup"));
  if (group === undefined || !isMeant(call, group)) throw new ApiError("no_such_subteam");
  return { users: [...group.users] };
}

function isMeant({ args, bot }: Call, group: Group): boolean {
  return group.team === (args.text("team_id") ?? bot.team) && (!group.disabled || args.flag("include_disabled"));
}

function teamInfo({ world, bot }: Call): JsonObject {
  const team = world.teams.get(bot.team);
  return { team: { id: bot.team, name: team?.name ?? "", domain: team?.domain ?? "" } };
}

function botInfo({ world, args, bot }: Call): JsonObject {
  const meant = args.text("bot") ?? bot.bot;
  const found = [...world.bots.values()].find((each) => each.bot === meant);
  if (found === undefined) throw new ApiError("bot_not_found");
  const name = world.users.get(found.user)?.name ?? "";
  return { bot: { id: found.bot, deleted: false, name, app_id: world.app.id, user_id: found.user } };
}
