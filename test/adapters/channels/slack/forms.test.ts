/** A form's approval is kept with how much its author had before them. */
import { expect, it } from "vitest";
import { type Bot, withBot } from "./bot.ts";
import { buttonsIn, wordsIn } from "./slack.ts";

const OUTPUT = Array.from({ length: 1_000 }, (_, at) => `line ${at} of the output`).join("\n");
const TASK = {
  ...{ kind: "task", payload: { agent: "writer", output: OUTPUT, context: {} } },
  actions: [{ action: "proceed", comment: "required" }, "reject"],
};

it("an approval by a form from a card that was cut says how much of it that card showed", async () => {
  await withBot(async ({ slack, card: raise, ended }: Bot) => {
    const { id, card } = await raise(TASK);
    expect(wordsIn(card.blocks)).toMatch(/Showing [\d,]+ of [\d,]+ characters/);
    await slack.click("U0BOB", card, "Approve");
    await slack.submit("U0BOB", await slack.openedView("U0BOB"), { f0: "fine" });
    expect((await ended(id)).decision).toMatchObject({ action: "proceed", shown: expect.stringMatching(/^\d+\/\d+$/) });
  });
});

it("behind the last page of the whole it says nothing of the kind, since all was shown", async () => {
  await withBot(async ({ slack, card: raise, ended }: Bot) => {
    const { id, card } = await raise(TASK);
    await slack.click("U0BOB", card, "See all");
    for (let page = await slack.openedView("U0BOB"); ; page = await slack.openedView("U0BOB")) {
      if (!buttonsIn(page.blocks).has("Next")) break;
      const { hash } = page;
      await slack.click("U0BOB", page, "Next");
      await slack.until(async () => (await slack.openedView("U0BOB")).hash !== hash, "the next page");
    }
    await slack.click("U0BOB", await slack.openedView("U0BOB"), "Approve");
    const form = await slack.until(() =>
      slack.modals("U0BOB").find(({ callback_id }) => callback_id.startsWith("form")),
    );
    await slack.submit("U0BOB", form, { f0: "fine" });
    const { decision } = await ended(id);
    expect([decision?.action, decision?.shown]).toEqual(["proceed", undefined]);
  });
});
