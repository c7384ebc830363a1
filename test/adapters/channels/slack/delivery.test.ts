import { describe, expect, it } from "vitest";
import { type Bot, CONFIRM, withBot } from "./bot.ts";
import { buttonsIn, wordsIn } from "./slack.ts";

const cards = ({ slack }: Bot, id: string) =>
  slack.messages("C1").filter((message) => JSON.stringify(message.metadata ?? {}).includes(id));

describe("a card on its way to Slack", () => {
  it.each([
    ["channel_not_found", "there is no such channel"],
    ["not_in_channel", "invite it with /invite"],
    ["is_archived", "the channel is archived"],
    ["token_revoked", "the bot token was revoked"],
    ["account_inactive", "the bot's account is switched off"],
  ])("is undeliverable on %s, and the fallback is tried", async (error, words) => {
    await withBot(
      async (bot: Bot) => {
        bot.slack.channel("C2", { name: "fallback" });
        bot.slack.faults.next("chat.postMessage", { error });
        const { id } = await bot.raise(CONFIRM);
        await bot.slack.appears("C2");
        const [first, second] = await bot.placed(id);
        expect([first?.state, second?.conversation, second?.state]).toEqual(["undeliverable", "C2", "shown"]);
        expect(first?.error).toContain(words);
      },
      { yaml: "policies: [{ name: default, fallback: 'slack:C2' }]\n" },
    );
  });

  it("is seen to be undeliverable in the API, on the admin's list in the inbox, and in the log", async () => {
    await withBot(async (bot: Bot) => {
      const { id } = await bot.raise({ ...CONFIRM, title: "Where to", route: ["slack:#nowhere"] });
      const [placement] = await bot.placed(id);
      expect(placement).toMatchObject({ channel: "slack", conversation: "#nowhere", state: "undeliverable" });
      const { body } = await bot.call("POST", "/v1/links", { person: "admin" });
      const { pathname } = new URL((body as unknown as { url: string }).url);
      const headers = { "sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded" };
      const entered = await fetch(bot.url + pathname, { method: "POST", headers, body: "", redirect: "manual" });
      const cookie = String(entered.headers.getSetCookie()[0]).split(";")[0] ?? "";
      const page = async (path: string) => (await fetch(bot.url + path, { headers: { cookie } })).text();
      expect(await page("/")).toContain("One card could not be shown where people were to see it.");
      expect(await page("/deliveries")).toContain("channel_not_found: there is no such channel");
      await expect.poll(bot.log).toMatch(new RegExp(`"checkpoint":"${id}".*#nowhere.*"it could not be delivered"`));
    });
  });

  it("is undeliverable when there is no such channel by name", async () => {
    await withBot(async (bot: Bot) => {
      const { id } = await bot.raise({ ...CONFIRM, route: ["slack:#nowhere"] });
      expect((await bot.placed(id)).map(({ state }) => state)).toEqual(["undeliverable"]);
    });
  });

  it.each([["message_not_found"], ["cant_update_message"], ["edit_window_closed"]])(
    "tells the truth in its thread when it can no longer be changed: %s",
    async (error) => {
      await withBot(async (bot: Bot) => {
        const { id, card } = await bot.card(CONFIRM);
        await bot.placed(id);
        bot.slack.faults.next("chat.update", { error });
        await bot.slack.click("U0BOB", card, "Proceed");
        const told = await bot.slack.until(() => bot.slack.thread(card)[0]);
        expect(wordsIn(told.blocks)).toMatch(/can no longer be changed\. Approved by Bob/);
      });
    },
  );

  it("comes once although the answer to its post got lost (openclaw #22780)", async () => {
    await withBot(async (bot: Bot) => {
      bot.slack.faults.next("chat.postMessage", "cut");
      const { id } = await bot.raise(CONFIRM);
      const card = await bot.slack.appears("C1");
      expect((await bot.placed(id)).map(({ state }) => state)).toEqual(["shown"]);
      expect(cards(bot, id).length).toBe(1);
      await bot.slack.click("U0BOB", card, "Proceed");
      await bot.says(card, "Approved by Bob");
    });
  });

  it("is adopted in a private channel and in a direct message as well", async () => {
    await withBot(async (bot: Bot) => {
      bot.slack.channel("G1", { name: "secret", kind: "private", members: ["U0BOB"] });
      for (const route of ["slack:#secret", "slack:@U0BOB"]) {
        bot.slack.faults.next("chat.postMessage", "cut");
        const { id } = await bot.raise({ ...CONFIRM, route: [route] });
        const posted = await bot.slack.until(() =>
          bot.slack.calls("chat.postMessage").find(({ args }) => JSON.stringify(args).includes(id)),
        );
        const channel = String((posted.args as { channel: string }).channel);
        const card = await bot.slack.appears(channel, ({ metadata }) => JSON.stringify(metadata ?? {}).includes(id));
        await bot.slack.click("U0BOB", card, "Proceed");
        expect([route, (await bot.ended(id)).decision?.action]).toEqual([route, "proceed"]);
      }
    });
  });

  it("is adopted when it is pressed before anybody knows of it", async () => {
    await withBot(async (bot: Bot) => {
      bot.slack.faults.next("chat.postMessage", "cut");
      const { id } = await bot.raise(CONFIRM);
      const card = await bot.slack.appears("C1");
      await bot.slack.click("U0BOB", card, "Proceed");
      expect((await bot.ended(id)).decision?.action).toBe("proceed");
      await bot.says(card, "Approved by Bob");
      expect(cards(bot, id).length).toBe(1);
    });
  });

  it("waits as long as Slack says, and holds up no other channel", async () => {
    await withBot(async (bot: Bot) => {
      bot.slack.channel("C2", { name: "other", members: ["U0BOB"] });
      const isFirst = (args: object) => JSON.stringify(args).includes('"C1"');
      bot.slack.faults.next("chat.postMessage", { ratelimited: 2 }, 1, isFirst);
      const began = performance.now();
      const slow = bot.card(CONFIRM);
      const quick = await bot.card({ ...CONFIRM, route: ["slack:C2"] }, "C2");
      expect(performance.now() - began).toBeLessThan(1_500);
      await bot.slack.click("U0BOB", quick.card, "Proceed");
      expect((await bot.ended(quick.id)).status).toBe("resolved");
      await slow;
      expect(performance.now() - began).toBeGreaterThan(2_000);
    });
  });
});

describe("a pressed card that is not what the record says", () => {
  it("is mended when it is stale, and nothing is decided", async () => {
    await withBot(async (bot: Bot) => {
      const TOOL = { kind: "tool", quorum: 2, payload: { tool_name: "pay", tool_args: { amount: 10 } } };
      const { id, card } = await bot.card(TOOL);
      await bot.placed(id);
      bot.slack.faults.next("chat.update", { status: 503 });
      await bot.slack.click("U0BOB", card, "Edit");
      await bot.slack.submit("U0BOB", await bot.slack.openedView("U0BOB"), { amount: "20" });
      const votes = (await bot.read(id)).votes.length;
      await bot.slack.click("U0CAROL", card, "Approve");
      await bot.told("U0CAROL", "This card was out of date, and nothing was recorded.");
      expect((await bot.read(id)).votes.length).toBe(votes);
      const now = await bot.says(card, "Edited by Bob");
      await bot.slack.click("U0CAROL", now, "Approve");
      expect((await bot.ended(id)).decision?.edited).toEqual({ amount: 20 });
    });
  });

  it("decides nothing when its value was made up or belongs elsewhere", async () => {
    await withBot(async (bot: Bot) => {
      const one = await bot.card(CONFIRM);
      const two = await bot.card({ ...CONFIRM, title: "Two" });
      const value = String(buttonsIn(one.card.blocks).get("Proceed")?.value);
      const other = String(buttonsIn(two.card.blocks).get("Proceed")?.value);
      const swapped = value.replace(one.id, two.id);
      for (const forged of [
        swapped,
        `${value}x`,
        value.replace(".p.", ".c."),
        "h1.p.x.y",
        "",
        "approve",
        "x".repeat(2_000),
      ])
        await bot.slack.forge("U0BOB", one.card, {
          type: "button",
          block_id: "actions",
          action_id: "act:proceed",
          value: forged,
        });
      expect([(await bot.read(one.id)).status, (await bot.read(two.id)).status]).toEqual(["pending", "pending"]);
      // The button of the other card, pressed on this one's message in the same conversation, is that card's button.
      bot.slack.channel("C2", { name: "elsewhere", members: ["U0BOB"] });
      const there = await bot.card({ ...CONFIRM, route: ["slack:C2"] }, "C2");
      await bot.slack.forge("U0BOB", there.card, {
        type: "button",
        block_id: "actions",
        action_id: "act:proceed",
        value: other,
      });
      await bot.told("U0BOB", "This checkpoint was not sent to this conversation");
      expect((await bot.read(two.id)).status).toBe("pending");
    });
  });

  it("works after a restart", async () => {
    await withBot(async (bot: Bot) => {
      const { id, card } = await bot.card(CONFIRM);
      await bot.placed(id);
      await bot.restart();
      await bot.slack.click("U0BOB", card, "Proceed");
      expect((await bot.ended(id)).decision?.action).toBe("proceed");
      await bot.says(card, "Approved by Bob");
    });
  });
});
