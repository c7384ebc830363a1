import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { openMemory } from "../../../../adapters/stores/memory/index.ts";
import type { Discord } from "../../../peers/discord/index.ts";
import { card, peer, wired } from "./wired.ts";

/** Guilds, messages in them, and direct messages. */
const INTENTS = (1 << 0) | (1 << 9) | (1 << 12);

function identified(discord: Discord): number[] {
  return discord.identifies.map(({ intents }) => intents);
}

describe("the gateway", () => {
  test("is asked for guilds, messages and direct messages, and for nothing more", async () => {
    const discord = await peer({ privileged: ["messageContent", "members"] });
    const { states } = await wired(discord);
    expect(identified(discord)).toEqual([INTENTS]);
    expect(states).toEqual([true]);
  });

  test("is asked for what people write where that is set and granted", async () => {
    const discord = await peer({ privileged: ["messageContent"] });
    const bot = await wired(discord, { content: true });
    expect(identified(discord)).toEqual([INTENTS | (1 << 15)]);
    expect(bot.wire.home.content).toBe(true);
  });

  test("does without what people write where it is set but not granted, and says so", async () => {
    const discord = await peer();
    const bot = await wired(discord, { content: true });
    expect(identified(discord)).toEqual([INTENTS]);
    expect(bot.wire.home.content).toBe(false);
    expect(bot.reports[0]).toContain("Message Content Intent is not switched on");
  });

  test("brings presses and messages as Discord tells them", async () => {
    const discord = await peer();
    const bot = await wired(discord);
    const alice = discord.user("Alice");
    const press = await discord.click(alice, await card(bot, discord), "Approve");
    expect(press.answer).toBe("message");
    expect(press.text()).toBe("ok");
    expect(bot.pressed).toMatchObject([{ type: 3, id: press.id, member: { user: { id: alice.id } } }]);
    const { id } = discord.say(alice, discord.general, `<@${discord.bot.id}> hello`);
    await discord.until(() => bot.said.some((each) => each.id === id), "the message");
  });

  test.each([
    ["the line breaks", (discord: Discord) => discord.gateway.drop()],
    ["Discord asks for a new connection", (discord: Discord) => discord.gateway.reconnect()],
    ["the session is refused for a moment", (discord: Discord) => discord.gateway.invalidate(true)],
    ["an unknown error closes it", (discord: Discord) => discord.gateway.drop(4_000)],
    ["an unheard-of code closes it", (discord: Discord) => discord.gateway.drop(4_999)],
  ])("is resumed when %s, and what was said meanwhile still comes", async (_, disturb) => {
    const discord = await peer();
    const bot = await wired(discord);
    const alice = discord.user("Alice");
    disturb(discord);
    const { id } = discord.say(alice, discord.general, `<@${discord.bot.id}> still there?`);
    await discord.until(() => bot.said.some((each) => each.id === id), "what was said in between");
    expect(discord.gateway.resumes).toBe(1);
    expect(discord.identifies).toHaveLength(1);
    await discord.until(() => bot.states.join() === "true,false,true", "the state");
    const press = await discord.click(alice, await card(bot, discord), "Approve");
    expect(press.text()).toBe("ok");
  });

  test("is identified to again when the session is forgotten, timed out, closed for good, or its sequence wrong", async () => {
    const ends = [
      (discord: Discord) => discord.gateway.invalidate(false),
      (discord: Discord) => discord.gateway.drop(4_007),
      (discord: Discord) => discord.gateway.drop(4_009),
      (discord: Discord) => discord.gateway.drop(1_000),
    ];
    const answers = ends.map(async (end) => {
      const discord = await peer();
      const bot = await wired(discord);
      end(discord);
      await discord.until(() => discord.identifies.length === 2 && discord.gateway.connected() === 1, "a new session");
      const press = await discord.click(discord.user("Alice"), await card(bot, discord), "Approve");
      return press.text();
    });
    expect(await Promise.all(answers)).toEqual(["ok", "ok", "ok", "ok"]);
  });

  test("is left and resumed when it answers no heartbeat any more", async () => {
    const discord = await peer({ heartbeat: 150 });
    const bot = await wired(discord);
    discord.gateway.freeze();
    await discord.until(() => discord.gateway.resumes === 1, "a resume");
    expect(bot.reports).toContain("the gateway's connection has ended: it does not answer heartbeats");
    const press = await discord.click(discord.user("Alice"), await card(bot, discord), "Approve");
    expect(press.text()).toBe("ok");
  });

  test("is not knocked at without pause when the token is refused", async () => {
    const discord = await peer();
    const bot = await wired(discord);
    discord.gateway.drop(4_004);
    await discord.until(() => bot.states.length === 2, "the end");
    await pause(600);
    expect(discord.identifies).toHaveLength(1);
    expect(bot.reports).toEqual([
      "the gateway's connection has ended: Discord does not take the bot token: check DISCORD_TOKEN",
    ]);
  });

  test("is connected to once Discord is back, when it was away from the start of the connection", async () => {
    const discord = await peer();
    const bot = await wired(discord);
    discord.faults.outage(true);
    await discord.until(() => bot.reports.some((line) => line.includes("cannot be reached")), "a failed attempt");
    discord.faults.outage(false);
    await discord.until(() => bot.wire.isUp(), "the return");
  });
});

describe("identifies", () => {
  test("wait for the day's budget when it is spent, and are spent by all replicas from one", async () => {
    const discord = await peer();
    const { shelf } = openMemory();
    const clock = { now: Date.now() };
    await shelf.set(`discord:identifies:${discord.application}`, `0.5:${clock.now}`);
    const bot = await wired(discord, { shelf, clock: () => clock.now });
    const other = await wired(discord, { shelf, clock: () => clock.now });
    expect([bot.wire.isUp(), other.wire.isUp(), discord.identifies.length]).toEqual([false, false, 0]);
    expect(bot.reports).toContain("the gateway's connection has ended: no identify is left for now");
    await bot.wire.stop();
    await other.wire.stop();
    clock.now += 6 * 60_000;
    const later = await wired(discord, { shelf, clock: () => clock.now });
    expect([later.wire.isUp(), discord.identifies.length]).toEqual([true, 1]);
  });

  test("are not tried where Discord itself says that none is left", async () => {
    const discord = await peer({ budget: 0 });
    const bot = await wired(discord);
    expect([bot.wire.isUp(), discord.identifies.length]).toEqual([false, 0]);
    expect(bot.reports).toEqual([expect.stringContaining("Discord takes no identify for another")]);
  });
});

describe("two replicas", () => {
  test("hold one connection between them, and both know that people reach somebody", async () => {
    const discord = await peer();
    const { shelf } = openMemory();
    const first = await wired(discord, { shelf });
    const second = await wired(discord, { shelf });
    await discord.until(() => second.wire.isUp(), "the second to hear of the first");
    expect([first.wire.isUp(), discord.gateway.connected(), discord.identifies.length]).toEqual([true, 1, 1]);
    const { id } = discord.say(discord.user("Alice"), discord.general, `<@${discord.bot.id}> who hears me?`);
    await discord.until(() => first.said.some((each) => each.id === id), "the message");
    expect(second.said).toEqual([]);
  });

  test("hand the session over, and nothing that was said in between is missed", async () => {
    const discord = await peer();
    const { shelf } = openMemory();
    const first = await wired(discord, { shelf });
    const second = await wired(discord, { shelf });
    const alice = discord.user("Alice");
    discord.say(alice, discord.general, `<@${discord.bot.id}> one`);
    await discord.until(() => first.said.length === 1, "the first message");
    await first.wire.stop();
    await discord.until(() => discord.gateway.connected() === 0, "the line to be closed");
    const { id } = discord.say(alice, discord.general, `<@${discord.bot.id}> two`);
    await discord.until(() => second.said.some((each) => each.id === id), "the second message");
    expect(second.said).toHaveLength(1);
    expect([discord.gateway.resumes, discord.identifies.length]).toEqual([1, 1]);
  });

  test("bring what was in hand again when its handler did not live to finish it", async () => {
    const discord = await peer();
    const { shelf } = openMemory();
    const dying = await wired(discord, { shelf, handlers: { said: () => new Promise(() => {}) } });
    const { id } = discord.say(discord.user("Alice"), discord.general, `<@${discord.bot.id}> take this`);
    await pause(50);
    await dying.wire.stop();
    const next = await wired(discord, { shelf });
    await discord.until(() => next.said.some((each) => each.id === id), "it to come again");
  });
});

describe("a press", () => {
  test("that comes twice is handled once", async () => {
    const discord = await peer();
    const bot = await wired(discord);
    const message = await card(bot, discord);
    discord.faults.duplicates("INTERACTION_CREATE", 3);
    const press = await discord.click(discord.user("Alice"), message, "Approve");
    expect(press.text()).toBe("ok");
    expect(bot.pressed).toHaveLength(1);
  });

  test("that nobody answers in time is answered before Discord gives up", async () => {
    const discord = await peer();
    const bot = await wired(discord, { handlers: { press: () => new Promise(() => {}) } });
    const press = await discord.click(discord.user("Alice"), await card(bot, discord), "Approve");
    expect(press.text()).toContain("press again if it still waits");
    expect(press.latency).toBeLessThan(3_000);
  });

  test("whose handler fails is answered, and the connection stays", async () => {
    const discord = await peer();
    const bot = await wired(discord, { handlers: { press: () => Promise.reject(new Error("boom")) } });
    const press = await discord.click(discord.user("Alice"), await card(bot, discord), "Approve");
    expect(press.text()).toContain("Not recorded");
    expect(bot.wire.isUp()).toBe(true);
  });

  test("during a short break is answered after the resume", async () => {
    const discord = await peer();
    const bot = await wired(discord);
    const message = await card(bot, discord);
    discord.gateway.drop();
    const press = await discord.click(discord.user("Alice"), message, "Approve");
    expect(press.answer).toBe("deferred-update");
    await press.says("ok");
  });

  test("that its presser was told had failed is not acted on when it comes late", async () => {
    const discord = await peer();
    const bot = await wired(discord);
    const message = await card(bot, discord);
    discord.faults.outage(true);
    const pressing = discord.click(discord.user("Alice"), message, "Approve");
    discord.pass(3_100);
    expect((await pressing).answer).toBe("failed");
    discord.faults.outage(false);
    await discord.until(() => bot.reports.some((line) => line.includes("too late")), "the late press");
    expect(bot.pressed).toEqual([]);
  });
});
