/** The gateway as the real discord.js meets it: its sessions, what it loses, what comes twice or late. */
import { once } from "node:events";
import { Events, GatewayIntentBits, type Interaction } from "discord.js";
import { describe, expect, onTestFinished, test } from "vitest";
import { bot, login } from "./bot.ts";
import { fakeDiscord } from "./index.ts";

/** The library waits 5 s between identifies of one shard; tests need not. */
const hasty = { ws: { buildIdentifyThrottler: () => ({ waitForIdentify: async () => {} }) } };
const button = {
  components: [{ type: 1, components: [{ type: 2 as const, style: 1, custom_id: "a", label: "Go" }] }],
  content: "x",
};
const take = async (interaction: Interaction) => interaction.isButton() && interaction.deferUpdate();

async function post(
  discord: { general: { id: string }; message(id: string): unknown },
  client: { rest: { post(path: `/${string}`, options: object): Promise<unknown> } },
) {
  return (await client.rest.post(`/channels/${discord.general.id}/messages`, { body: button })) as { id: string };
}

describe("a session", () => {
  test("that was torn is resumed, and what it missed comes after", async () => {
    const { discord, client } = await bot(take);
    const alice = discord.user("Alice");
    const message = await post(discord, client);
    discord.gateway.drop();
    await discord.until(() => discord.gateway.connected() === 0);
    const press = await discord.click(alice, message, "Go");
    expect(press.answer).toBe("deferred-update");
    expect([discord.gateway.resumes, discord.identifies.length]).toEqual([1, 1]);
  });

  test("is resumed after op 7, and after a resumable op 9", async () => {
    const { discord } = await bot(take);
    discord.gateway.reconnect();
    await discord.until(() => discord.gateway.resumes === 1);
    discord.gateway.invalidate(true);
    await discord.until(() => discord.gateway.resumes === 2);
    expect(discord.identifies).toHaveLength(1);
  });

  test("that is void costs another identify", async () => {
    const { discord, client } = await bot(take, { budget: 10 }, hasty);
    const message = await post(discord, client);
    discord.gateway.invalidate(false);
    await discord.until(() => discord.gateway.connected() === 1 && discord.identifies.length === 2);
    expect((await discord.click(discord.user("Alice"), message, "Go")).answer).toBe("deferred-update");
    expect(discord.gateway.resumes).toBe(0);
    expect(await client.rest.get("/gateway/bot")).toMatchObject({ session_start_limit: { total: 10, remaining: 8 } });
  });

  test("whose connection is a zombie is noticed by its heartbeat and resumed", async () => {
    const { discord } = await bot(take, { heartbeat: 150 });
    discord.gateway.freeze();
    expect(discord.gateway.connected()).toBe(0);
    await discord.until(() => discord.gateway.resumes === 1);
    expect(discord.gateway.connected()).toBe(1);
  });

  test("is refused for an intent that the portal has not switched on", async () => {
    const discord = await fakeDiscord();
    onTestFinished(() => discord.close());
    const intents = [GatewayIntentBits.Guilds, GatewayIntentBits.MessageContent];
    await expect(login(discord, async () => {}, { intents })).rejects.toThrow("disallowed intents");
  });

  test("with the content intent reads what nobody addressed to the bot", async () => {
    const intents = [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.MessageContent];
    const { discord, client } = await bot(async () => {}, { privileged: ["messageContent"] }, { intents });
    const heard: string[] = [];
    client.on(Events.MessageCreate, ({ content }) => heard.push(content));
    discord.say(discord.user("Alice"), discord.general, "go on");
    await discord.until(() => heard.length === 1);
    expect(heard).toEqual(["go on"]);
  });
});

test("two connections of one shard each receive every event, and the second answer is 40060", async () => {
  const codes: unknown[] = [];
  const both = async (interaction: Interaction) => {
    if (interaction.isButton()) await interaction.deferUpdate().catch(({ code }) => codes.push(code));
  };
  const { discord, client } = await bot(both);
  await login(discord, both);
  expect(discord.gateway.connected()).toBe(2);
  const message = await post(discord, client);
  await discord.click(discord.user("Alice"), message, "Go");
  await discord.until(() => codes.length === 1);
  expect([codes, discord.acks.length, discord.identifies.length]).toEqual([[40060], 1, 2]);
});

test("an event may come several times, or too late to be answered", async () => {
  const codes: unknown[] = [];
  const { discord, client } = await bot(async (interaction) => {
    if (interaction.isButton()) await interaction.deferUpdate().catch(({ code }) => codes.push(code));
  });
  const alice = discord.user("Alice");
  const message = await post(discord, client);
  discord.faults.duplicates("INTERACTION_CREATE", 3);
  await discord.click(alice, message, "Go");
  await discord.until(() => codes.length === 2);
  discord.faults.late("INTERACTION_CREATE", 50);
  const press = discord.click(alice, message, "Go");
  discord.pass(3_001);
  expect((await press).answer).toBe("failed");
  await discord.until(() => codes.length === 3);
  expect(codes).toEqual([40060, 40060, 10062]);
});

test("one identify too many in a day voids the token and every session", async () => {
  const { discord, client } = await bot(take, { budget: 1 });
  // The library asks how many are left and refuses to go on; a client that does not is punished.
  await expect(login(discord, take)).rejects.toThrow("Not enough sessions remaining");
  expect(discord.gateway.connected()).toBe(1);
  const socket = new WebSocket(discord.api.replace(/^http(.*)\/api$/, "ws$1/gateway"));
  await once(socket, "open");
  socket.send(JSON.stringify({ op: 2, d: { token: discord.token, intents: 1, properties: {} } }));
  const [{ code }] = await once(socket, "close");
  expect([code, discord.gateway.connected(), discord.identifies.length]).toEqual([4004, 0, 2]);
  await expect(client.rest.get("/users/@me")).rejects.toMatchObject({ status: 401 });
});
