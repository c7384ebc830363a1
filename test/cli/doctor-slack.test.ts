import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { SCOPES, slackChecks, slackPlaces } from "../../src/cli/doctor-slack.ts";
import { readSlack } from "../../src/config/slack.ts";
import { fakeSlack } from "../peers/slack/index.ts";

type Slack = Awaited<ReturnType<typeof fakeSlack>>;

async function told(slack: Slack, over: Record<string, string> = {}, named: string[] = []): Promise<string[]> {
  const env = {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_CHANNEL: "#deploys",
    SLACK_API_URL: slack.apiUrl,
    ...over,
  };
  const checks = await slackChecks(
    readSlack(env, () => {}),
    new AbortController().signal,
    named,
  );
  return checks.map(({ ok, name, text }) => `${ok === null ? "·" : ok ? "✓" : "✗"} ${name}: ${text}`);
}

async function withSlack(work: (slack: Slack) => Promise<void>, options = {}): Promise<void> {
  const slack = await fakeSlack(options);
  slack.channel("C1", { name: "deploys" });
  slack.channel("C2", { name: "away", bot: false });
  try {
    await work(slack);
  } finally {
    await slack.close();
  }
}

describe("hitl doctor slack", () => {
  test("finds everything well", async () => {
    await withSlack(async (slack) => {
      const [token, scopes, ...rest] = await told(slack);
      expect(token).toMatch(/^✓ token: is .* in Acme$/);
      expect(scopes).toMatch(/^[✓·] scopes/);
      expect(rest).toEqual(["✓ channel: the bot is in #deploys", "✓ socket: Slack opens one"]);
    });
  });

  test("says what to do about what is not", async () => {
    await withSlack(async (slack) => {
      expect(await told(slack, { SLACK_BOT_TOKEN: "xoxb-not-this-one" })).toEqual([
        "✗ token: Slack says invalid_auth; copy the xoxb- token of the app again",
      ]);
      expect(await told(slack, { SLACK_CHANNEL: "#away" })).toContain(
        "✗ channel: the bot is not in #away; write /invite @hitl-bot there",
      );
      expect(await told(slack, { SLACK_CHANNEL: "#nowhere" })).toContain(
        "✗ channel: #nowhere is not there, or it is private and the bot is not in it: /invite it",
      );
      expect((await told(slack, { SLACK_APP_TOKEN: "xapp-1-wrong" })).at(-1)).toMatch(
        /^✗ socket: Slack says invalid_auth/,
      );
      slack.archive("C1");
      expect(await told(slack)).toContain("✗ channel: #deploys is archived; name another one");
    });
  });

  test("looks at the conversations of policies, too", async () => {
    const policies = [
      { name: "pay", route: ["slack:#away", "web"], fallback: "slack:C9GONE" },
      { name: "default", fallback: "slack:#deploys" },
    ];
    expect(slackPlaces({ policies })).toEqual(["#away", "C9GONE", "#deploys"]);
    expect(slackPlaces(new Error("the settings are wrong"))).toEqual([]);
    await withSlack(async (slack) => {
      const lines = await told(slack, {}, ["#away", "C9GONE", "#deploys", "@U0BOB"]);
      expect(lines.filter((line) => line.includes("channel:"))).toEqual([
        "✓ channel: the bot is in #deploys",
        "✗ channel: the bot is not in #away; write /invite @hitl-bot there",
        "✗ channel: C9GONE is not there, or it is private and the bot is not in it: /invite it",
        "✗ channel: @U0BOB: user_not_found",
      ]);
    });
  });

  test("finds out that the two tokens are of two apps, and that a whole organisation has the app", async () => {
    await withSlack(async (slack) => {
      expect(await told(slack, { SLACK_APP_TOKEN: "xapp-1-A0OTHER-1-abc" })).toContain(
        "✗ app: SLACK_APP_TOKEN is of the app A0OTHER, SLACK_BOT_TOKEN of A0HITL; copy both from one app",
      );
    });
    await withSlack(
      async (slack) => {
        expect(await told(slack)).toContain(
          "✗ channel: #deploys: the whole organisation has the app, so name the channel by its id, like C0123ABCD",
        );
        slack.channel("C0DEPLOYS", {});
        expect(await told(slack, { SLACK_CHANNEL: "C0DEPLOYS" })).toContain("✓ channel: the bot is in C0DEPLOYS");
      },
      { enterprise: "E1", orgWide: true },
    );
  });

  test("says that nothing answers, and that nothing is set", async () => {
    const nothing = await slackChecks(undefined, new AbortController().signal);
    expect(nothing.map(({ ok }) => ok)).toEqual([false]);
    const slack = await fakeSlack();
    await slack.close();
    expect((await told(slack))[0]).toMatch(/^✗ slack: http.* does not answer/);
  });
});

test("the manifest asks for what is checked, and for nothing else", () => {
  const manifest = parse(readFileSync(new URL("../../manifest.yml", import.meta.url), "utf8"));
  expect(manifest.oauth_config.scopes.bot).toEqual(Object.keys(SCOPES));
});
