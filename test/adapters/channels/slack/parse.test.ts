import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { errorsOf, inputsOf, valuesFrom } from "../../../../adapters/channels/slack/fields.ts";
import { readMark } from "../../../../adapters/channels/slack/marks.ts";
import {
  parseAsked,
  parseOpened,
  parsePress,
  parseSaid,
  parseSubmission,
  plainText,
  withoutMention,
} from "../../../../adapters/channels/slack/parse.ts";
import { render } from "../../../../adapters/channels/slack/render.ts";
import { formView } from "../../../../adapters/channels/slack/views.ts";
import type { Form } from "../../../../src/card.ts";
import { KINDS } from "../../../../src/checkpoint.ts";
import { actFrom } from "../../../../src/form.ts";
import { verifyHandle } from "../../../../src/handle.ts";
import type { JsonObject } from "../../../../src/json.ts";
import { cardOf } from "../../../../src/picture.ts";
import { checkpoint, DIGEST, RAISED } from "../../../make.ts";
import { SEEDS } from "../../../seeds.ts";
import { buttonsIn, KEY, sign } from "./slack.ts";

/** As Slack sends it when somebody presses a button of a message in a thread. */
const PRESS = {
  type: "block_actions",
  user: { id: "U0BOB", username: "bob", name: "bob", team_id: "T1" },
  api_app_id: "A1",
  token: "verification",
  container: {
    type: "message",
    message_ts: "1700000000.000200",
    channel_id: "C1",
    is_ephemeral: false,
    thread_ts: "1700000000.000100",
  },
  trigger_id: "1.2.abc",
  team: { id: "T1", domain: "acme" },
  enterprise: null,
  is_enterprise_install: false,
  channel: { id: "C1", name: "deploys" },
  message: { type: "message", ts: "1700000000.000200", thread_ts: "1700000000.000100", user: "U0BOT", text: "x" },
  state: { values: {} },
  response_url: "https://hooks.slack.com/actions/T1/1/abc",
  actions: [
    {
      action_id: "act:proceed",
      block_id: "actions",
      text: { type: "plain_text", text: "Proceed" },
      value: "h1.p.chk_1.mac",
      type: "button",
      action_ts: "1700000001.5",
    },
  ],
};

const MESSAGE = {
  type: "event_callback",
  team_id: "T1",
  event: {
    type: "message",
    user: "U0BOB",
    ts: "1700000002.000100",
    text: "lgtm",
    team: "T1",
    thread_ts: "1700000000.000100",
    parent_user_id: "U0BOT",
    channel: "C1",
    channel_type: "channel",
    client_msg_id: "x",
  },
};

describe("what Slack sends", () => {
  it("is a press with who, what and where", () => {
    expect(parsePress(PRESS)).toEqual({
      by: { user: "U0BOB", team: "T1" },
      mark: "act",
      more: "proceed",
      value: "h1.p.chk_1.mac",
      key: "T1:U0BOB:1700000001.5:h1.p.chk_1.mac",
      message: { channel: "C1", name: "deploys", ts: "1700000000.000200", thread: "1700000000.000100" },
      view: null,
      trigger: "1.2.abc",
      respond: "https://hooks.slack.com/actions/T1/1/abc",
    });
  });

  it("is a reply only when a person wrote it just now", () => {
    expect(parseSaid(MESSAGE)).toMatchObject({
      by: { user: "U0BOB", team: "T1" },
      thread: "1700000000.000100",
      text: "lgtm",
    });
    const event = (over: object) => parseSaid({ ...MESSAGE, event: { ...MESSAGE.event, ...over } });
    expect(event({ subtype: "thread_broadcast" })?.text).toBe("lgtm");
    for (const over of [
      { subtype: "message_changed" },
      { subtype: "message_deleted" },
      { subtype: "bot_message" },
      { bot_id: "B1" },
      { hidden: true },
      { user: undefined },
      { text: undefined },
      { ts: "now" },
      // Somebody put a mention of the bot into what they wrote before.
      { type: "app_mention", edited: { user: "U0BOB", ts: "1700000009.000100" } },
    ])
      expect(event(over), JSON.stringify(over)).toBeUndefined();
    expect(event({ thread_ts: undefined })?.thread).toBeNull();
    expect(event({ thread_ts: MESSAGE.event.ts })?.thread).toBeNull();
  });

  it("is a command, and a look at the home tab", () => {
    const body = {
      command: "/hitl",
      text: "show a&amp;b",
      user_id: "U1",
      team_id: "T1",
      channel_id: "C1",
      trigger_id: "t",
      response_url: "https://x",
    };
    expect(parseAsked(body)).toMatchObject({ by: { user: "U1", team: "T1" }, text: "show a&b" });
    const opened = { team_id: "T1", event: { type: "app_home_opened", user: "U1", tab: "home" } };
    expect(parseOpened(opened)).toEqual({ user: "U1", team: "T1" });
    expect(parseOpened({ ...opened, event: { ...opened.event, tab: "messages" } })).toBeUndefined();
  });

  it("is nothing when it is of no known shape, and nothing throws", () => {
    const readers = [parsePress, parseSubmission, parseSaid, parseAsked, parseOpened];
    fc.assert(
      fc.property(fc.anything(), (body) => {
        for (const read of readers) expect(read(body)).toBeUndefined();
      }),
    );
    for (const over of [
      { actions: [] },
      { user: { id: "../etc" } },
      { actions: [{ action_id: "__proto__", action_ts: "1" }] },
    ])
      expect(parsePress({ ...PRESS, ...over })).toBeUndefined();
  });

  it("has its words as they were typed", () => {
    expect(plainText("&lt;b&gt; &amp;amp; &amp;lt;")).toBe("<b> &amp; &lt;");
    expect(plainText("<@U1|bob> in <#C1|deploys>: <https://x.y/?a=1&amp;b=2|label> <!channel>")).toBe(
      "@bob in #deploys: https://x.y/?a=1&b=2 @channel",
    );
    expect(withoutMention("<@U0BOT> revise this", "U0BOT")).toEqual({ text: "revise this", mentioned: true });
    expect(withoutMention("<@U0BOT|hitl>: lgtm", "U0BOT")).toEqual({ text: "lgtm", mentioned: true });
    expect(withoutMention("<@U0BOTHER> lgtm", "U0BOT").mentioned).toBe(false);
    expect(withoutMention("ask <@U0BOT>", "U0BOT").mentioned).toBe(false);
  });
});

describe("what is written on a card", () => {
  it("is read back from the press, for every button of every kind", () => {
    for (const kind of KINDS) {
      const { message } = render(cardOf(checkpoint({ kind, payload: SEEDS[kind][0].payload }), RAISED), sign);
      for (const button of buttonsIn(message.blocks).values()) {
        const pressed = parsePress({ ...PRESS, actions: [{ ...button, action_ts: "1.0" }] });
        expect(pressed?.mark).toBe("act");
        const action = readMark(String(button.action_id))?.more as never;
        const handle = { id: "chk_0123456789", digest: DIGEST, action, surface: "slack", workspace: "T1" } as const;
        expect(verifyHandle(KEY, pressed?.value ?? "", handle)).toBe(true);
        expect(verifyHandle(KEY, pressed?.value ?? "", { ...handle, workspace: "T2" })).toBe(false);
        expect(verifyHandle(KEY, pressed?.value ?? "", { ...handle, surface: "discord" })).toBe(false);
      }
    }
  });
});

/** What Slack would send of a view that nobody has touched. */
function untouched(blocks: readonly JsonObject[]): JsonObject {
  const values: JsonObject = {};
  for (const { type, block_id, element } of blocks) {
    if (type !== "input") continue;
    const { type: kind, initial_value, initial_option } = element as JsonObject;
    const held =
      kind === "plain_text_input" ? { value: initial_value ?? null } : { selected_option: initial_option ?? null };
    values[String(block_id)] = { v: { type: kind ?? null, ...held } };
  }
  return values;
}

describe("a form that nobody has touched", () => {
  it("hands back every argument as it was, whatever it is called and however long it is", () => {
    const value = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 40 }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.string({ maxLength: 30 }).map((text) => text.repeat(300)),
    );
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ minLength: 1, maxLength: 30 }), value, { minKeys: 1, maxKeys: 12 }),
        (args) => {
          const tool_args = JSON.parse(JSON.stringify(args)) as JsonObject;
          const record = checkpoint({ kind: "tool", payload: { tool_name: "x", tool_args } });
          const form = cardOf(record, RAISED).actions.find(({ action }) => action === "edit")?.form;
          const blocks = form ? inputsOf(form) : null;
          if (!form || blocks === null) return;
          expect(blocks.length).toBeLessThanOrEqual(90);
          expect(actFrom(form, record, valuesFrom(form, untouched(blocks)))).toEqual({
            action: "edit",
            edited: tool_args,
          });
        },
      ),
      { numRuns: 100 },
    );
  });

  it("says so where Slack has no room for it", () => {
    const record = checkpoint({ kind: "task", payload: { agent: "a", output: "x".repeat(60_000), context: {} } });
    const card = cardOf(record, RAISED);
    const form = card.actions.find(({ action }) => action === "edit")?.form as Form;
    const view = formView(card, form, "h");
    expect([view.callback_id, view.submit]).toEqual(["notice", undefined]);
  });
});

it("puts problems at the fields that they are about", () => {
  const field = { label: "l", type: "text", required: true } as const;
  const form: Form = {
    action: "edit",
    title: "Edit",
    submit: "Send",
    fields: [
      { ...field, name: "a/b" },
      { ...field, name: "c" },
    ],
  };
  const problems = [
    { pointer: "/c", message: "wrong" },
    { pointer: "/edited", message: "all wrong" },
    { pointer: "/a~1b", message: "too late" },
  ];
  expect(errorsOf(form, problems)).toEqual({ f1: "wrong", f0: "all wrong" });
});
