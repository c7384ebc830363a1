/** Who acts from where in the fake Slack: several workspaces, strangers, direct messages, menus, shortcuts. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { JsonObject } from "../../src/json.ts";
import { MANIFEST, plain, section } from "./slack/bolt.ts";
import { type FakeSlack, fakeSlack } from "./slack/index.ts";
import type { Message } from "./slack/world.ts";

let slack: FakeSlack;

beforeEach(async () => {
  slack = await fakeSlack({ manifest: MANIFEST });
  slack.workspace("T2", { name: "Partner" });
  slack.user("U6", { team: "T2", is_stranger: true });
  slack.channel("C1", { name: "deploys", members: ["U1"], sharedWith: ["T2"] });
  slack.invite("C1", "U6");
});
afterEach(() => slack.close());

/** Nobody listens here: what would be delivered is all that these tests look at. */
async function call(method: string, args: object, token = slack.botToken): Promise<JsonObject> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const answer = await fetch(slack.apiUrl + method, { method: "POST", headers, body: JSON.stringify(args) });
  const body = (await answer.json()) as JsonObject;
  expect(body).toMatchObject({ ok: true });
  return body;
}

async function card(elements: object[]): Promise<Message> {
  await call("chat.postMessage", {
    channel: "C1",
    text: "card",
    blocks: [{ type: "actions", block_id: "a", elements }],
  });
  return slack.appears("C1");
}

test("somebody from another workspace acts with their own team beside the app's", async () => {
  const shown = await card([{ type: "button", action_id: "go", text: plain("Go"), value: "v" }]);
  const { payload } = await slack.click("U6", shown, "Go");
  expect(payload).toMatchObject({
    type: "block_actions",
    team: { id: "T1" },
    user: { id: "U6", team_id: "T2" },
    channel: { id: "C1", name: "deploys" },
    container: { type: "message", message_ts: shown.ts, is_ephemeral: false },
    message: { ts: shown.ts, bot_id: "BT1BOT" },
    actions: [{ type: "button", action_id: "go", block_id: "a", value: "v", text: { emoji: false } }],
    api_app_id: slack.appId,
  });
  const [said] = (await slack.say("U6", "C1", "hello")).deliveries;
  expect(said?.payload).toMatchObject({
    team_id: "T1",
    is_ext_shared_channel: true,
    event: { user: "U6", user_team: "T2", source_team: "T2", channel_type: "channel" },
  });
  await expect(slack.slash("U6", "C1", "/hitl pending")).rejects.toThrow("no command of the app is offered");
});

test("two workspaces with the app hear each of their own", async () => {
  slack.workspace("T3", { installed: true });
  slack.channel("C9", { name: "elsewhere", team: "T3", members: ["U9"] });
  const [there] = (await slack.say("U9", "C9", "hi")).deliveries;
  expect(there?.payload).toMatchObject({ team_id: "T3", authorizations: [{ team_id: "T3", user_id: "UT3BOT" }] });
  const [home] = await slack.home("U9");
  expect(home?.payload).toMatchObject({ team_id: "T3", event: { type: "app_home_opened", tab: "home" } });
});

test("people and the bot speak in private", async () => {
  const opened = await call("conversations.open", { users: "U1" });
  await call("chat.postMessage", { channel: "U1", text: "for you" });
  const { message, deliveries } = await slack.dm("U1", "thanks");
  expect(opened.channel).toEqual({ id: message.channel });
  expect(deliveries).toMatchObject([{ about: "message", payload: { event: { channel_type: "im" } } }]);
  expect(slack.directMessages("U1").map(({ text }) => text)).toEqual(["for you", "thanks"]);
});

test("what the bot is not in, it does not hear", async () => {
  slack.channel("C2", { name: "quiet", members: ["U1"], bot: false });
  expect((await slack.say("U1", "C2", "psst")).deliveries).toEqual([]);
  slack.leave("C1", slack.bot.user);
  expect((await slack.mention("U1", "C1", "hello?")).deliveries).toEqual([]);
});

test("what the manifest does not ask for is not delivered, offered or published", async () => {
  await slack.close();
  const bare: JsonObject = {
    features: { bot_user: { display_name: "hitl" } },
    oauth_config: { scopes: { bot: ["chat:write"] } },
    settings: {},
  };
  slack = await fakeSlack({ manifest: bare });
  slack.channel("C1", { name: "deploys", members: ["U1"] });
  expect((await slack.mention("U1", "C1", "hello?")).deliveries).toEqual([]);
  expect(await slack.home("U1")).toEqual([]);
  await expect(slack.dm("U1", "hello?")).rejects.toThrow("no messages tab");
  await expect(slack.slash("U1", "C1", "/hitl")).rejects.toThrow("not a valid command");
  const shown = await card([{ type: "button", action_id: "go", text: plain("Go") }]);
  await expect(slack.click("U1", shown, "Go")).rejects.toThrow("no interactivity");
  const home = { user_id: "U1", view: { type: "home", blocks: [] } };
  const headers = { authorization: `Bearer ${slack.botToken}`, "content-type": "application/json" };
  const refused = await fetch(`${slack.apiUrl}views.publish`, { method: "POST", headers, body: JSON.stringify(home) });
  expect(await refused.json()).toEqual({ ok: false, error: "not_enabled" });
});

test("menus give what was chosen, and offer nothing else", async () => {
  const options = ["Mine", "All"].map((text) => ({ text: plain(text), value: text.toLowerCase() }));
  const shown = await card([
    { type: "static_select", action_id: "whose", options },
    { type: "overflow", action_id: "more", options },
  ]);
  const picked = await slack.choose("U1", shown, "whose", "All");
  expect(picked.payload.actions).toMatchObject([
    { type: "static_select", action_id: "whose", block_id: "a", selected_option: { value: "all" } },
  ]);
  const more = await slack.choose("U1", shown, "more", "mine");
  expect(more.payload.actions).toMatchObject([{ type: "overflow", selected_option: { text: { text: "Mine" } } }]);
  await expect(slack.choose("U1", shown, "whose", "None")).rejects.toThrow("Mine | All");
});

test("a shortcut of a message brings the message along", async () => {
  await call("chat.postMessage", { channel: "C1", text: "card", blocks: [section("Deploy")] });
  const { payload } = await slack.shortcut("U1", "ask", await slack.appears("C1"));
  expect(payload).toMatchObject({ type: "message_action", callback_id: "ask", message: { text: "card" } });
  await expect(slack.shortcut("U1", "ask")).rejects.toThrow("no shortcut ask is offered there");
});

test("a modal's buttons tell what stands in its fields, and what was filled in stays through an update", async () => {
  const shown = await card([{ type: "button", action_id: "go", text: plain("Go") }]);
  const { trigger_id } = (await slack.click("U1", shown, "Go")).payload;
  const blocks = [
    {
      type: "input",
      block_id: "b",
      label: plain("Amount"),
      element: { type: "number_input", action_id: "n", is_decimal_allowed: false, max_value: "10" },
    },
    { type: "actions", block_id: "p", elements: [{ type: "button", action_id: "next", text: plain("Next page") }] },
  ];
  const view = { type: "modal", title: plain("Edit"), submit: plain("Send"), blocks };
  const { view: opened } = (await call("views.open", { trigger_id, view })) as { view: { id: string } };
  slack.fill("U1", opened, { Amount: "7" });
  const { payload } = await slack.click("U1", opened, "Next page");
  expect(payload).toMatchObject({
    container: { type: "view", view_id: opened.id },
    view: { state: { values: { b: { n: { type: "number_input", value: "7" } } } } },
  });
  expect(payload).not.toHaveProperty("response_url");
  await call("views.update", { view_id: opened.id, view: { ...view, title: plain("Edit 2") } });
  expect((await slack.openedView("U1", "Edit 2")).state.values).toMatchObject({ b: { n: { value: "7" } } });
  expect((await slack.submit("U1", opened, { b: "11" })).errors).toEqual({ b: "Too large." });
  expect((await slack.submit("U1", opened, { b: "1.5" })).errors).toEqual({ b: "Enter a whole number." });
});
