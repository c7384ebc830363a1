/**
 * Whether a delivery is for this app, where it was installed. A signature or a socket proves that Slack sent it; the
 * same app may be installed in other workspaces, whose people and conversations are nobody's here.
 */
import { isObject, type Json, type JsonObject } from "../../../src/json.ts";
import type { Home } from "./wire.ts";

export function isForUs(body: JsonObject, home: Home): boolean {
  const { api_app_id } = body;
  if (home.app !== null && typeof api_app_id === "string" && api_app_id !== home.app) return false;
  if (home.org) return enterprisesIn(body).some((id) => id === home.enterprise);
  if (teamsIn(body).includes(home.team)) return true;
  return isOnOurs(body, home);
}

/** The workspaces that it names as the app's. An event says for whom it is, wherever it happened. */
function teamsIn({ authorizations, view, team, team_id, context_team_id }: JsonObject): Json[] {
  const granted = objects(authorizations).map((each) => each.team_id ?? null);
  if (granted.length > 0) return granted;
  const shown = isObject(view) ? [view.app_installed_team_id ?? view.team_id ?? null] : [];
  const own = isObject(team) ? [team.id ?? null] : [];
  return [...shown, ...own, team_id ?? null, context_team_id ?? null];
}

function enterprisesIn({ authorizations, enterprise, enterprise_id, context_enterprise_id }: JsonObject): Json[] {
  const granted = objects(authorizations).map((each) => each.enterprise_id ?? null);
  if (granted.length > 0) return granted;
  return [isObject(enterprise) ? (enterprise.id ?? null) : null, enterprise_id ?? null, context_enterprise_id ?? null];
}

/** Of a visitor in a shared conversation Slack may name their own workspace; the message they pressed is ours. */
function isOnOurs({ type, message, container }: JsonObject, { bot, app, user }: Home): boolean {
  if (type !== "block_actions") return false;
  if (isObject(message))
    return message.bot_id === bot || message.user === user || (app !== null && message.app_id === app);
  return isObject(container) && container.is_ephemeral === true;
}

function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
