import { describe, expect, test } from "vitest";
import type { Shown } from "../../../peers/discord/index.ts";
import { BOT_MAY } from "../../../peers/discord/town.ts";
import { type Bot, CONFIRM, withBot, wordsOf } from "./bot.ts";

const POST = "POST /channels/:channel/messages";
const PATCH = "PATCH /channels/:channel/messages/:message";

function cardsOf({ discord }: Bot, id: string, channel: string): Shown[] {
  return discord.messages(channel).filter(({ components }) => JSON.stringify(components).includes(id));
}

function isTitled(title: string): (message: Shown) => boolean {
  return (message) => wordsOf(message).includes(title) && message.components.some(({ type }) => type === 17);
}

describe("a card on its way to Discord", () => {
  test("is undeliverable where it never gets, says why, and the fallback is tried", async () => {
    await withBot(
      async (bot) => {
        const { discord } = bot;
        const fallback = discord.channel("fallback");
        discord.faults.refuses(POST, 50_013, "Missing Permissions", 403);
        const { id } = await bot.raise(CONFIRM);
        await discord.shows(fallback, "Publish");
        const [first, second] = await bot.placed(id);
        expect([first?.state, second?.conversation, second?.state]).toEqual(["undeliverable", "#fallback", "shown"]);
        expect(first?.error).toContain("50013: the bot lacks a permission there");
      },
      { yaml: "policies: [{ name: default, fallback: 'discord:#fallback' }]\n" },
    );
  });

  test("does not leave the connected servers, nor go to people who are not asked", async () => {
    await withBot(async (bot) => {
      const { discord, people } = bot;
      const elsewhere = discord.channel("elsewhere", { guild: discord.guild("Elsewhere") });
      for (const [route, words] of [
        [`discord:${elsewhere.id}`, "in none of the servers that DISCORD_GUILD names"],
        ["discord:#nowhere", "there is no such channel"],
        ["discord:999999999999999999", "there is no such channel"],
        [`discord:${discord.dm(people.bob).id}`, "a direct message is written @ID"],
        [`discord:@${people.eve.id}`, "only approvers and whoever asked"],
      ]) {
        const { id } = await bot.raise({ ...CONFIRM, route: [route] });
        const [placement] = await bot.placed(id);
        expect([route, placement?.state]).toEqual([route, "undeliverable"]);
        expect(placement?.error).toContain(words);
      }
      discord.closeDms(people.carol);
      const { id } = await bot.raise({ ...CONFIRM, route: [`discord:@${people.carol.id}`] });
      expect((await bot.placed(id))[0]?.error).toContain("takes no direct messages");
    });
  });

  test("needs the permissions of the invite link, and no others", async () => {
    await withBot(async (bot) => {
      const { discord } = bot;
      const may = BOT_MAY.filter((each) => each !== "embedLinks");
      expect(may).toEqual([
        "viewChannel",
        "sendMessages",
        "sendInThreads",
        "createPublicThreads",
        "readHistory",
        "attachFiles",
      ]);
      for (const each of ["embedLinks", "useCommands"] as const) discord.forbid(bot.deploys, each, discord.home.id);
      const { id, card } = await bot.card(CONFIRM);
      await discord.click(bot.people.bob, card, "Proceed");
      expect((await bot.ended(id)).status).toBe("resolved");
      await bot.says(card, "by Bob");
      expect(discord.requests.filter(({ status }) => status === 403)).toEqual([]);
    });
  });

  test("comes once although the answer to its post got lost", async () => {
    const losses: ((bot: Bot) => void)[] = [
      ({ discord }) => discord.faults.cutsAfter(POST),
      ({ discord }) => discord.faults.losesAnswer(POST),
      // Where the bot may not look it up, its nonce brings it back.
      ({ discord, deploys }) => {
        discord.forbid(deploys, "readHistory");
        discord.faults.cutsAfter(POST);
      },
    ];
    const counts = losses.map((lose) =>
      withBot(async (bot) => {
        lose(bot);
        const { id, card } = await bot.card(CONFIRM);
        expect((await bot.placed(id)).map(({ state }) => state)).toEqual(["shown"]);
        expect(cardsOf(bot, id, bot.deploys.id)).toHaveLength(1);
        await bot.discord.click(bot.people.bob, card, "Proceed");
        await bot.says(card, "by Bob");
      }),
    );
    const late = withBot(async (bot) => {
      bot.discord.faults.cutsAfter(POST);
      const { id } = await bot.card(CONFIRM);
      // Discord remembers a nonce for some minutes; the card is found by what it bears.
      bot.discord.pass(6 * 60_000);
      expect((await bot.placed(id)).map(({ state }) => state)).toEqual(["shown"]);
      expect(cardsOf(bot, id, bot.deploys.id)).toHaveLength(1);
      expect(bot.discord.requests.filter(({ route }) => route === POST)).toHaveLength(1);
    });
    await Promise.all([...counts, late]);
  });

  test("waits as long as Discord says, and holds up no other channel", async () => {
    await withBot(async (bot) => {
      const { discord } = bot;
      const other = discord.channel("other");
      discord.faults.limits(POST, 2);
      const began = performance.now();
      const { id: slow } = await bot.raise(CONFIRM);
      await discord.until(() => discord.requests.some(({ status }) => status === 429), "the refusal");
      const quick = await bot.card({ ...CONFIRM, route: ["discord:#other"] }, other);
      expect(performance.now() - began).toBeLessThan(1_500);
      await discord.click(bot.people.bob, quick.card, "Proceed");
      expect((await bot.ended(quick.id)).status).toBe("resolved");
      expect((await bot.placed(slow)).map(({ state }) => state)).toEqual(["shown"]);
      expect(performance.now() - began).toBeGreaterThan(2_000);
      expect(discord.requests.filter(({ status }) => status === 429)).toHaveLength(1);
    });
  });
});

describe("a card that can no longer be changed", () => {
  test("is corrected by a line when its message was deleted", async () => {
    await withBot(async (bot) => {
      const { discord, deploys } = bot;
      const { id, card } = await bot.card(CONFIRM);
      await bot.placed(id);
      discord.deleteMessage(card);
      await bot.act(id, { action: "proceed" });
      const line = await discord.shows(deploys, "can no longer be changed");
      expect(wordsOf(line)).toContain("Approved by Bob");
      await expect
        .poll(async () => (await bot.read(id)).placements[0], { timeout: 5_000 })
        .toMatchObject({ state: "undeliverable", error: "10008: the message was deleted" });
    });
  });

  test("keeps nothing from being decided when its channel was deleted", async () => {
    await withBot(async (bot) => {
      const { id } = await bot.card(CONFIRM);
      await bot.placed(id);
      bot.discord.deleteChannel(bot.deploys);
      await bot.act(id, { action: "proceed" });
      expect((await bot.ended(id)).status).toBe("resolved");
      await expect
        .poll(async () => (await bot.read(id)).placements[0]?.state, { timeout: 5_000 })
        .toBe("undeliverable");
    });
  });

  test("waits for its turn where old messages take few edits, and others do not wait with it", async () => {
    await withBot(async (bot) => {
      const { discord } = bot;
      const old = await bot.card({ ...CONFIRM, timeout: "3h" });
      await bot.placed(old.id);
      discord.limits.oldEdits(0);
      discord.pass(2 * 3_600_000);
      await bot.act(old.id, { action: "proceed" });
      await discord.until(() => discord.requests.some(({ route, status }) => route === PATCH && status === 429), "it");
      const { card } = await bot.card({ ...CONFIRM, title: "A young one" });
      await discord.click(bot.people.bob, card, "Proceed");
      await bot.says(card, "by Bob");
    });
  });
});

describe("a further round", () => {
  async function rounds(bot: Bot): Promise<{ first: Shown; id: string }> {
    const one = await bot.card({ ...CONFIRM, title: "Round one" });
    await bot.placed(one.id);
    await bot.act(one.id, { action: "revise", feedback: "shorter" });
    const { id } = await bot.raise({ ...CONFIRM, title: "Round two", previous: one.id });
    return { first: one.card, id };
  }

  test("is asked in the thread of the first, where a line in the channel leads", async () => {
    await withBot(async (bot) => {
      const { discord, deploys } = bot;
      const { first, id } = await rounds(bot);
      await bot.placed(id);
      const [thread] = discord.threads(deploys);
      expect(thread).toMatchObject({ id: first.id, name: "Round one" });
      const card = discord.messages(first.id).find(isTitled("Round two"));
      expect(card).toBeDefined();
      const line = await discord.shows(deploys, "was asked in the thread");
      expect(line.message_reference?.message_id).toBe(first.id);
      await discord.click(bot.people.bob, card ?? "", "Proceed");
      expect((await bot.ended(id)).status).toBe("resolved");
      await bot.says(card ?? "", "by Bob");
    });
  });

  test("is a reply to the first where the bot may begin no threads, and in direct messages", async () => {
    await withBot(async (bot) => {
      const { discord, deploys } = bot;
      discord.forbid(deploys, "createPublicThreads");
      const { first, id } = await rounds(bot);
      await bot.placed(id);
      const card = discord.messages(deploys).find(isTitled("Round two"));
      expect(card?.message_reference?.message_id).toBe(first.id);
      expect(discord.threads(deploys)).toEqual([]);
    });
  });

  test("comes in the channel when the thread was closed, and its card follows when it was only archived", async () => {
    await withBot(async (bot) => {
      const { discord, deploys } = bot;
      const { first, id } = await rounds(bot);
      await bot.placed(id);
      const card = discord.messages(first.id).find(isTitled("Round two")) ?? first;
      discord.archive(first.id);
      await bot.act(id, { action: "revise", feedback: "shorter still" });
      await bot.says(card, "by Bob");
      discord.archive(first.id, true);
      const three = await bot.raise({ ...CONFIRM, title: "Round three", previous: id });
      await bot.placed(three.id);
      expect(discord.messages(deploys).some(isTitled("Round three"))).toBe(true);
    });
  });
});
