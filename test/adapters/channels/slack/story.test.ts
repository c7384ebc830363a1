import { describe, expect, it } from "vitest";
import { type Bot, CONFIRM, TRANSPORTS, withBot } from "./bot.ts";
import { buttonsIn } from "./slack.ts";

describe.each(TRANSPORTS)("over %s", (_name, setting) => {
  it("asks in the channel, takes one press, and settles the card", async () => {
    await withBot(async (bot: Bot) => {
      const { id, card } = await bot.card(CONFIRM);
      expect([...buttonsIn(card.blocks).keys()]).toEqual(["Proceed", "Revise", "Cancel"]);
      const press = await bot.slack.click("U0BOB", card, "Proceed");
      expect([press.acked, press.trouble]).toEqual([true, null]);
      const { status, decision } = await bot.ended(id);
      expect([status, decision?.action, decision?.by]).toEqual([
        "resolved",
        "proceed",
        { kind: "person", person: "bob", surface: "slack", id: "U0BOB", name: "Bob", tenant: "T1" },
      ]);
      const settled = await bot.says(card, "Approved by");
      expect([...buttonsIn(settled.blocks).keys()]).toEqual([]);
      await bot.told("U0BOB", "Approved by");
      expect(bot.slack.troubles).toEqual([]);
    }, setting);
  });

  it("asks what should change in a form, and hands the words to the agent", async () => {
    await withBot(async ({ slack, card: raise, ended, says }: Bot) => {
      const { id, card } = await raise(CONFIRM);
      await slack.click("U0BOB", card, "Revise");
      const form = await slack.openedView("U0BOB", "Revise");
      const sent = await slack.submit("U0BOB", form, { "What should change?": "shorter & <b>sweeter</b>" });
      expect([sent.errors, sent.delivery?.acked]).toEqual([{}, true]);
      const { decision } = await ended(id);
      expect([decision?.action, decision?.feedback]).toEqual(["revise", "shorter & <b>sweeter</b>"]);
      await says(card, "Sent back to revise");
      expect(slack.troubles).toEqual([]);
    }, setting);
  });
});
