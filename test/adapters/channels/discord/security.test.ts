import { describe, expect, it } from "vitest";
import { press } from "../../../../adapters/channels/discord/press.ts";
import { hear } from "../../../../adapters/channels/discord/replies.ts";
import { submit } from "../../../../adapters/channels/discord/submit.ts";
import { signHandle } from "../../../../src/handle.ts";
import { type Bot, CONFIRM, formOf, isAnswer, told, withBot, wordsOf } from "./bot.ts";
import { ALICE, APPLICATION, asked, BOB } from "./hands.ts";

const LONG = process.env.HITL_TEST_LONG === "1";

function shuffled<T>(items: readonly T[], seed: number): T[] {
  let state = seed;
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fff_ffff;
    return state;
  };
  return items
    .map((item) => [next(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}

describe("what is delivered again", () => {
  it("has one effect, in whatever order 1,000 copies come, also to a replica that never saw the first", async () => {
    const { parts, id, button, reply, form, handle, settled } = await asked({
      ...CONFIRM,
      quorum: 2,
      approvers: ["person:bob", "person:alice"],
    });
    const acts = [
      { hand: press, body: button(BOB, `act:${handle("proceed")}`) },
      { hand: hear, body: reply(ALICE, "a comment") },
    ];
    for (const { hand, body } of acts) await hand(parts, body);
    const copies = shuffled(
      Array.from({ length: LONG ? 2_000 : 700 }, (_, at) => acts[at % acts.length]),
      7,
    );
    for (const each of copies) await each?.hand(parts, each.body);
    await settled();
    const first = await parts.record(id);
    expect([first?.status, first?.votes.length, first?.comments.map(({ text }) => text)]).toEqual([
      "pending",
      1,
      ["a comment"],
    ]);
    const cancel = form(ALICE, `form:0:${handle("cancel")}`, { f0: "no" });
    await submit(parts, cancel);
    const ended = await parts.record(id);
    const later = [...acts, { hand: submit, body: cancel }];
    for (const each of shuffled(
      Array.from({ length: 300 }, (_, at) => later[at % 3]),
      11,
    ))
      await each?.hand(parts, each.body);
    await settled();
    const now = await parts.record(id);
    expect([now?.revision, now?.decision?.action, now?.decision?.reason]).toEqual([ended?.revision, "cancel", "no"]);
  });

  it("gets its first answer again, also after it has ended everything", async () => {
    const { parts, button, handle, told: answers } = await asked(CONFIRM);
    const body = button(BOB, `act:${handle("proceed")}`);
    await press(parts, body);
    await press(parts, body);
    await press(parts, button(BOB, `act:${handle("proceed")}`));
    const [first, again, other] = answers.map(({ words }) => words);
    expect([first?.slice(0, 30), again, other?.slice(0, 23)]).toEqual([
      "Approved by Bob in discord, 20",
      first,
      "Already resolved by Bob",
    ]);
  });

  it("is answered once where the same event comes many times", async () => {
    await withBot(async ({ discord, people, card: raise, read, log }: Bot) => {
      const { id, card } = await raise({ ...CONFIRM, quorum: 2 });
      discord.faults.duplicates("INTERACTION_CREATE", 100);
      const voted = await discord.click(people.bob, card, "Proceed");
      expect(told(voted)).toMatch(/^Recorded: 1 of 2/);
      discord.faults.duplicates("MESSAGE_CREATE", 100);
      const said = discord.reply(people.carol, card, "a comment");
      await discord.until(() => discord.messages(card.channel_id).some((each) => isAnswer(each, said)), "an answer");
      discord.faults.duplicates("INTERACTION_CREATE", 100);
      const form = formOf(await discord.click(people.carol, card, "Revise"));
      discord.faults.duplicates("INTERACTION_CREATE", 100);
      expect(told(await discord.submit(people.carol, form, { f0: "shorter" }))).toMatch(/^Sent back/);
      const { votes, comments, decision } = await read(id);
      expect([votes.length, comments.length, decision?.action]).toEqual([1, 1, "revise"]);
      expect(discord.messages(card.channel_id).filter((each) => isAnswer(each, said))).toHaveLength(1);
      expect(log()).not.toContain(discord.token);
    });
  });
});

describe("forged and altered handles", () => {
  it("decide nothing and end nothing: 10,000 of them, as buttons and as forms", { timeout: 120_000 }, async () => {
    const { parts, desk, id, handle, button, form, told: answers, reported } = await asked(CONFIRM);
    const other = await desk.raise({ ...CONFIRM, payload: { summary: "Another" } });
    if (other.type === "refused") throw new Error(other.detail);
    const values = [handle("proceed"), handle("revise")] as const;
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
    let tried = 0;
    for (let at = 0; tried < 10_000; at += 1) {
      const value = values[at % 2 === 0 ? 0 : 1];
      const place = (at * 7) % value.length;
      const letter = alphabet[(at * 13 + Math.floor(at / value.length)) % alphabet.length] ?? "x";
      const forged =
        at % 3 === 0
          ? value.replace(id, other.checkpoint.id).slice(0, -1) + letter
          : at % 3 === 1
            ? value.slice(0, place) + letter + value.slice(place + 1)
            : value.slice(0, place);
      if (forged === value || forged === "") continue;
      tried += 1;
      if (at % 2 === 0) await press(parts, button(BOB, `act:${forged}`));
      else await submit(parts, form(BOB, `form:0:${forged}`, { f0: "shorter" }));
    }
    expect([(await desk.record(id)).status, (await desk.record(other.checkpoint.id)).status]).toEqual([
      "pending",
      "pending",
    ]);
    expect([tried, answers.length, reported]).toEqual([10_000, 10_000, []]);
    expect(answers.every(({ type }) => type === "message" || type === "update")).toBe(true);
    // What they were made from is real.
    await submit(parts, form(BOB, `form:0:${values[1]}`, { f0: "shorter" }));
    expect((await desk.record(id)).decision?.action).toBe("revise");
  });

  it("approve nothing on a card that does not show all of it, real as they are", async () => {
    const command = `${"echo all is well; ".repeat(600)}rm -rf /`;
    const tool = { kind: "tool", payload: { tool_name: "run", tool_args: { command } }, approvers: ["person:bob"] };
    const { parts, desk, id, handle, button, told: answers } = await asked(tool);
    await press(parts, button(BOB, `act:${handle("proceed")}`));
    expect(answers[0]?.words).toMatch(/^Only \d+ of \d+ characters were shown here/);
    expect((await desk.record(id)).status).toBe("pending");
  });

  it("are good for one surface, one bot and one content only", async () => {
    const { parts, desk, id, button, told: answers } = await asked(CONFIRM);
    const { digest } = await desk.record(id);
    const own = { id, digest, action: "proceed", surface: "discord", workspace: APPLICATION } as const;
    for (const wrong of [
      { ...own, surface: "slack" } as const,
      { ...own, workspace: "1101" },
      { ...own, workspace: null },
      { ...own, digest: `sha256:${"0".repeat(64)}` },
    ])
      await press(parts, button(BOB, `act:${signHandle(parts.key, wrong)}`));
    await press(parts, button(BOB, `act:${signHandle(Buffer.alloc(32, 1), own)}`));
    expect((await desk.record(id)).status).toBe("pending");
    expect(answers.map(({ words }) => words.slice(0, 25))).toEqual(Array(5).fill("This card was out of date"));
  });
});

describe("a press that is not where it should be", () => {
  it("is refused in another channel, in another server, and by a program", async () => {
    await withBot(async ({ discord, people, card: raise, read }: Bot) => {
      const { id, card } = await raise(CONFIRM);
      const custom = JSON.stringify(card.components).match(/act:h1\.p\.[^"]+/)?.[0] ?? "";
      const elsewhere = discord.channel("elsewhere");
      const away = await discord.forge(people.bob, discord.say(people.bob, elsewhere, "hm"), custom);
      expect(told(away)).toMatch(/^This checkpoint was not sent to this conversation/);
      const abroad = discord.guild("Abroad");
      const place = discord.channel("deploys", { guild: abroad });
      const twin = discord.user("Bob", { guilds: [abroad] });
      const foreign = await discord.forge(twin, discord.say(twin, place, "hm"), custom);
      expect(told(foreign)).toMatch(/was not sent to this conversation|not connected to this bot/);
      const robot = discord.user("Robot", { bot: true });
      expect(told(await discord.forge(robot, card, custom))).toBe("Bots do not decide here.");
      expect((await read(id)).status).toBe("pending");
    });
  });

  it("is refused in a channel of the same name in another server, also where both are served", async () => {
    await withBot(async ({ discord, people, card: raise, read, restart, placed }: Bot) => {
      const second = discord.guild("Second");
      const twin = discord.channel("deploys", { guild: second });
      const dora = discord.user("Dora", { guilds: [second] });
      await restart({ DISCORD_GUILD: `${discord.home.id},${second.id}` });
      await discord.until(() => discord.gateway.connected() === 1, "the bot to be back");
      const approvers = ["group:sre", `discord:${dora.id}`];
      const { id, card } = await raise({ ...CONFIRM, approvers });
      await placed(id);
      const custom = JSON.stringify(card.components).match(/act:h1\.p\.[^"]+/)?.[0] ?? "";
      const { card: other } = await raise({ ...CONFIRM, approvers, route: [`discord:${twin.id}`] }, twin);
      for (const place of [other, discord.say(dora, twin, "hm")]) {
        expect(told(await discord.forge(dora, place, custom))).toMatch(/^This checkpoint was not sent/);
        expect(told(await discord.forge(dora, place, `see:${id}`))).toMatch(/^This card is not known here/);
      }
      expect((await read(id)).status).toBe("pending");
      await discord.click(people.bob, card, "Proceed");
      expect((await read(id)).status).toBe("resolved");
    });
  });

  it("is no full member's of another server, where everybody may decide", async () => {
    const env = { HITL_APPROVERS: "anyone" };
    await withBot(
      async ({ discord, people, card: raise, read, restart, placed }: Bot) => {
        const second = discord.guild("Second");
        const away = discord.channel("elsewhere", { guild: second });
        const dora = discord.user("Dora", { guilds: [second] });
        await restart({ DISCORD_GUILD: `${discord.home.id},${second.id}` });
        await discord.until(() => discord.gateway.connected() === 1, "the bot to be back");
        const { id, card } = await raise(CONFIRM);
        const content = "All is well. ".repeat(900);
        const preview = { kind: "preview", payload: { content }, route: [`discord:${away.id}`] };
        const { id: other, card: there } = await raise(preview, away);
        for (const each of [id, other]) await placed(each);
        expect(told(await discord.slash(dora, away, "/hitl pending scope:all"))).toBe("Nothing waits for you.");
        const own = JSON.stringify(card.components).match(/act:h1\.p\.[^"]+/)?.[0] ?? "";
        const [page] = (await discord.click(dora, there, "See all")).messages();
        expect(told(await discord.forge(dora, page ?? "", own))).toMatch(/may decide this/);
        expect((await read(id)).status).toBe("pending");
        await discord.click(dora, there, "Proceed");
        await discord.click(people.eve, card, "Proceed");
        expect([(await read(id)).status, (await read(other)).status]).toEqual(["resolved", "resolved"]);
      },
      { env },
    );
  });

  it("leaves the card alone that it says it is on", async () => {
    await withBot(async ({ discord, people, card: raise, read, placed }: Bot) => {
      const first = await raise({ ...CONFIRM, payload: { summary: "Publish it" } });
      const second = await raise({ ...CONFIRM, payload: { summary: "Drop the database" } });
      await placed(second.id);
      const handle = JSON.stringify(first.card.components).match(/act:h1\.p\.[^"]+/)?.[0] ?? "";
      for (const custom of [handle, `see:${first.id}`, `${handle.slice(0, -1)}x`]) {
        const forged = await discord.forge(people.bob, second.card, custom);
        expect(told(forged)).toMatch(/^This (checkpoint was not sent to this conversation|card is not known here)/);
      }
      expect(wordsOf(discord.message(second.card) ?? { text: "" })).toContain("Drop the database");
      expect([(await read(first.id)).status, (await read(second.id)).status]).toEqual(["pending", "pending"]);
    });
  });

  it("turns no page of what its presser may not see", async () => {
    await withBot(async ({ discord, people, deploys, raise }: Bot) => {
      const { id } = await raise({ kind: "preview", route: ["web"], payload: { content: "secret words" } });
      const turned = async (who: "bob" | "eve") => {
        const [own] = (await discord.slash(people[who], deploys, "/hitl help")).messages();
        const pressed = await discord.forge(people[who], own ?? "", `page:${id}.0.000000000000`);
        return JSON.stringify([pressed.text(), own === undefined ? null : discord.message(own)]);
      };
      expect(await turned("bob")).toContain("secret words");
      expect(await turned("eve")).not.toContain("secret words");
    });
  });

  it("is answered whatever it is about, so that nothing hangs", async () => {
    await withBot(async ({ discord, people, card: raise }: Bot) => {
      const { id, card } = await raise(CONFIRM);
      for (const custom of [
        ...["unknown", "act", "act:fly", `see:${id}x`, "page:next", `page:${id}.0.000000000000`, "open:chk_none1"],
        ...["list:0 dance", "list:999 pending all", "offer:", "offer:nothing", "form:0:x", "__proto__", "constructor"],
      ]) {
        const pressed = await discord.forge(people.bob, card, custom);
        expect([custom, pressed.answer, pressed.text() !== ""]).toEqual([custom, "message", true]);
      }
      expect(discord.breaches).toEqual([]);
    });
  });
});
