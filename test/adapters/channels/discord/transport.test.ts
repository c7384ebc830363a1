import { describe, expect, test } from "vitest";
import { countInvalids } from "../../../../adapters/channels/discord/budget.ts";
import { isAmbiguous, NotYet, Refused } from "../../../../adapters/channels/discord/faults.ts";
import { makeSend } from "../../../../adapters/channels/discord/send.ts";
import { CARD, card, peer, requestsOf, wired } from "./wired.ts";

const POST = "POST /channels/:channel/messages";

/** What a request came to, in words. */
async function outcome(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "done";
  } catch (error) {
    if (error instanceof NotYet) return `not before ${Math.round(error.after / 100) / 10} s`;
    if (error instanceof Refused) return `${error.status}/${error.code}${isAmbiguous(error) ? ", perhaps done" : ""}`;
    throw error;
  }
}

describe("a request to Discord", () => {
  test("is sent once, whatever comes of it", async () => {
    const discord = await peer();
    const { wire } = await wired(discord);
    const post = () => outcome(wire.createMessage(discord.general.id, CARD));
    discord.faults.fails(POST, 500);
    expect(await post()).toBe("500/0, perhaps done");
    discord.faults.fails(POST, 503);
    expect(await post()).toBe("503/0, perhaps done");
    discord.faults.losesAnswer(POST);
    expect(await post()).toBe("502/0, perhaps done");
    discord.faults.cutsBefore(POST);
    expect(await post()).toBe("0/0, perhaps done");
    discord.faults.cutsAfter(POST);
    expect(await post()).toBe("0/0, perhaps done");
    expect(requestsOf(discord, POST)).toBe(5);
    // Those two that were carried out although their answers got lost.
    expect(discord.messages(discord.general)).toHaveLength(2);
  });

  test("mentions nobody, whatever it says", async () => {
    const discord = await peer();
    const { wire } = await wired(discord);
    const alice = discord.user("Alice");
    const loud = { content: `@everyone <@${alice.id}> <@&${discord.home.id}>` };
    const { id } = await wire.createMessage(discord.general.id, loud);
    await wire.createMessage(discord.general.id, loud, { replyTo: id });
    await wire.editMessage(discord.general.id, id, loud);
    const thread = await wire.startThread(discord.general.id, id, "thread");
    await wire.createMessage(thread.id, loud);
    await wire.createMessage((await wire.openDm(alice.id)).id, loud);
    expect([discord.pings, discord.unguarded]).toEqual([[], []]);
  });

  test("is not held up by a channel that Discord limits, and says at once when to come again", async () => {
    const discord = await peer();
    const { wire } = await wired(discord);
    const other = discord.channel("other");
    discord.limits.set(POST, { limit: 1, per: 30 });
    const began = performance.now();
    const all = await Promise.all([
      ...[1, 2, 3].map(() => outcome(wire.createMessage(discord.general.id, CARD))),
      outcome(wire.createMessage(other.id, CARD)),
    ]);
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(all.slice(0, 1)).toEqual(["done"]);
    expect(all.slice(1, 3).every((each) => /^not before (29|30)/.test(each))).toBe(true);
    expect(all[3]).toBe("done");
  });

  test("hears how long the edits of old messages have to wait", async () => {
    const discord = await peer();
    const bot = await wired(discord);
    const { id } = await card(bot, discord);
    discord.limits.oldEdits(0);
    discord.pass(2 * 3_600_000);
    expect(await outcome(bot.wire.editMessage(discord.general.id, id, CARD))).toMatch(/^not before 3\d{3}/);
  });

  test("is kept back for a minute after the address was shut out", async () => {
    const discord = await peer();
    const clock = { now: 1_000 };
    const send = makeSend({ token: discord.token, apiUrl: discord.api }, () => clock.now);
    const ask = () => outcome(send({ method: "GET", path: `/channels/${discord.general.id}` }));
    discord.faults.refuses("GET /channels/:channel", 0, "error code: 1015", 429);
    expect(await ask()).toBe("not before 60 s");
    clock.now += 59_000;
    expect(await ask()).toBe("not before 1 s");
    clock.now += 1_000;
    expect(await ask()).toBe("done");
  });

  test("is kept back for as long as too many were refused lately, but for answers to people", async () => {
    const discord = await peer();
    const clock = { now: 1_000 };
    const invalids = countInvalids(() => clock.now);
    for (let count = 0; count < 1_998; count += 1) invalids.count();
    const send = makeSend({ token: discord.token, apiUrl: discord.api }, () => clock.now, invalids);
    const ask = () => outcome(send({ method: "GET", path: `/channels/${discord.general.id}` }));
    discord.faults.refuses("GET /channels/:channel", 50_001, "Missing Access", 403);
    expect(await ask()).toBe("403/50001");
    expect(await ask()).toBe("done");
    discord.faults.limits("GET /channels/:channel", 1);
    expect(await ask()).toBe("not before 1.1 s");
    expect(await ask()).toBe("not before 600 s");
    expect(await outcome(send({ method: "POST", path: "/interactions/1/t/callback", auth: false }))).toBe("404/10062");
    clock.now += 600_001;
    expect(await ask()).toBe("done");
  });

  test("is not repeated for a minute when the token is refused, and works again with the same token", async () => {
    const discord = await peer();
    const clock = { now: 1_000 };
    const send = makeSend({ token: discord.token, apiUrl: discord.api }, () => clock.now);
    const ask = () => outcome(send({ method: "GET", path: `/channels/${discord.general.id}` }));
    discord.faults.fails("GET /channels/:channel", 401);
    expect(await ask()).toBe("401/0");
    for (let count = 0; count < 5; count += 1) expect(await ask()).toBe("401/0");
    expect(discord.limits.invalid()).toBe(1);
    clock.now += 60_000;
    expect(await ask()).toBe("done");
  });

  test("gives up by itself on a Discord that takes and never answers", async () => {
    const discord = await peer();
    const { wire } = await wired(discord);
    const alice = discord.user("Alice");
    discord.faults.delays("GET /guilds/:guild/members/:user", Number.POSITIVE_INFINITY);
    expect(await outcome(wire.member(discord.home.id, alice.id, 200))).toBe("0/0, perhaps done");
    expect(await outcome(wire.member(discord.home.id, alice.id, 200))).toBe("done");
  });
});

describe("a message", () => {
  test("comes once for one nonce", async () => {
    const discord = await peer();
    const { wire } = await wired(discord);
    const first = await wire.createMessage(discord.general.id, CARD, { nonce: "one" });
    const second = await wire.createMessage(discord.general.id, CARD, { nonce: "one" });
    expect(second.id).toBe(first.id);
    expect(discord.messages(discord.general)).toHaveLength(1);
  });

  test("brings files, and loses those that its next picture does not have", async () => {
    const discord = await peer();
    const { wire } = await wired(discord);
    const withFile = {
      ...CARD,
      components: [...(CARD.components ?? []), { type: 13, file: { url: "attachment://all.txt" } }],
      files: [{ name: "all.txt", data: "everything" }],
    };
    const { id } = await wire.createMessage(discord.general.id, withFile);
    const [attachment] = discord.message(id)?.attachments ?? [];
    expect(String(discord.file(attachment ?? ""))).toBe("everything");
    await wire.editMessage(discord.general.id, id, CARD);
    expect(discord.message(id)?.attachments).toEqual([]);
    await wire.editMessage(discord.general.id, id, withFile);
    expect(discord.message(id)?.attachments).toHaveLength(1);
  });

  test("has one thread, however often it is begun", async () => {
    const discord = await peer();
    const bot = await wired(discord);
    const { id } = await card(bot, discord);
    const [one, two] = [
      await bot.wire.startThread(discord.general.id, id, "talk"),
      await bot.wire.startThread(discord.general.id, id, "talk"),
    ];
    expect([one.id, two.id]).toEqual([id, id]);
  });
});

describe("which server is served", () => {
  test("is the only one there is, or those that are named", async () => {
    const discord = await peer();
    expect((await wired(discord)).wire.home.guilds).toEqual([discord.home.id]);
    const other = discord.guild("Other");
    await expect(wired(discord)).rejects.toMatchObject({ code: -4 });
    expect((await wired(discord, { guilds: [other.id] })).wire.home.guilds).toEqual([other.id]);
    const named = await wired(discord, { guilds: [discord.home.id, "999999999999999999"] });
    expect(named.wire.home.guilds).toEqual([discord.home.id]);
    expect(named.reports[0]).toContain("is not in the server 999999999999999999");
    await expect(wired(discord, { guilds: ["999999999999999999"] })).rejects.toMatchObject({ code: 10_004 });
  });
});
