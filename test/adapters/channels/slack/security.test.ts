import { describe, expect, it } from "vitest";
import { type Bot, CONFIRM, withBot } from "./bot.ts";
import { buttonsIn } from "./slack.ts";

const HTTP = { http: true };

describe("a request that says it is Slack's", () => {
  it("is taken only with a fresh, right signature", async () => {
    await withBot(async ({ slack, url, card: raise, read }: Bot) => {
      const { id, card } = await raise(CONFIRM);
      const value = String(buttonsIn(card.blocks).get("Proceed")?.value);
      const payload = {
        type: "block_actions",
        user: { id: "U0BOB", team_id: "T1" },
        team: { id: "T1" },
        channel: { id: "C1", name: "deploys" },
        message: { ts: card.ts },
        actions: [{ action_id: "act:proceed", type: "button", value, action_ts: "1.0" }],
      };
      const SHAPES = [
        { secret: "another-secret-of-the-same-length" },
        { skew: -301 },
        { skew: -86_400 },
        { skew: 301 },
        { skew: 86_400 },
        { headers: { "x-slack-signature": null } },
        { headers: { "x-slack-signature": "v0=" } },
        { headers: { "x-slack-signature": "v1=abc" } },
        { headers: { "x-slack-request-timestamp": null } },
        { headers: { "x-slack-request-timestamp": "soon" } },
        { headers: { "x-slack-request-timestamp": "1e99" } },
      ];
      for (const signing of SHAPES) {
        const { status, acked } = await slack.deliver("interactive", payload, { signing });
        expect([status, acked], JSON.stringify(signing)).toEqual([401, false]);
      }
      for (const [method, path] of [
        ["GET", "/slack/events"],
        ["POST", "/slack/other"],
        ["GET", "/slack/"],
      ] as const)
        expect((await fetch(url + path, { method })).status).toBe(404);
      expect((await fetch(`${url}/slack/events`, { method: "POST", body: "ssl_check=1" })).status).toBe(401);
      expect((await read(id)).status).toBe("pending");
    }, HTTP);
  });

  it("has one effect, however often its bytes are sent", async () => {
    await withBot(async ({ slack, card: raise, ended, read }: Bot) => {
      const { id, card } = await raise({ ...CONFIRM, quorum: 2 });
      const press = await slack.click("U0BOB", card, "Proceed");
      const { message } = await slack.reply("U0CAROL", card, "a comment");
      const said = slack.deliveries.find(({ about, echo }) => about === "message" && !echo);
      for (let at = 0; at < 500; at += 1) {
        expect((await slack.replay(press)).acked).toBe(true);
        if (said !== undefined) await slack.replay(said);
      }
      const { votes, comments, status } = await read(id);
      expect([votes.length, comments.length, status, message.text]).toEqual([1, 1, "pending", "a comment"]);
      await slack.click("U0CAROL", card, "Cancel");
      const form = await slack.openedView("U0CAROL");
      const { delivery } = await slack.submit("U0CAROL", form, {});
      const { revision } = await ended(id);
      if (delivery !== null)
        for (let at = 0; at < 20; at += 1) expect((await slack.replay(delivery)).body).toEqual(delivery.body);
      expect((await read(id)).decision?.action).toBe("cancel");
      expect((await read(id)).revision - revision).toBeLessThanOrEqual(1);
    }, HTTP);
  });

  it("is acknowledged whatever it is about, so that nothing hangs", async () => {
    await withBot(async ({ slack, card: raise }: Bot) => {
      const { card } = await raise(CONFIRM);
      for (const action_id of [
        "",
        "unknown",
        "act",
        "act:fly",
        "see",
        "page:next",
        "open",
        "list",
        "offer",
        "link",
        "__proto__",
      ]) {
        const press = await slack.forge("U0BOB", card, { type: "button", action_id, block_id: "b", value: "nothing" });
        expect(press.acked, action_id).toBe(true);
      }
      const by = { user: { id: "U0BOB", team_id: "T1" }, team: { id: "T1" } };
      const view = { id: "V1", type: "modal", callback_id: "unknown", private_metadata: "x", state: { values: {} } };
      for (const payload of [
        { type: "view_submission", ...by, view },
        { type: "view_submission", ...by, view: { ...view, callback_id: "form" } },
        { type: "view_closed", ...by, view, is_cleared: false },
        { type: "block_suggestion", ...by, action_id: "x", block_id: "y", value: "z", view },
        { type: "shortcut", ...by, callback_id: "x", trigger_id: "1.2.3" },
      ])
        expect((await slack.deliver("interactive", payload)).acked, payload.type).toBe(true);
      expect((await slack.deliver("slash_commands", { command: "/other", user_id: "U1", team_id: "T1" })).acked).toBe(
        true,
      );
    });
  });
});

describe("forged and altered values", () => {
  it("decide nothing and end nothing", { timeout: 120_000 }, async () => {
    await withBot(async ({ slack, card: raise, read, raise: again, log }: Bot) => {
      const { id, card } = await raise(CONFIRM);
      const value = String(buttonsIn(card.blocks).get("Proceed")?.value);
      const other = await again({ ...CONFIRM, route: ["web"] });
      const runs = process.env.HITL_TEST_LONG === "1" ? 10_000 : 1_000;
      const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
      for (let at = 0; at < runs; at += 1) {
        const place = (at * 7) % value.length;
        const letter = alphabet[(at * 13) % alphabet.length] ?? "x";
        const forged =
          at % 3 === 0
            ? value.replace(id, other.id).slice(0, -1) + letter
            : value.slice(0, place) + letter + value.slice(place + 1);
        if (forged === value) continue;
        const press = await slack.forge("U0BOB", card, {
          type: "button",
          block_id: "actions",
          action_id: "act:proceed",
          value: forged,
        });
        expect(press.acked).toBe(true);
      }
      expect([(await read(id)).status, (await read(other.id)).status]).toEqual(["pending", "pending"]);
      expect(log()).not.toContain(slack.botToken);
    });
  });
});
