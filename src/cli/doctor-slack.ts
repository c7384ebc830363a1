/**
 * `doctor slack`: the way from the settings of this folder to a team that is asked, looked at from Slack's side. Nothing
 * is posted; tokens are sent to Slack and shown nowhere.
 */
import { isObject, type JsonObject } from "../json.ts";
import type { Policy } from "../policy/policy.ts";
import type { SlackSettings } from "../settings.ts";
import { type Check, good, hint, wrong } from "./check.ts";

/** What manifest.yml asks for, each with what stays undone without it. */
export const SCOPES: Readonly<Record<string, string>> = {
  "app_mentions:read": "mentions of the bot are not heard",
  "channels:history": "replies in the threads of public channels are not heard",
  "channels:read": "channels are not found by their names",
  "chat:write": "no card can be posted",
  commands: "/hitl does not exist",
  "groups:history": "replies in the threads of private channels are not heard",
  "groups:read": "private channels are not found by their names",
  "im:history": "replies to direct messages are not heard",
  "im:write": "nobody can be sent a direct message",
  "usergroups:read": "user groups cannot be approvers",
  "users:read": "nobody can be told from a guest, so nobody may decide",
};

const ANSWER_WITHIN = 8_000;

interface Answered {
  body: JsonObject;
  scopes: string[];
}

type Ask = (method: string, token: string, args?: Record<string, string>) => Promise<Answered>;

/** `named`: conversations that policies name, besides the default one. */
export async function slackChecks(
  settings: SlackSettings | undefined,
  signal: AbortSignal,
  named: readonly string[] = [],
): Promise<Check[]> {
  if (settings === undefined)
    return [wrong("slack", "SLACK_BOT_TOKEN is not set; make an app from manifest.yml and see docs/slack.md")];
  const ask = asking(settings.apiUrl, signal);
  try {
    const { body, scopes } = await ask("auth.test", settings.botToken);
    if (body.ok !== true) return [wrong("token", `Slack says ${said(body)}; copy the xoxb- token of the app again`)];
    return [
      good("token", `is ${String(body.user ?? "a bot")} in ${String(body.team ?? "a workspace")}`),
      ...scopeChecks(scopes),
      ...(await channelChecks(settings, named, body.is_enterprise_install === true, ask)),
      ...(await appChecks(settings, body, ask)),
      await wayInCheck(settings, ask),
    ];
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    return [
      wrong("slack", `${settings.apiUrl} does not answer (${why}); look at SLACK_API_URL and the way out of here`),
    ];
  }
}

function asking(apiUrl: string, signal: AbortSignal): Ask {
  return async (method, token, args = {}) => {
    const response = await fetch(apiUrl + method, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: new URLSearchParams(args),
      redirect: "error",
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN)]),
    });
    const body: unknown = await response.json().catch(() => ({ error: `http_${response.status}` }));
    const scopes = response.headers.get("x-oauth-scopes")?.split(",") ?? [];
    return { body: body as JsonObject, scopes: scopes.map((scope) => scope.trim()) };
  };
}

/** The conversations that policies ask in, or turn to when another one cannot be reached. */
export function slackPlaces(rules: { policies: readonly Policy[] } | Error): string[] {
  if (rules instanceof Error) return [];
  const all = rules.policies.flatMap(({ route = [], fallback }) => [
    ...route,
    ...(fallback === undefined ? [] : [fallback]),
  ]);
  return all.filter((place) => place.startsWith("slack:")).map((place) => place.slice("slack:".length));
}

function scopeChecks(granted: readonly string[]): Check[] {
  if (granted.length === 0) return [hint("scopes", "Slack does not say which permissions the token has")];
  const missing = Object.entries(SCOPES).filter(([scope]) => !granted.includes(scope));
  if (missing.length === 0) return [good("scopes", "all that are needed")];
  return missing.map(([scope, loss]) =>
    wrong("scopes", `${scope} is missing, so ${loss}; install the app again from manifest.yml`),
  );
}

async function channelChecks(
  { channel, botToken }: SlackSettings,
  named: readonly string[],
  org: boolean,
  ask: Ask,
): Promise<Check[]> {
  const checks: Check[] = [];
  if (channel === undefined)
    checks.push(hint("channel", "SLACK_CHANNEL is not set: only what names slack:… in its route is asked in Slack"));
  const all = new Set([...(channel === undefined ? [] : [channel]), ...named]);
  for (const each of all) checks.push(await channelCheck(each, botToken, org, ask));
  return checks;
}

async function channelCheck(channel: string, botToken: string, org: boolean, ask: Ask): Promise<Check> {
  if (org && channel.startsWith("#"))
    return wrong(
      "channel",
      `${channel}: the whole organisation has the app, so name the channel by its id, like C0123ABCD`,
    );
  if (/^@?(?:[TE]\w+\/)?[UW]/.test(channel)) {
    const { body } = await ask("users.info", botToken, { user: channel.replace(/^@|^.*\//g, "") });
    return body.ok === true ? good("channel", `${channel} is there`) : wrong("channel", `${channel}: ${said(body)}`);
  }
  const found = channel.startsWith("#")
    ? await byName(channel.slice(1), botToken, ask)
    : await byId(channel, botToken, ask);
  if (found === undefined)
    return wrong("channel", `${channel} is not there, or it is private and the bot is not in it: /invite it`);
  if (found.is_archived === true) return wrong("channel", `${channel} is archived; name another one`);
  if (found.is_member !== true) return wrong("channel", `the bot is not in ${channel}; write /invite @hitl-bot there`);
  return good("channel", `the bot is in ${channel}`);
}

async function byId(channel: string, token: string, ask: Ask): Promise<JsonObject | undefined> {
  const { body } = await ask("conversations.info", token, { channel });
  return isObject(body.channel) ? body.channel : undefined;
}

async function byName(name: string, token: string, ask: Ask): Promise<JsonObject | undefined> {
  for (let cursor = "", page = 0; page < 20; page += 1) {
    const args = { types: "public_channel,private_channel", limit: "1000", ...(cursor === "" ? {} : { cursor }) };
    const { body } = await ask("conversations.list", token, args);
    const channels = Array.isArray(body.channels) ? body.channels.filter(isObject) : [];
    const match = channels.find((each) => each.name === name);
    if (match !== undefined) return match;
    const { response_metadata: more } = body;
    cursor = isObject(more) && typeof more.next_cursor === "string" ? more.next_cursor : "";
    if (cursor === "") return undefined;
  }
  return undefined;
}

/** Two apps' tokens: what is posted by one is answered to the other, and nobody hears it. */
async function appChecks({ appToken, botToken }: SlackSettings, { bot_id }: JsonObject, ask: Ask): Promise<Check[]> {
  const [, own] = /^xapp-\d+-(A[A-Z0-9]+)-/.exec(appToken ?? "") ?? [];
  if (own === undefined || typeof bot_id !== "string") return [];
  const { body } = await ask("bots.info", botToken, { bot: bot_id });
  const other = isObject(body.bot) ? body.bot.app_id : undefined;
  if (typeof other !== "string" || other === own) return [];
  return [wrong("app", `SLACK_APP_TOKEN is of the app ${own}, SLACK_BOT_TOKEN of ${other}; copy both from one app`)];
}

async function wayInCheck({ appToken }: SlackSettings, ask: Ask): Promise<Check> {
  if (appToken === undefined)
    return hint(
      "http",
      "without SLACK_APP_TOKEN, Slack calls the bot: its request URLs must be HITL_BASE_URL/slack/events",
    );
  const { body } = await ask("apps.connections.open", appToken);
  return body.ok === true
    ? good("socket", "Slack opens one")
    : wrong(
        "socket",
        `Slack says ${said(body)}; make an app-level token with connections:write, and switch Socket Mode on`,
      );
}

function said({ error }: JsonObject): string {
  return typeof error === "string" ? error.slice(0, 100) : "nothing that is understood here";
}
