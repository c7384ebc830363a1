/** What the rest of this adapter needs from Slack, and how its refusals are told apart. transport.ts speaks it. */
import type { RequestListener } from "node:http";
import type { JsonObject } from "../../../src/json.ts";

export interface Wire {
  /** One call of the Web API; throws a WireFault. Nothing is tried again here. */
  call(method: string, args: JsonObject, timeout?: number): Promise<JsonObject>;
  /** Answers a `response_url`. */
  respond(url: string, message: JsonObject): Promise<void>;
  /** Who we are there. */
  home: Home;
  /** For HTTP delivery: what takes the requests under /slack/; null in Socket Mode. */
  listener: RequestListener | null;
  isUp(): boolean;
  start(handlers: Handlers): Promise<void>;
  stop(): Promise<void>;
}

export interface Home {
  /** The workspace; of an app that a whole organisation installed, the organisation. */
  team: string;
  enterprise: string | null;
  /** Installed for all workspaces of the enterprise. */
  org: boolean;
  /** The app's id; null where Slack did not say. */
  app: string | null;
  /** `https://team.slack.com/`, for links to messages. */
  url: string;
  /** The bot's user and bot id. */
  user: string;
  bot: string;
}

/** Each answers what goes back with the acknowledgement; a throw is acknowledged too, with nothing. */
export interface Handlers {
  press(body: unknown): Promise<void>;
  submission(body: unknown): Promise<JsonObject | undefined>;
  command(body: unknown): Promise<JsonObject | undefined>;
  said(body: unknown): Promise<void>;
  opened(body: unknown): Promise<void>;
}

export class WireFault extends Error {
  override readonly name = "WireFault";
  /** Slack's own word, `http_500`, or `no_answer`: the call may have been carried out all the same. */
  readonly code: string;
  /** Ms, where Slack said when to come again. */
  readonly after: number | null;

  constructor(method: string, code: string, after: number | null = null) {
    super(`${method}: ${code}`);
    this.code = code;
    this.after = after;
  }
}

export function codeOf(error: unknown): string {
  return error instanceof WireFault ? error.code : "fault";
}

/** Whether the call may have been carried out although it failed. */
export function isAmbiguous(error: unknown): boolean {
  if (!(error instanceof WireFault)) return false;
  return error.code === "no_answer" || /^http_5/.test(error.code) || AMBIGUOUS.includes(error.code);
}

const AMBIGUOUS = ["internal_error", "fatal_error", "service_unavailable", "request_timeout"];

/** No later try would get there, until somebody changes something. */
const FOR_GOOD: Readonly<Record<string, string>> = {
  channel_not_found: "there is no such channel, or the bot is not in it: invite it, or correct the route",
  name_in_enterprise: "the whole organisation has the app: name the channel by its id, like C0123ABCD",
  not_in_channel: "the bot is not in this channel: invite it with /invite",
  is_archived: "the channel is archived",
  user_not_found: "there is no such person",
  user_disabled: "the person's account is disabled",
  cannot_dm_bot: "bots cannot be asked",
  restricted_action: "the workspace does not let the bot post there",
  restricted_action_read_only_channel: "the channel is read-only for the bot",
  token_revoked: "the bot token was revoked: install the app again and set SLACK_BOT_TOKEN",
  token_expired: "the bot token has expired: set SLACK_BOT_TOKEN anew",
  account_inactive: "the bot's account is switched off: install the app again",
  invalid_auth: "Slack does not take the bot token: check SLACK_BOT_TOKEN",
  not_authed: "Slack does not take the bot token: check SLACK_BOT_TOKEN",
  missing_scope: "the app lacks a permission: install it again from manifest.yml",
  message_not_found: "the message was deleted",
  cant_update_message: "Slack does not let the bot change this message any more",
  edit_window_closed: "the workspace does not let messages be edited any more",
  msg_too_long: "Slack finds the message too long",
  msg_blocks_too_long: "Slack finds the message too long",
  invalid_blocks: "Slack does not take the message's blocks",
  no_text: "Slack does not take the message",
};

/** Why it will never get there; undefined: it may, later. */
export function forGood(error: unknown): string | undefined {
  const code = codeOf(error);
  return Object.hasOwn(FOR_GOOD, code) ? `${code}: ${FOR_GOOD[code]}` : undefined;
}
