/** One checkpoint placed in Slack and in Discord at once: decided in either, it is settled in both. */
import { expect, onTestFinished, test } from "vitest";
import { type Bot, CONFIRM, told, withBot } from "../adapters/channels/discord/bot.ts";
import { wordsIn } from "../adapters/channels/slack/slack.ts";
import { fakeSlack } from "../peers/slack/index.ts";

type Slack = Awaited<ReturnType<typeof fakeSlack>>;

async function withBoth(work: (bot: Bot, slack: Slack) => Promise<void>): Promise<void> {
  const slack = await fakeSlack();
  onTestFinished(() => slack.close());
  slack.channel("C1", { name: "deploys", members: ["U0BOB", "U0CAROL"] });
  const env = {
    HITL_APPROVERS: "group:sre,slack:U0CAROL",
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_CHANNEL: "#deploys",
    SLACK_API_URL: slack.apiUrl,
  };
  await withBot((bot) => work(bot, slack), { env });
}

async function raise(bot: Bot, slack: Slack) {
  const { id, card } = await bot.card(CONFIRM);
  const there = await slack.appears("C1", (message) => JSON.stringify(message.metadata ?? {}).includes(id));
  const { placements } = await bot.read(id);
  expect(placements.map(({ channel }) => channel).sort()).toEqual(["discord", "slack"]);
  const settled = async (words: string) => {
    await bot.says(card, words);
    await slack.until(() => wordsIn(slack.message(there)?.blocks ?? []).includes(words), "the card in Slack");
  };
  return { id, card, there, settled };
}

test("a press in Discord settles the card in Slack", async () => {
  await withBoth(async (bot, slack) => {
    const { id, card, there, settled } = await raise(bot, slack);
    await bot.discord.click(bot.people.bob, card, "Proceed");
    await settled("Approved by Bob in discord");
    await slack.click("U0CAROL", there, "Proceed").catch(() => {});
    expect((await bot.ended(id)).decision).toMatchObject({
      action: "proceed",
      by: { person: "bob", surface: "discord" },
    });
  });
});

test("a press in Slack settles the card in Discord", async () => {
  await withBoth(async (bot, slack) => {
    const { id, there, settled } = await raise(bot, slack);
    await slack.click("U0CAROL", there, "Proceed");
    const { decision } = await bot.ended(id);
    expect(decision).toMatchObject({ action: "proceed", by: { surface: "slack" } });
    await settled("Approved by");
  });
});

test("two presses at once, one in each, decide once, and the slower one is told who was faster", async () => {
  await withBoth(async (bot, slack) => {
    for (let round = 0; round < 5; round += 1) {
      const { id, card, there, settled } = await raise(bot, slack);
      const [press] = await Promise.all([
        bot.discord.click(bot.people.bob, card, "Proceed"),
        slack.click("U0CAROL", there, "Proceed"),
      ]);
      const { decision } = await bot.ended(id);
      const by = decision?.by;
      const first = by?.kind === "person" && by.surface === "discord";
      expect(told(press)).toContain(first ? "Approved by Bob" : "Already resolved by u0carol");
      const timeline = await bot.call("GET", `/v1/checkpoints/${id}/timeline`);
      const { items } = timeline.body as unknown as { items: { type: string }[] };
      expect(items.filter(({ type }) => type === "checkpoint.resolved")).toHaveLength(1);
      await settled("Approved by");
    }
  });
});
