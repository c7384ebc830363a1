/** The fake Slack's word for it: real Bolt and real @slack/web-api on one side, people on the other. */
import { describe, expect, test } from "vitest";
import { CARD, MANIFEST, section, type Transport, withApp } from "./slack/bolt.ts";
import { readManifest } from "./slack/manifest.ts";

const TRANSPORTS: Transport[] = ["Socket Mode", "HTTP"];

describe.each(TRANSPORTS)("over %s", (transport) => {
  test("a button opens a form, whose submission changes the message", async () => {
    await withApp(transport, async ({ slack, app, heard }) => {
      await app.client.chat.postMessage({ channel: "#deploys", text: "Publish?", blocks: CARD });
      const card = await slack.appears("C1");
      expect(await slack.click("U1", card, "Revise")).toMatchObject({ acked: true, about: "block_actions" });
      const form = await slack.openedView("U1", "Revise");
      expect(await slack.submit("U1", form, { "What to change": "shorter", tone: "Dry" })).toMatchObject({
        errors: {},
        view: null,
      });
      await slack.until(() => slack.message(card)?.text === "done");
      expect(slack.message(card)?.blocks).toMatchObject([{ text: { text: "Revised by U1" } }]);
      expect(heard).toContain("revise by U1 of T1");
      expect(heard).toContain("feedback shorter, dry");
      expect(slack.troubles).toEqual([]);
    });
  });

  test("a refused form stays open with the error on its field, and can become another form", async () => {
    await withApp(transport, async ({ slack, app }) => {
      await app.client.chat.postMessage({ channel: "C1", text: "Publish?", blocks: CARD });
      await slack.click("U1", await slack.appears("C1"), "Revise");
      const form = await slack.openedView("U1");
      const empty = await slack.submit("U1", form, { feedback: "" });
      expect(empty).toMatchObject({ delivery: null, errors: { feedback: "Please complete this required field." } });
      expect((await slack.submit("U1", form, { feedback: "no" })).errors).toEqual({ feedback: "Say more." });
      expect(slack.modals("U1")).toHaveLength(1);
      const next = await slack.submit("U1", form, { feedback: "more" });
      expect(next.view).toMatchObject({
        title: { text: "And more" },
        state: { values: { feedback: { text: { value: "more" } } } },
      });
      const deeper = await slack.submit("U1", form, { feedback: "deeper" });
      expect(deeper.view?.title).toMatchObject({ text: "Deeper" });
      expect(slack.modals("U1")).toHaveLength(2);
      if (deeper.view !== null) await slack.dismiss("U1", deeper.view);
      expect(slack.modals("U1")).toHaveLength(1);
    });
  });

  test("an error for a field that is not there is trouble to the person", async () => {
    await withApp(transport, async ({ slack, app }) => {
      await app.client.chat.postMessage({ channel: "C1", text: "Publish?", blocks: CARD });
      await slack.click("U1", await slack.appears("C1"), "Revise");
      const refused = await slack.submit("U1", await slack.openedView("U1"), { feedback: "nowhere" });
      expect(refused.errors).toEqual({ "": "We had some trouble connecting. Try again?" });
      expect(slack.troubles[0]).toContain("invalid_response_errors");
    });
  });

  test("the app hears what is written in threads, and a mention twice", async () => {
    await withApp(transport, async ({ slack, app, heard }) => {
      await app.client.chat.postMessage({ channel: "C1", text: "Publish?" });
      const card = await slack.appears("C1");
      const said = await slack.reply("U1", card, "a < b & https://x.test");
      expect(said.message).toMatchObject({ thread_ts: card.ts, text: "a &lt; b &amp; <https://x.test>" });
      expect(said.deliveries.map(({ acked }) => acked)).toEqual([true]);
      const called = await slack.mention("U1", card, "proceed");
      expect(called.deliveries.map(({ about }) => about)).toEqual(["message", "app_mention"]);
      await slack.edit("U1", said.message, "c");
      await slack.remove("U1", said.message);
      expect(heard).toEqual([
        "message a &lt; b &amp; <https://x.test>",
        "message <@UT1BOT> proceed",
        "mention <@UT1BOT> proceed",
        "message message_changed",
        "message message_deleted",
      ]);
      expect(slack.thread(card).map(({ text }) => text)).toEqual(["<@UT1BOT> proceed"]);
    });
  });

  test("a command is answered at once or through its response_url", async () => {
    await withApp(transport, async ({ slack }) => {
      expect((await slack.slash("U1", "C1", "/hitl pending")).shown).toMatchObject({
        text: "You asked for pending",
        ephemeral_to: "U1",
      });
      await slack.slash("U2", "#deploys", "/hitl later");
      expect(await slack.whispered("U2")).toMatchObject({ text: "Here it is", channel: "C1" });
      await expect(slack.slash("U1", "C1", "/other")).rejects.toThrow('"/other" is not a valid command');
    });
  });

  test("opening the home tab lets the app publish it", async () => {
    await withApp(transport, async ({ slack }) => {
      await slack.home("U1");
      const home = await slack.until(() => slack.homeView("U1"));
      expect(home).toMatchObject({ type: "home", blocks: [{ text: { text: "Nothing waits." } }] });
    });
  });

  test("what is not acknowledged within the time is not acknowledged", { timeout: 10_000 }, async () => {
    const patience = { ackMs: 150 };
    await withApp(
      transport,
      async ({ slack, app }) => {
        await app.client.chat.postMessage({ channel: "C1", text: "Publish?", blocks: CARD });
        const press = await slack.click("U1", await slack.appears("C1"), "Slow");
        expect(press).toMatchObject({ acked: false, ms: null, trouble: "not acknowledged within 150 ms" });
        expect(slack.acks("block_actions")).toEqual([]);
      },
      patience,
    );
  });
});

test("nobody presses what is not there, not theirs to see, or gone", async () => {
  await withApp("Socket Mode", async ({ slack, app }) => {
    await app.client.chat.postMessage({ channel: "C1", text: "Publish?", blocks: CARD });
    const card = await slack.appears("C1");
    slack.user("U3");
    await expect(slack.click("U1", card, "Approve")).rejects.toThrow("Revise (revise), Slow (slow)");
    await expect(slack.click("U3", card, "Revise")).rejects.toThrow("does not see");
    await app.client.chat.update({ channel: "C1", ts: card.ts, text: "over", blocks: [section("Over")] });
    await expect(slack.click("U1", card, "Revise")).rejects.toThrow('no "Revise" there');
    const stale = await slack.clickStale("U1", card, "Revise");
    expect(stale.payload).toMatchObject({ message: { text: "over" }, actions: [{ action_id: "revise", value: "r1" }] });
    await app.client.chat.delete({ channel: "C1", ts: card.ts });
    await expect(slack.click("U1", card, "Revise")).rejects.toThrow("any more");
    expect(slack.deliveries.filter(({ kind }) => kind === "interactive")).toHaveLength(1);
  });
});

test("what nobody could press can be forged, rightly signed", async () => {
  await withApp("HTTP", async ({ slack, heard }) => {
    const forged = await slack.forge("U1", { channel: "C1", ts: "1.000001" }, { action_id: "revise", value: "evil" });
    expect(forged.payload).toMatchObject({ container: { message_ts: "1.000001" }, actions: [{ value: "evil" }] });
    expect(heard).toEqual(["revise by U1 of T1"]);
  });
});

test("a message for one person is seen and pressed by that person alone, without the app seeing it again", async () => {
  await withApp("Socket Mode", async ({ slack, app }) => {
    await app.client.chat.postEphemeral({ channel: "C1", user: "U2", text: "psst", blocks: CARD });
    const whisper = await slack.whispered("U2");
    expect(slack.messages("C1")).toEqual([]);
    expect(slack.ephemerals("U1")).toEqual([]);
    await expect(slack.click("U1", whisper, "Revise")).rejects.toThrow("does not see");
    const { payload } = await slack.click("U2", whisper, "Revise");
    expect(payload.container).toMatchObject({ is_ephemeral: true });
    expect(payload).not.toHaveProperty("message");
  });
});

test("names the scopes that nothing needed", async () => {
  await withApp("Socket Mode", async ({ slack, app }) => {
    await app.client.chat.postMessage({ channel: "C1", text: "hello" });
    await slack.say("U1", "C1", "hello");
    expect(slack.scopes.used()).toEqual(["channels:history", "chat:write"]);
    expect(slack.scopes.unused()).toContain("users:read");
  });
});

test("refuses a manifest that Slack would not save", () => {
  const { features, settings } = MANIFEST;
  const without = {
    features: features ?? {},
    settings: settings ?? {},
    oauth_config: { scopes: { bot: ["commands"] } },
  };
  expect(() => readManifest(without)).toThrow("the event app_mention needs the bot scope app_mentions:read");
});
