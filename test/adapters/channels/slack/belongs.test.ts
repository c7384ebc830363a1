import { describe, expect, it } from "vitest";
import { isForUs } from "../../../../adapters/channels/slack/belongs.ts";
import type { JsonObject } from "../../../../src/json.ts";
import { type Bot, CONFIRM, TRANSPORTS, withBot } from "./bot.ts";

const HOME = { team: "T1", enterprise: null, org: false, app: "A1", url: "https://x/", user: "UBOT", bot: "B1" };
const GRID = { ...HOME, enterprise: "E1" };
const ORG = { ...HOME, team: "E1", enterprise: "E1", org: true };

/** What came in, and whether it is ours: installed in T1, in T1 of the enterprise E1, for all of E1. */
const TABLE: [name: string, body: JsonObject, plain: boolean, grid: boolean, org: boolean][] = [
  ["a press here", { type: "block_actions", team: { id: "T1" } }, true, true, false],
  ["a press there", { type: "block_actions", team: { id: "T2" } }, false, false, false],
  ["another app's press here", { api_app_id: "A2", team: { id: "T1" } }, false, false, false],
  ["our app's press here", { api_app_id: "A1", team: { id: "T1" } }, true, true, false],
  [
    "a press in another workspace of the enterprise",
    { team: { id: "T2", enterprise_id: "E1" }, enterprise: { id: "E1" } },
    false,
    false,
    true,
  ],
  [
    "a press in the enterprise",
    { team: null, enterprise: { id: "E1" }, is_enterprise_install: true },
    false,
    false,
    true,
  ],
  ["a press in another enterprise", { team: null, enterprise: { id: "E2" } }, false, false, false],
  [
    "a visitor's press, told with their own workspace, on our message",
    { type: "block_actions", team: { id: "T2" }, message: { bot_id: "B1" } },
    true,
    true,
    false,
  ],
  [
    "a press on somebody else's message",
    { type: "block_actions", team: { id: "T2" }, message: { bot_id: "B2" } },
    false,
    false,
    false,
  ],
  ["a visitor's form", { team: { id: "T2" }, view: { app_installed_team_id: "T1" } }, true, true, false],
  ["a form of another workspace", { team: { id: "T2" }, view: { app_installed_team_id: "T2" } }, false, false, false],
  ["a command here", { command: "/hitl", team_id: "T1" }, true, true, false],
  ["a command there", { command: "/hitl", team_id: "T2" }, false, false, false],
  ["a command in the enterprise", { command: "/hitl", team_id: "T2", enterprise_id: "E1" }, false, false, true],
  [
    "an event for us",
    { type: "event_callback", team_id: "T2", authorizations: [{ team_id: "T1", enterprise_id: null }] },
    true,
    true,
    false,
  ],
  [
    "an event for the app in another workspace",
    { type: "event_callback", team_id: "T1", authorizations: [{ team_id: "T2", enterprise_id: null }] },
    false,
    false,
    false,
  ],
  [
    "an event for the enterprise",
    { type: "event_callback", team_id: "T7", authorizations: [{ team_id: null, enterprise_id: "E1" }] },
    false,
    false,
    true,
  ],
  ["nothing at all", {}, false, false, false],
];

describe("a delivery", () => {
  it.each(TABLE)("%s", (_name, body, plain, grid, org) => {
    expect([isForUs(body, HOME), isForUs(body, GRID), isForUs(body, ORG)]).toEqual([plain, grid, org]);
  });
});

describe.each(TRANSPORTS)("what comes from another app or workspace over %s", (_name, setting) => {
  it("is acknowledged, answered where somebody waits for an answer, and has no effect", async () => {
    await withBot(async ({ slack, card: raise, read, log, told }: Bot) => {
      const { id, card } = await raise(CONFIRM);
      const press = await slack.click("U0EVE", card, "Proceed");
      await told("U0EVE", "You are eve");
      const { payload } = press;
      const foreign = [
        { ...payload, user: { id: "U0BOB", team_id: "T1" }, api_app_id: "A0OTHER" },
        {
          ...payload,
          user: { id: "U0BOB", team_id: "T1" },
          team: { id: "T9" },
          message: { ...(payload.message as object), bot_id: "B9", user: "U9BOT", app_id: "A9" },
        },
      ];
      const before = slack.ephemerals("U0EVE").length;
      for (const body of foreign) expect((await slack.deliver("interactive", body as never)).acked).toBe(true);
      await slack.until(() => slack.ephemerals("U0EVE").length === before + 2, "two refusals");
      expect(slack.ephemerals("U0EVE").at(-1)?.text).toBe(
        "This bot works for another workspace. Nothing was recorded.",
      );

      const command = { command: "/hitl", text: "pending all", user_id: "U0BOB", team_id: "T9", channel_id: "C1" };
      const asked = await slack.deliver("slash_commands", { ...command, response_url: "https://x.example/1" });
      expect(asked.body).toMatchObject({ text: "This bot works for another workspace. Nothing was recorded." });

      const { deliveries } = await slack.reply("U0BOB", card, "hello");
      const said = deliveries[0]?.payload as { event: object };
      const elsewhere = {
        ...said,
        event: { ...said.event, text: "lgtm", ts: "1800000000.000100" },
        authorizations: [{ team_id: "T9", enterprise_id: null }],
      };
      expect((await slack.deliver("events_api", elsewhere as never)).acked).toBe(true);
      const { status, comments } = await read(id);
      expect([status, comments.map(({ text }) => text)]).toEqual(["pending", ["hello"]]);
      expect(log().match(/what comes from another app or workspace is not taken/g)?.length).toBe(4);
    }, setting);
  });

  it("is acknowledged as well where no handler is for it", async () => {
    await withBot(async ({ slack }: Bot) => {
      const by = { user: { id: "U0BOB", team_id: "T1" }, team: { id: "T1" }, api_app_id: slack.appId };
      for (const body of [
        { type: "message_action", ...by, callback_id: "x", trigger_id: "1" },
        { type: "interactive_message", ...by, callback_id: "x", actions: [{ name: "x", type: "button" }] },
        { type: "dialog_submission", ...by, callback_id: "x", submission: {} },
        { type: "workflow_step_edit", ...by, callback_id: "x" },
        { type: "something_new_of_next_year", ...by },
      ])
        expect((await slack.deliver("interactive", body as never)).acked, body.type).toBe(true);
      const event = { type: "event_callback", team_id: "T1", api_app_id: slack.appId, event_id: "Ev1", event_time: 1 };
      for (const type of ["reaction_added", "something_new"])
        expect((await slack.deliver("events_api", { ...event, event: { type, user: "U0BOB" } })).acked, type).toBe(
          true,
        );
    }, setting);
  });
});
