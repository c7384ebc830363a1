/** The faults that a test can arm, as the real discord.js lives through them. */
import { Routes } from "discord.js";
import { describe, expect, test } from "vitest";
import { bot } from "./bot.ts";

const POST = "POST /channels/:channel/messages";
const PATCH = "PATCH /channels/:channel/messages/:message";
const patient = { rest: { retries: 2 } };
const strict = { rest: { rejectOnRateLimit: () => true } };
const body = { content: "card", nonce: "c1", enforce_nonce: true, allowed_mentions: { parse: [] } };

describe("a post", () => {
  test("that fails with a 503 is sent again by the library, and told when it may not", async () => {
    const { discord, client } = await bot(undefined, {}, patient);
    discord.faults.fails(POST, 503, 2);
    await client.rest.post(Routes.channelMessages(discord.general.id), { body });
    expect(discord.requests.filter(({ route }) => route === POST).map(({ status }) => status)).toEqual([503, 503, 200]);
    discord.faults.fails(POST, 500, 3);
    await expect(client.rest.post(Routes.channelMessages(discord.general.id), { body })).rejects.toMatchObject({
      status: 500,
    });
    expect(discord.messages(discord.general)).toHaveLength(1);
  });

  test("whose answer is lost or cut off was accepted: with the nonce it stays one message, without it there are two", async () => {
    const { discord, client } = await bot(undefined, {}, patient);
    const path = Routes.channelMessages(discord.general.id);
    discord.faults.losesAnswer(POST);
    await client.rest.post(path, { body });
    discord.faults.cutsAfter(POST);
    await expect(client.rest.post(path, { body })).rejects.toThrow("other side closed");
    await client.rest.post(path, { body });
    expect(discord.messages(discord.general)).toHaveLength(1);
    discord.faults.losesAnswer(POST);
    await client.rest.post(path, { body: { content: "card" } });
    expect(discord.messages(discord.general)).toHaveLength(3);
    discord.faults.cutsBefore(POST);
    await expect(client.rest.post(path, { body: { content: "never" } })).rejects.toThrow();
    expect(discord.messages(discord.general)).toHaveLength(3);
  });

  test("that is limited says for how long, whether a fault or a full bucket limits it", async () => {
    const { discord, client } = await bot(undefined, {}, strict);
    const path = Routes.channelMessages(discord.general.id);
    discord.faults.limits(POST, 600);
    await expect(client.rest.post(path, { body })).rejects.toMatchObject({ retryAfter: expect.closeTo(600_000, -3) });
    const raw = (id: string) =>
      fetch(`${discord.api}/v10/channels/${id}/messages`, {
        method: "POST",
        headers: { authorization: `Bot ${discord.token}`, "content-type": "application/json" },
        body: JSON.stringify({ content: "x" }),
      });
    discord.limits.set(POST, { limit: 2, per: 5 });
    const statuses = [];
    for (const _ of [1, 2, 3]) statuses.push((await raw(discord.general.id)).status);
    const full = await raw(discord.general.id);
    expect([...statuses, full.status]).toEqual([200, 200, 429, 429]);
    expect([full.headers.get("retry-after"), full.headers.get("x-ratelimit-scope")]).toEqual(["5", "user"]);
    expect(await full.json()).toMatchObject({ global: false, retry_after: expect.any(Number) });
    // Another channel has a bucket of its own, and this one is full again later.
    expect((await raw(discord.channel("other").id)).status).toBe(200);
    discord.pass(5_000);
    expect((await raw(discord.general.id)).status).toBe(200);
    expect(discord.limits.invalid()).toBe(3);
    // Discord's own figure: five messages in five seconds.
    discord.limits.real();
    discord.pass(5_000);
    const real = await Promise.all(Array.from({ length: 6 }, () => raw(discord.general.id)));
    expect(real.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 429]);
  });
});

test("an edit of a message older than an hour is limited by 30046", async () => {
  const { discord, client } = await bot(undefined, {}, strict);
  const { id } = (await client.rest.post(Routes.channelMessages(discord.general.id), { body })) as { id: string };
  discord.limits.oldEdits(1);
  const edit = () => client.rest.patch(Routes.channelMessage(discord.general.id, id), { body: { content: "settled" } });
  await edit();
  discord.pass(3_600_000);
  await edit();
  await expect(edit()).rejects.toMatchObject({ retryAfter: expect.closeTo(3_600_000, -5) });
  expect(discord.requests.filter(({ route }) => route === PATCH).at(-1)).toMatchObject({ status: 429, code: 30046 });
});

test("an outage refuses everything until it is over, and the session comes back", async () => {
  const { discord, client } = await bot();
  discord.faults.outage(true);
  await discord.until(() => discord.gateway.connected() === 0);
  await expect(client.rest.get("/users/@me")).rejects.toMatchObject({ status: 503 });
  discord.faults.outage(false);
  await discord.until(() => discord.gateway.connected() === 1, "a connection", 10_000);
  expect(discord.gateway.resumes).toBe(1);
});

test("a wrong token is refused, and an unknown route does not exist", async () => {
  const { discord } = await bot();
  const get = async (path: string, token: string) =>
    (await fetch(`${discord.api}${path}`, { headers: { authorization: `Bot ${token}` } })).status;
  expect([
    await get("/users/@me", "other"),
    await get("/users/@me", discord.token),
    await get("/nowhere", discord.token),
  ]).toEqual([401, 200, 404]);
});
