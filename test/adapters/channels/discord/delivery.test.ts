import { describe, expect, test } from "vitest";
import { buttonsOf, type Shown } from "../../../peers/discord/index.ts";
import { BOT_MAY } from "../../../peers/discord/town.ts";
import { type Bot, CONFIRM, withBot, wordsOf } from "./bot.ts";
import { raise, type World, world } from "./turned.ts";

const POST = "POST /channels/:channel/messages";

async function isShown({ desk }: World, id: string): Promise<boolean> {
  return (await desk.record(id)).placements.every(({ state }) => state === "shown");
}

function cardOf({ cards }: World, title: string): Shown | undefined {
  return cards().find(isTitled(title));
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

  test.each<[when: string, lose: (town: World) => void]>([
    ["got lost", ({ discord }) => discord.faults.cutsAfter(POST)],
    ["was another one", ({ discord }) => discord.faults.losesAnswer(POST)],
    [
      "got lost where nothing can be looked up, so that its nonce brings it back",
      ({ discord, deploys }) => {
        discord.forbid(deploys, "readHistory");
        discord.faults.cutsAfter(POST);
      },
    ],
  ])("comes once although the answer to its post %s", async (_, lose) => {
    const town = await world();
    lose(town);
    const id = await raise(town, "Publish");
    await town.until(() => isShown(town, id), "the card");
    expect(town.cards()).toHaveLength(1);
    expect(await town.desk.act(id, "bob", { action: "proceed" })).toBe("resolved");
    await town.until(() => town.cards().some((card) => wordsOf(card).includes("by Bob")), "the settled card");
    expect(town.cards()).toHaveLength(1);
  });

  test("is found by what it bears, once Discord has forgotten its nonce", async () => {
    const town = await world();
    const { discord } = town;
    discord.faults.cutsAfter(POST);
    const id = await raise(town, "Publish");
    await discord.until(() => town.cards().length === 1, "the card");
    await town.pass(6 * 60_000);
    await town.until(() => isShown(town, id), "it to be found");
    expect(town.cards()).toHaveLength(1);
    expect(discord.requests.filter(({ route }) => route === POST)).toHaveLength(1);
    // What it showed until then nobody knows: words that were written before it was found approve nothing.
    const { placements, created_at } = await town.desk.record(id);
    expect(placements[0]?.since).toBeGreaterThan(created_at);
  });

  test("waits as long as Discord says, and holds up no other channel", async () => {
    await withBot(async (bot) => {
      const { discord } = bot;
      const other = discord.channel("other");
      discord.faults.limits(POST, 1.2);
      const began = performance.now();
      const { id: slow } = await bot.raise(CONFIRM);
      await discord.until(() => discord.requests.some(({ status }) => status === 429), "the refusal");
      const quick = await bot.card({ ...CONFIRM, route: ["discord:#other"] }, other);
      expect((await bot.read(slow)).placements[0]?.state).toBe("queued");
      await discord.click(bot.people.bob, quick.card, "Proceed");
      expect((await bot.ended(quick.id)).status).toBe("resolved");
      expect((await bot.placed(slow)).map(({ state }) => state)).toEqual(["shown"]);
      expect(performance.now() - began).toBeGreaterThan(1_200);
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

  test("waits for its turn where old messages take few edits; a line tells what is so, and others do not wait", async () => {
    const town = await world();
    const { discord, desk, deploys } = town;
    const [old, busy] = [await raise(town, "An old one", "3h"), await raise(town, "Asked of two", "3h", { quorum: 2 })];
    await town.until(async () => (await isShown(town, old)) && isShown(town, busy), "the cards");
    discord.limits.oldEdits(0);
    await town.pass(2 * 3_600_000);
    expect(await desk.act(old, "bob", { action: "proceed" })).toBe("resolved");
    expect(await desk.act(busy, "bob", { action: "proceed" })).toBe("recorded");
    const line = await town.until(
      () => discord.messages(deploys).find((each) => wordsOf(each).includes("brought up to date within the hour")),
      "a line",
    );
    expect(wordsOf(line)).toMatch(/^The card of "An old one" .* Approved by Bob/);
    expect([buttonsOf(line), line.message_reference?.message_id]).toEqual([["Open"], cardOf(town, "An old one")?.id]);
    expect(wordsOf(cardOf(town, "An old one") ?? line)).not.toContain("by Bob");
    await raise(town, "A young one");
    await town.until(() => cardOf(town, "A young one"), "the young card");
    await town.pass(10_000);
    const lines = discord.messages(deploys).filter((each) => wordsOf(each).includes("brought up to date"));
    expect(lines).toHaveLength(1);
    discord.limits.oldEdits(10);
    await town.pass(3_600_000);
    await town.until(() => wordsOf(cardOf(town, "An old one") ?? line).includes("by Bob"), "the card to be true");
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
