import { describe, expect, test } from "vitest";
import { readSlack } from "../../src/config/slack.ts";

const BOT = "xoxb-1-2-abc";
const APP = "xapp-1-A1-2-abc";
const SIGNING = "8f742231b10e8888abcd99yyyzzz85a5";

function read(env: Record<string, string>) {
  const told: string[] = [];
  const settings = readSlack(env, (sentence) => told.push(sentence));
  return settings ?? told;
}

describe("the settings of Slack", () => {
  test("are absent where none of them is set", () => {
    expect(read({ SLACK_CHANNEL: "" })).toEqual([]);
  });

  test("are Socket Mode with an app token, and HTTP without", () => {
    expect(read({ SLACK_BOT_TOKEN: BOT, SLACK_APP_TOKEN: APP })).toEqual({
      botToken: BOT,
      appToken: APP,
      apiUrl: "https://slack.com/api/",
    });
    expect(
      read({ SLACK_BOT_TOKEN: BOT, SLACK_SIGNING_SECRET: SIGNING, SLACK_API_URL: "http://127.0.0.1:9/api" }),
    ).toEqual({ botToken: BOT, signingSecret: SIGNING, apiUrl: "http://127.0.0.1:9/api/" });
  });

  test.each([
    [
      { SLACK_APP_TOKEN: APP },
      "SLACK_BOT_TOKEN is not set, but other settings of Slack are: set it to the app's xoxb- token, or unset them.",
    ],
    [
      { SLACK_BOT_TOKEN: APP, SLACK_APP_TOKEN: APP },
      "SLACK_BOT_TOKEN must be the bot token of the app, which begins with xoxb- (OAuth & Permissions).",
    ],
    [
      { SLACK_BOT_TOKEN: BOT, SLACK_APP_TOKEN: BOT },
      "SLACK_APP_TOKEN must be an app-level token, which begins with xapp- (Basic Information).",
    ],
    [
      { SLACK_BOT_TOKEN: BOT },
      "SLACK_APP_TOKEN is not set: set it to an xapp- token for Socket Mode, or set SLACK_SIGNING_SECRET to be called over HTTP at /slack/events.",
    ],
    [
      { SLACK_BOT_TOKEN: BOT, SLACK_SIGNING_SECRET: "short" },
      "SLACK_SIGNING_SECRET must be the signing secret of the app, 32 characters (Basic Information).",
    ],
    [
      { SLACK_BOT_TOKEN: BOT, SLACK_APP_TOKEN: APP, SLACK_CHANNEL: "deploys" },
      'SLACK_CHANNEL must be a conversation like #deploys, C0123ABCD or @U0123ABCD, not "deploys".',
    ],
    [
      { SLACK_BOT_TOKEN: BOT, SLACK_APP_TOKEN: APP, SLACK_API_URL: "http://slack.example.com/api/" },
      "SLACK_API_URL must be an https address like https://slack.com/api/ (http only on this machine).",
    ],
  ])("say what to change: %o", (env, sentence) => {
    expect(read(env as Record<string, string>)).toEqual([sentence]);
  });
});
