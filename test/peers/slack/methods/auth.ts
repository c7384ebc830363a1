/** auth.test for a bot, apps.connections.open for the app itself. */
import type { JsonObject } from "../../../../src/json.ts";
import type { Call, Method } from "./method.ts";

export const auth: Record<string, Method> = {
  "auth.test": { token: "bot", carry: test },
  "api.test": { token: "bot", carry: () => ({}) },
};

function test({ world, bot }: Call): JsonObject {
  const team = world.teams.get(bot.team);
  return {
    url: `https://${team?.domain}.slack.com/`,
    team: team?.name ?? "",
    user: world.users.get(bot.user)?.name ?? "",
    team_id: bot.org ?? bot.team,
    user_id: bot.user,
    bot_id: bot.bot,
    ...(team?.enterprise ? { enterprise_id: team.enterprise } : {}),
    is_enterprise_install: bot.org !== null,
  };
}
