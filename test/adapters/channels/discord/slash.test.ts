import { describe, expect, it } from "vitest";
import { buttonsOf, customIdOf, type Press } from "../../../peers/discord/index.ts";
import { type Bot, CONFIRM, type Name, told, withBot, wordsOf } from "./bot.ts";

function asking({ discord, people, deploys }: Bot) {
  const slash = (who: Name, words: string): Promise<Press> => discord.slash(people[who], deploys, `/hitl ${words}`);
  return async (who: Name, words: string): Promise<string> => {
    const press = await slash(who, words);
    expect([press.answer, press.messages().every(({ ephemeral }) => ephemeral)]).toEqual(["message", true]);
    return told(press);
  };
}

describe("/hitl", () => {
  it("answers every verb to the asker alone", async () => {
    await withBot(async (bot: Bot) => {
      const { discord, deploys, people, raise, card, ended } = bot;
      const ask = asking(bot);
      expect(await ask("bob", "pending")).toBe("Nothing waits for you.");
      const one = await card({ ...CONFIRM, title: "One", requested_by: "person:alice" });
      await raise({ ...CONFIRM, title: "Two", route: ["web"], source: { agent: "other" } });
      await raise({ kind: "preview", title: "Three", route: ["web"], payload: { content: "secret words" } });
      expect(await ask("bob", "pending")).toMatch(/^Waiting \(mine\).*One.*Two.*Three/s);
      expect(await ask("bob", "pending")).not.toContain("secret words");
      expect(await ask("bob", "pending scope:team kind:preview")).toMatch(/Three/);
      expect(await ask("bob", "pending scope:all kind:confirm agent:other")).toMatch(/Two/);
      expect(await ask("bob", "pending scope:all kind:confirm agent:other")).not.toMatch(/One|Three/);
      expect(await ask("bob", "pending scope:overdue")).toBe("Nothing waits for you.");
      expect(await ask("eve", "pending scope:all")).toBe("Nothing waits for you.");
      expect(await ask("bob", `show ${one.id}`)).toMatch(/One.*Publish the skill.*Waiting for/s);
      expect(await ask("eve", `show ${one.id}`)).toBe("There is no such checkpoint, or it is not yours to see.");
      expect(await ask("eve", "show chk_nothing_here")).toBe("There is no such checkpoint, or it is not yours to see.");
      expect(await ask("bob", "whoami")).toContain(
        `You are Bob (person:bob).\nYour account is discord:${people.bob.id}.`,
      );
      const stranger = discord.user("Frank");
      expect(told(await discord.slash(stranger, deploys, "/hitl whoami"))).toContain(
        `write your name with discord: "${stranger.id}"; or set HITL_APPROVERS=discord:${stranger.id}.`,
      );
      expect(await ask("bob", "help")).toMatch(/^\/hitl pending/);
      expect(await ask("bob", "show not/an/id")).toMatch(/^"not\/an\/id" is not an id.*\/hitl pending/s);
      expect(await ask("bob", `withdraw ${one.id}`)).toMatch(/^Only whoever asked/);
      expect(await ask("alice", `withdraw ${one.id} reason:not needed`)).toBe("Withdrawn: One");
      expect((await ended(one.id)).status).toBe("withdrawn");
      expect(await ask("bob", "history")).toMatch(/One.*withdrawn by Alice/s);
      expect(await ask("bob", "history count:1")).toMatch(/One/);
      expect(await ask("bob", "stats")).toMatch(/3 raised, 1 ended, 2 waiting, the oldest for/);
      expect(discord.messages(deploys).length).toBe(1);
      expect([discord.unguarded, discord.breaches]).toEqual([[], []]);
    });
  });

  it("opens a checkpoint from the list, where it can be decided", async () => {
    await withBot(async ({ discord, people, deploys, raise, ended }: Bot) => {
      const { id } = await raise({ ...CONFIRM, route: ["web"] });
      const listed = await discord.slash(people.bob, deploys, "/hitl pending");
      const [list] = listed.messages();
      expect(list && buttonsOf(list)).toEqual(["Open"]);
      const opened = await discord.click(people.bob, list ?? "", "Open");
      expect(told(opened)).toContain("Publish the skill");
      const [page] = opened.messages();
      const decided = await discord.click(people.bob, page ?? "", "Proceed");
      expect(told(decided)).toMatch(/^Approved by Bob/);
      expect((await ended(id)).decision?.action).toBe("proceed");
    });
  });

  it("turns the pages of a long list in their place", async () => {
    await withBot(async ({ discord, people, deploys, raise }: Bot) => {
      for (let at = 0; at < 14; at += 1) await raise({ ...CONFIRM, title: `Number ${at}`, route: ["web"] });
      const [list] = (await discord.slash(people.bob, deploys, "/hitl pending scope:all")).messages();
      expect(list && wordsOf(list)).toMatch(/1 to 10 of 14/);
      const turned = await discord.click(people.bob, list ?? "", "Next");
      const now = discord.message(list ?? "");
      expect([turned.answer, now && wordsOf(now)]).toEqual(["update", expect.stringMatching(/11 to 14 of 14/)]);
      await discord.click(people.bob, list ?? "", "Back");
      expect(wordsOf(discord.message(list ?? "") ?? { text: "" })).toMatch(/1 to 10 of 14/);
    });
  });

  it("is registered in the one server that is served, where it is there at once", async () => {
    await withBot(async ({ discord, people }: Bot) => {
      await discord.until(() => discord.commands(discord.home).length === 1, "the command");
      expect(discord.commands()).toEqual([]);
      const [command] = discord.commands(discord.home);
      expect(command?.options?.map(({ name }) => name)).toEqual([
        ...["pending", "show", "history", "stats", "whoami", "withdraw", "help"],
      ]);
      // Discord offers a server's commands in no direct message; there, words do.
      await expect(discord.slash(people.bob, discord.dm(people.bob), "/hitl whoami")).rejects.toThrow(
        "offers no /hitl",
      );
      discord.say(people.bob, discord.dm(people.bob), "pending");
      await discord.shows(discord.dm(people.bob), "Nothing waits for you");
    });
  });

  it("is registered for all where several servers are served: in each of them, and in direct messages", async () => {
    await withBot(async (bot: Bot) => {
      const { discord, people, raise, restart } = bot;
      const second = discord.guild("Second");
      const away = discord.channel("deploys", { guild: second });
      await restart({ DISCORD_GUILD: `${discord.home.id},${second.id}`, DISCORD_CHANNEL: bot.deploys.id });
      await discord.until(() => discord.commands().length === 1, "the command");
      expect([discord.commands(discord.home), discord.commands(second)]).toEqual([[], []]);
      const { id } = await raise(CONFIRM);
      const dm = discord.dm(people.bob);
      const [list] = (await discord.slash(people.bob, dm, "/hitl pending")).messages();
      const [page] = (await discord.click(people.bob, list ?? "", `open:${id}`)).messages();
      expect(told(await discord.click(people.bob, page ?? "", "Proceed"))).toMatch(/^Approved by Bob/);
      const dora = discord.user("Dora", { guilds: [second] });
      expect(told(await discord.slash(dora, away, "/hitl pending scope:all"))).toBe("Nothing waits for you.");
    });
  });

  it("shows the largest card that there is within Discord's limits", async () => {
    const tool_args = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`*${at}*`.repeat(9), "_".repeat(200)]));
    await withBot(async ({ discord, people, deploys, raise }: Bot) => {
      const { id } = await raise({
        ...{ kind: "tool", title: "*".repeat(190), payload: { tool_name: "x", tool_args }, route: ["web"] },
      });
      const shown = await discord.slash(people.bob, deploys, `/hitl show ${id}`);
      const [card] = shown.messages();
      expect([shown.answer, card && buttonsOf(card)]).toEqual(["message", ["Open"]]);
      expect(told(shown)).toContain("Showing ");
    });
  });

  it("tells what is overdue from what is not, and the last decisions as many as were asked for", async () => {
    await withBot(
      async (bot: Bot) => {
        const { raise, act, ended, call } = bot;
        const ask = asking(bot);
        const preview = { kind: "preview", payload: { content: "x" }, route: ["web"] };
        const late = await raise({ ...preview, title: "Late" });
        await raise({ ...CONFIRM, title: "Early", route: ["web"] });
        await expect
          .poll(async () => JSON.stringify((await call("GET", `/v1/checkpoints/${late.id}/timeline`)).body), {
            timeout: 10_000,
          })
          .toContain("checkpoint.reminded");
        expect(await ask("bob", "pending scope:overdue")).toMatch(/^Waiting \(overdue\)(?!.*Early).*Late/s);
        for (const title of ["First", "Second", "Third"]) {
          const { id } = await raise({ ...CONFIRM, title, route: ["web"] });
          await act(id, { action: "cancel", reason: "no" });
          await ended(id);
        }
        expect(await ask("bob", "history count:2")).toMatch(/^Decided lately(?!.*First).*Third.*Second/s);
      },
      { yaml: "policies: [{ name: soon, when: { kind: preview }, remind: [1s] }, { name: default }]\n" },
    );
  });

  it("is answered to a mention as well, to the asker alone, and unknown words get help", async () => {
    await withBot(async ({ discord, people, deploys, card, read, answered }: Bot) => {
      const { id, card: message } = await card(CONFIRM);
      const mention = `<@${discord.bot.id}>`;
      discord.reply(people.bob, message, `${mention} pending`);
      const list = await discord.shows(discord.dm(people.bob), "Waiting");
      expect(customIdOf(list, "Open")).toBe(`open:${id}`);
      discord.say(people.eve, deploys, `${mention} dance`);
      const help = await discord.shows(discord.dm(people.eve), "There is no command");
      expect(wordsOf(help)).toMatch(/^There is no command "dance"\..*\/hitl pending/s);
      discord.say(people.bob, discord.dm(people.bob), "whoami");
      await discord.shows(discord.dm(people.bob), "You are Bob");
      discord.closeDms(people.carol);
      const asked = discord.say(people.carol, deploys, `${mention} pending`);
      await answered(asked, "You take no direct messages from this bot. Use /hitl instead");
      expect((await read(id)).comments).toEqual([]);
      // Opened from the direct message, it can be decided there.
      const opened = await discord.click(people.bob, list, "Open");
      await discord.click(people.bob, opened.messages()[0] ?? "", "Proceed");
      expect((await read(id)).decision?.by).toMatchObject({ person: "bob", tenant: discord.home.id });
    });
  });
});
