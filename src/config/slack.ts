/** The environment's part of Slack. Tokens are never repeated in a sentence. */
import type { SlackSettings } from "../settings.ts";
import { type Env, isLoopback } from "./environment.ts";
import type { Complain } from "./fault.ts";

export const SLACK_VARIABLES = [
  "SLACK_BOT_TOKEN",
  "SLACK_APP_TOKEN",
  "SLACK_SIGNING_SECRET",
  "SLACK_CHANNEL",
  "SLACK_API_URL",
] as const;

const SLACK_API = "https://slack.com/api/";

/** Undefined where nothing of it is set, or once a fault was told. */
export function readSlack(env: Env, complain: Complain): SlackSettings | undefined {
  const set = (name: (typeof SLACK_VARIABLES)[number]) => env[name]?.trim() || undefined;
  const botToken = set("SLACK_BOT_TOKEN");
  const appToken = set("SLACK_APP_TOKEN");
  const signingSecret = set("SLACK_SIGNING_SECRET");
  const channel = set("SLACK_CHANNEL");
  if (botToken === undefined) {
    if (appToken !== undefined || signingSecret !== undefined)
      complain(
        "SLACK_BOT_TOKEN is not set, but other settings of Slack are: set it to the app's xoxb- token, or unset them.",
      );
    return undefined;
  }
  const faults: string[] = [];
  if (!/^xoxb-[\w-]{5,}$/.test(botToken))
    faults.push("SLACK_BOT_TOKEN must be the bot token of the app, which begins with xoxb- (OAuth & Permissions).");
  if (appToken !== undefined && !/^xapp-[\w-]{5,}$/.test(appToken))
    faults.push("SLACK_APP_TOKEN must be an app-level token, which begins with xapp- (Basic Information).");
  if (signingSecret !== undefined && !/^[\x21-\x7e]{16,128}$/.test(signingSecret))
    faults.push("SLACK_SIGNING_SECRET must be the signing secret of the app, 32 characters (Basic Information).");
  if (appToken === undefined && signingSecret === undefined)
    faults.push(
      "SLACK_APP_TOKEN is not set: set it to an xapp- token for Socket Mode, or set SLACK_SIGNING_SECRET to be called over HTTP at /slack/events.",
    );
  if (channel !== undefined && !/^(#[^\s#@]{1,80}|[CG][A-Z0-9]{2,30}|@?[UW][A-Z0-9]{2,30})$/.test(channel))
    faults.push(`SLACK_CHANNEL must be a conversation like #deploys, C0123ABCD or @U0123ABCD, not "${channel}".`);
  const apiUrl = apiOf(set("SLACK_API_URL") ?? SLACK_API);
  if (apiUrl === undefined)
    faults.push("SLACK_API_URL must be an https address like https://slack.com/api/ (http only on this machine).");
  for (const fault of faults) complain(fault);
  if (faults.length > 0 || apiUrl === undefined) return undefined;
  return {
    ...{ botToken, apiUrl },
    ...(appToken === undefined ? {} : { appToken }),
    ...(signingSecret === undefined ? {} : { signingSecret }),
    ...(channel === undefined ? {} : { channel }),
  };
}

/** The library appends a method's name to it. */
function apiOf(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.search !== "" || url.hash !== "") return undefined;
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname))) return undefined;
  return url.href.replace(/\/*$/, "/");
}
