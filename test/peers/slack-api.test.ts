/** The fake Slack's Web API, as the real client meets it: refusals, scopes, faults and limits. */
import { ErrorCode, type KnownBlock, WebClient } from "@slack/web-api";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CARD, MANIFEST, plain, section } from "./slack/bolt.ts";
import { type FakeSlack, fakeSlack } from "./slack/index.ts";

let slack: FakeSlack;
let client: WebClient;
let now = Date.parse("2026-11-20T10:00:00.000Z");

function clientWith(token: string): WebClient {
  const quiet = { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, setName() {}, getLevel: () => ERROR };
  return new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    timeout: 2_000,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: quiet,
  });
}
const ERROR = "error" as never;

beforeEach(async () => {
  slack = await fakeSlack({ manifest: MANIFEST, clock: () => now });
  slack.channel("C1", { name: "deploys", members: ["U1", "U2"] });
  client = clientWith(slack.botToken);
});
afterEach(() => slack.close());

/** The error that Slack names, or what the client makes of the rest. */
async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "ok";
  } catch (error) {
    const { data, code } = error as { data?: { error: string }; code?: string };
    return data?.error ?? code ?? String(error);
  }
}

test("every refusal has Slack's own name", async () => {
  slack.channel("C2", { name: "old", archived: true });
  slack.channel("C3", { name: "elsewhere", bot: false });
  slack.channel("G1", { name: "secret", kind: "private", bot: false });
  slack.workspace("T2");
  slack.user("U9", { team: "T2" });
  slack.user("U8", { deleted: true });
  const { ts } = (await client.chat.postMessage({ channel: "C1", text: "mine" })) as { ts: string };
  const theirs = (await slack.say("U1", "C1", "theirs")).message.ts;
  const text = "x";
  const table: [string, () => Promise<unknown>][] = [
    ["channel_not_found", () => client.chat.postMessage({ channel: "C404", text })],
    ["channel_not_found", () => client.chat.postMessage({ channel: "#nowhere", text })],
    ["channel_not_found", () => client.chat.postMessage({ channel: "G1", text })],
    ["channel_not_found", () => client.chat.postMessage({ channel: "U8", text })],
    ["not_in_channel", () => client.chat.postMessage({ channel: "C3", text })],
    ["is_archived", () => client.chat.postMessage({ channel: "C2", text })],
    ["no_text", () => client.chat.postMessage({ channel: "C1", text: "" })],
    ["msg_too_long", () => client.chat.postMessage({ channel: "C1", text: "x".repeat(40_001) })],
    ["thread_not_found", () => client.chat.postMessage({ channel: "C1", text, thread_ts: "1.000001" })],
    ["user_not_in_channel", () => client.chat.postEphemeral({ channel: "C1", user: slack.user("U7").id, text })],
    ["message_not_found", () => client.chat.update({ channel: "C1", ts: "1.000001", text })],
    ["cant_update_message", () => client.chat.update({ channel: "C1", ts: theirs, text })],
    ["cant_delete_message", () => client.chat.delete({ channel: "C1", ts: theirs })],
    ["user_not_found", () => client.users.info({ user: "U404" })],
    ["user_not_visible", () => client.users.info({ user: "U9" })],
    ["user_disabled", () => client.conversations.open({ users: "U8" })],
    ["cannot_dm_bot", () => client.conversations.open({ users: slack.bot.user })],
    ["no_such_subteam", () => client.usergroups.users.list({ usergroup: "S404" })],
    ["missing_scope", () => client.chat.postMessage({ channel: "C1", text, username: "CEO" })],
    ["missing_scope", () => client.conversations.list({ types: "public_channel,private_channel" })],
    ["missing_scope", () => client.conversations.info({ channel: "G1" })],
    ["unknown_method", () => client.apiCall("chat.shout", {})],
    ["not_allowed_token_type", () => client.apps.connections.open({})],
    ["not_allowed_token_type", () => clientWith(slack.appToken).auth.test()],
    ["invalid_auth", () => clientWith("xoxb-somebody").auth.test()],
    ["not_authed", () => clientWith("").auth.test()],
    ["ok", () => client.chat.update({ channel: "C1", ts, text })],
  ];
  for (const [expected, call] of table) expect(await refusal(call())).toBe(expected);
  slack.archive("C1");
  expect(await refusal(client.chat.update({ channel: "C1", ts, text }))).toBe("is_inactive");
  slack.revoke();
  expect(await refusal(client.auth.test())).toBe("token_revoked");
});

test("a lost scope is named with what was provided", async () => {
  const error = await client.conversations.open({ users: "U1,U2" }).catch((each: unknown) => each);
  expect(error).toMatchObject({ data: { error: "missing_scope", needed: "mpim:write" } });
});

test("a message keeps its blocks with Slack's defaults, its metadata until it is replaced, and its thread", async () => {
  const metadata = { event_type: "hitl_card", event_payload: { id: "chk_1" } };
  const { ts = "" } = await client.chat.postMessage({ channel: "C1", text: "card", blocks: CARD, metadata });
  await client.chat.postMessage({ channel: "C1", text: "reply", thread_ts: ts });
  await client.chat.update({
    channel: "C1",
    ts,
    text: "card",
    blocks: [{ type: "section", text: { type: "mrkdwn", text: "x" } }],
  });
  const history = await client.conversations.history({ channel: "C1", include_all_metadata: true });
  expect(history.messages).toHaveLength(1);
  expect(history.messages?.[0]).toMatchObject({
    text: "card",
    bot_id: "BT1BOT",
    app_id: "A0HITL",
    metadata,
    reply_count: 1,
    blocks: [{ type: "section", block_id: expect.any(String), text: { verbatim: false } }],
  });
  const bare = await client.conversations.history({ channel: "C1" });
  expect(bare.messages?.[0]?.metadata).toEqual({ event_type: "hitl_card" });
  const replies = await client.conversations.replies({ channel: "C1", ts, include_all_metadata: true });
  expect(replies.messages?.map(({ text }) => text)).toEqual(["card", "reply"]);
  await client.chat.update({ channel: "C1", ts, text: "only text" });
  expect(slack.message({ channel: "C1", ts })).not.toHaveProperty("blocks");
});

test("history comes in pages, newest first, and between two times", async () => {
  const sent: string[] = [];
  for (const text of ["a", "b", "c", "d", "e"])
    sent.push((await client.chat.postMessage({ channel: "C1", text })).ts ?? "");
  const first = await client.conversations.history({ channel: "C1", limit: 2 });
  expect(first.messages?.map(({ text }) => text)).toEqual(["e", "d"]);
  const cursor = first.response_metadata?.next_cursor ?? "";
  const second = await client.conversations.history({ channel: "C1", limit: 2, cursor });
  expect(second.messages?.map(({ text }) => text)).toEqual(["c", "b"]);
  const middle = await client.conversations.history({ channel: "C1", oldest: sent[1] ?? "", latest: sent[3] ?? "" });
  expect(middle.messages?.map(({ text }) => text)).toEqual(["c"]);
});

test("tells who is a guest, a stranger, gone, or from another workspace", async () => {
  slack.workspace("T2");
  slack.user("U5", { is_restricted: true, name: "guest" });
  slack.user("U6", { team: "T2", is_stranger: true });
  slack.channel("C5", { name: "shared", sharedWith: ["T2"], members: ["U6"] });
  slack.usergroup("S1", ["U1", "U2"]);
  expect((await client.users.info({ user: "U5" })).user).toMatchObject({ is_restricted: true, name: "guest" });
  const stranger = (await client.users.info({ user: "U6" })).user;
  expect(stranger).toMatchObject({ team_id: "T2", is_stranger: true });
  expect(stranger?.profile).not.toHaveProperty("email");
  expect((await client.usergroups.users.list({ usergroup: "S1" })).users).toEqual(["U1", "U2"]);
  expect((await client.auth.test()).user_id).toBe(slack.bot.user);
});

test("each workspace has its own token and sees its own conversations", async () => {
  slack.workspace("T2", { installed: true });
  slack.channel("C8", { name: "theirs", team: "T2" });
  const other = clientWith(slack.tokenOf("T2"));
  expect(await refusal(client.chat.postMessage({ channel: "C8", text: "x" }))).toBe("channel_not_found");
  expect((await other.chat.postMessage({ channel: "C8", text: "x" })).ok).toBe(true);
  expect((await other.auth.test()).team_id).toBe("T2");
});

describe("faults", () => {
  const post = () => client.chat.postMessage({ channel: "C1", text: "card" });

  test("a rate limit reaches the client with its seconds, and nothing is posted", async () => {
    slack.faults.next("chat.postMessage", { ratelimited: 30 });
    await expect(post()).rejects.toMatchObject({ code: ErrorCode.RateLimitedError, retryAfter: 30 });
    expect(slack.messages("C1")).toEqual([]);
    expect((await post()).ok).toBe(true);
  });

  test("a cut after accepting leaves the message stored", async () => {
    slack.faults.next("chat.postMessage", "cut");
    await expect(post()).rejects.toMatchObject({ code: ErrorCode.RequestError });
    expect(slack.messages("C1")).toMatchObject([{ text: "card" }]);
  });

  test("a dropped call, a 503 and an unanswered call leave nothing", async () => {
    slack.faults.next("chat.postMessage", "drop");
    await expect(post()).rejects.toMatchObject({ code: ErrorCode.RequestError });
    slack.faults.next("chat.postMessage", { status: 503 });
    await expect(post()).rejects.toMatchObject({ code: ErrorCode.HTTPError, statusCode: 503 });
    slack.faults.next("chat.postMessage", "hang");
    const hanging = new AbortController();
    const call = fetch(`${slack.apiUrl}chat.postMessage`, { method: "POST", signal: hanging.signal });
    await slack.until(() => slack.calls("chat.postMessage").length === 3);
    hanging.abort();
    await expect(call).rejects.toThrow();
    expect(slack.messages("C1")).toEqual([]);
    expect(slack.calls("chat.postMessage").map(({ status }) => status)).toEqual([null, 503, null]);
  });

  test("a fault can last, and be about some calls only", async () => {
    const stop = slack.faults.always("*", { error: "fatal_error" }, (args) => args.channel === "C1");
    expect(await refusal(post())).toBe("fatal_error");
    expect(await refusal(post())).toBe("fatal_error");
    expect((await client.auth.test()).ok).toBe(true);
    stop();
    expect((await post()).ok).toBe(true);
  });

  test("documented limits hold by the peer's clock: one post a second and conversation", async () => {
    slack.channel("C2", { name: "other" });
    slack.limits.on();
    expect((await post()).ok).toBe(true);
    await expect(post()).rejects.toMatchObject({ code: ErrorCode.RateLimitedError, retryAfter: 1 });
    expect((await client.chat.postMessage({ channel: "C2", text: "x" })).ok).toBe(true);
    now += 1_001;
    expect((await post()).ok).toBe(true);
  });
});

describe("views", () => {
  const modal = (title: string) => ({ type: "modal" as const, title: plain(title), blocks: [section("Hello")] });

  async function trigger(): Promise<string> {
    await client.chat.postMessage({ channel: "C1", text: "card", blocks: CARD as KnownBlock[] });
    const card = slack.messages("C1").at(-1);
    if (card === undefined) throw new Error("no card");
    return String((await slack.click("U1", card, "Revise")).payload.trigger_id);
  }

  test("a trigger opens one view, within three seconds", async () => {
    const used = await trigger();
    expect((await client.views.open({ trigger_id: used, view: modal("One") })).ok).toBe(true);
    expect(await refusal(client.views.open({ trigger_id: used, view: modal("Two") }))).toBe("exchanged_trigger_id");
    const late = await trigger();
    now += 3_001;
    expect(await refusal(client.views.open({ trigger_id: late, view: modal("Two") }))).toBe("expired_trigger_id");
    expect(await refusal(client.views.open({ trigger_id: "1.2.x", view: modal("Two") }))).toBe("invalid_trigger_id");
    expect(slack.modals("U1").map(({ title }) => title?.text)).toEqual(["One"]);
  });

  test("an update needs a view that is open and, where a hash is given, unchanged", async () => {
    const { view } = await client.views.open({ trigger_id: await trigger(), view: modal("One") });
    const id = view?.id ?? "";
    const hash = view?.hash ?? "";
    expect((await client.views.update({ view_id: id, hash, view: modal("Two") })).ok).toBe(true);
    expect(await refusal(client.views.update({ view_id: id, hash, view: modal("Three") }))).toBe("hash_conflict");
    await slack.dismiss("U1", { id });
    expect(await refusal(client.views.update({ view_id: id, view: modal("Three") }))).toBe("not_found");
  });

  test("a home tab is published where the manifest has one", async () => {
    const home = { type: "home" as const, blocks: [section("Nothing waits.")] };
    expect((await client.views.publish({ user_id: "U1", view: home })).ok).toBe(true);
    expect(slack.homeView("U1")).toMatchObject({ blocks: [{ text: { text: "Nothing waits." } }] });
    expect(slack.modals("U1")).toEqual([]);
  });
});

describe("a response_url", () => {
  const use = (url: string, body: unknown) => fetch(url, { method: "POST", body: JSON.stringify(body) });

  test("answers five times", async () => {
    const url = slack.responseUrl("U1", "C1");
    for (let time = 0; time < 5; time += 1) expect((await use(url, { text: "hi" })).status).toBe(200);
    expect(await (await use(url, { text: "hi" })).json()).toEqual({ ok: false, error: "used_url" });
    expect(slack.ephemerals("U1")).toHaveLength(5);
  });

  test("answers for thirty minutes", async () => {
    const url = slack.responseUrl("U1", "C1");
    now += 30 * 60_000 + 1;
    const late = await use(url, { text: "hi" });
    expect([late.status, await late.json()]).toEqual([404, { ok: false, error: "expired_url" }]);
  });

  test("replaces or removes the message that it came from, and posts for all when asked", async () => {
    const { ts = "" } = await client.chat.postMessage({ channel: "C1", text: "card", blocks: CARD });
    const url = slack.responseUrl("U1", "C1", ts);
    await use(url, { text: "done", replace_original: true });
    expect(slack.messages("C1")).toMatchObject([{ ts, text: "done" }]);
    await use(url, { text: "for all", response_type: "in_channel" });
    await use(url, { delete_original: true });
    expect(slack.messages("C1")).toMatchObject([{ text: "for all" }]);
    const wrong = await use(url, { blocks: [{ type: "dance" }] });
    expect([wrong.status, await wrong.json()]).toEqual([400, { ok: false, error: "invalid_blocks" }]);
  });
});
