import { describe, expect, it } from "vitest";
import { buttonsOf } from "../../../peers/discord/index.ts";
import { type Bot, CONFIRM, formOf, told, withBot } from "./bot.ts";

describe("a checkpoint in Discord", () => {
  it("asks in the channel, takes one press, and settles the card", async () => {
    await withBot(async ({ discord, people, card: raise, ended, says }: Bot) => {
      const { id, card } = await raise(CONFIRM);
      expect(buttonsOf(card)).toEqual(["Proceed", "Revise", "Cancel"]);
      const press = await discord.click(people.bob, card, "Proceed");
      expect(press.answer).toBe("message");
      expect(told(press)).toMatch(/^Approved by Bob in discord/);
      const { status, decision } = await ended(id);
      expect([status, decision?.action, decision?.by]).toEqual([
        "resolved",
        "proceed",
        {
          kind: "person",
          person: "bob",
          surface: "discord",
          id: people.bob.id,
          name: "Bob",
          tenant: discord.home.id,
        },
      ]);
      const settled = await says(card, "Approved by Bob");
      expect(buttonsOf(settled)).toEqual([]);
      // By the bot's own token: an interaction's is good for 15 minutes.
      expect(discord.requests.filter(({ route }) => route.startsWith("PATCH /webhooks"))).toEqual([]);
      expect([discord.unguarded, discord.pings, discord.breaches]).toEqual([[], [], []]);
    });
  });

  it("asks what should change in a form, and hands the words to the agent", async () => {
    await withBot(async ({ discord, people, card: raise, ended, says }: Bot) => {
      const { id, card } = await raise(CONFIRM);
      const form = formOf(await discord.click(people.bob, card, "Revise"));
      const sent = await discord.submit(people.bob, form, {
        "What should change?": "shorter & <b>sweeter</b> @everyone",
      });
      expect(told(sent)).toMatch(/^Sent back to revise by Bob/);
      const { decision } = await ended(id);
      expect([decision?.action, decision?.feedback]).toEqual(["revise", "shorter & <b>sweeter</b> @everyone"]);
      await says(card, "Sent back to revise");
      expect([discord.unguarded, discord.pings, discord.breaches]).toEqual([[], [], []]);
    });
  });

  it("reaches an approver in a direct message, and nobody who is not one", async () => {
    await withBot(async ({ discord, people, card: raise, raise: ask, placed, ended }: Bot) => {
      const { id, card } = await raise({ ...CONFIRM, route: [`discord:@${people.bob.id}`] }, discord.dm(people.bob));
      const press = await discord.click(people.bob, card, "Proceed");
      expect(told(press)).toMatch(/^Approved by Bob/);
      expect((await ended(id)).decision?.by).toMatchObject({ person: "bob", tenant: discord.home.id });
      const other = await ask({ ...CONFIRM, route: [`discord:@${people.eve.id}`] });
      const [placement] = (await placed(other.id)).filter(({ channel }) => channel === "discord");
      expect(placement).toMatchObject({ state: "undeliverable" });
      expect(discord.messages(discord.dm(people.eve))).toEqual([]);
    });
  });

  it("is answered although Discord lost the first answer, whether it had taken it or not", async () => {
    await withBot(async ({ discord, people, card: raise, ended, log }: Bot) => {
      const callback = "POST /interactions/:interaction/:token/callback";
      const { id, card } = await raise({ ...CONFIRM, quorum: 3 });
      discord.faults.fails(callback, 503);
      expect(told(await discord.click(people.bob, card, "Proceed"))).toMatch(/^Recorded: 1 of 3/);
      discord.faults.cutsAfter(callback);
      expect(told(await discord.click(people.carol, card, "Proceed"))).toMatch(/^Recorded: 2 of 3/);
      discord.faults.losesAnswer(callback);
      const form = formOf(await discord.click(people.dave, card, "Revise"));
      expect(told(await discord.submit(people.dave, form, { f0: "shorter" }))).toMatch(/^Sent back/);
      expect([(await ended(id)).decision?.action, log()]).toEqual(["revise", ""]);
    });
  });

  it("takes presses of buttons from before a restart", async () => {
    await withBot(async ({ discord, people, card: raise, ended, placed, restart, says }: Bot) => {
      const { id, card } = await raise(CONFIRM);
      await placed(id);
      await restart();
      await discord.until(() => discord.gateway.connected() === 1, "the bot to be back");
      const form = formOf(await discord.click(people.bob, card, "Revise"));
      await restart();
      await discord.until(() => discord.gateway.connected() === 1, "the bot to be back");
      expect(told(await discord.submit(people.bob, form, { f0: "shorter" }))).toMatch(/^Sent back/);
      expect((await ended(id)).decision).toMatchObject({ action: "revise", feedback: "shorter" });
      await says(card, "Sent back to revise");
    });
  });

  it("is asked once Discord is back, where the bot was started while it was away", async () => {
    await withBot(async (bot) => {
      const { discord } = bot;
      await bot.stop();
      discord.faults.fails("GET /users/@me", 503, 1);
      await bot.restart();
      expect((await bot.call("GET", "/readyz")).body).toMatchObject({ status: "ready", channels: { discord: "down" } });
      const { card } = await bot.card(CONFIRM);
      await bot.discord.until(() => discord.gateway.connected() === 1, "the gateway");
      await discord.click(bot.people.bob, card, "Proceed");
      await bot.says(card, "by Bob");
      expect((await bot.call("GET", "/readyz")).body).toMatchObject({ channels: { discord: "up" } });
      const figures = await fetch(`${bot.url}/metrics`);
      expect(await figures.text()).toContain('hitl_channel_up{channel="discord"} 1');
    });
  });
});
