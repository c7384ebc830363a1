import { describe, expect, it } from "vitest";
import type { Shown } from "../../../peers/discord/index.ts";
import { type Bot, CONFIRM, isAnswer, type Name, OPENING, threadOf, withBot, wordsOf } from "./bot.ts";

/** Who says what below a confirm (proceed, revise, cancel), and what comes of it. */
const SAID: [who: Name, text: string, outcome: string][] = [
  ["bob", "lgtm", "proceed"],
  ["bob", "Approve!", "proceed"],
  ["bob", "yes please do it", "comment"],
  ["bob", "no", "asked"],
  ["bob", "stop", "asked"],
  ["bob", "revise: use <b>plain</b> words & no *stars*", "revise: use <b>plain</b> words & no *stars*"],
  ["bob", "change: shorter", "revise: shorter"],
  ["bob", "revise", "asked"],
  ["bob", "cancel: not today", "cancel: not today"],
  ["bob", "deny", "cancel"],
  ["bob", "what is this about?", "comment"],
  ["eve", "lgtm", "refused"],
  ["eve", "looks odd to me", "comment"],
];

async function afterwards({ discord, read, log, commented }: Bot, id: string, said: Shown, silent: boolean) {
  const answer = () => discord.messages(said.channel_id).find((each) => isAnswer(each, said));
  if (silent) return commented(id, said.content);
  await discord.until(answer, `an answer to "${said.content}"; log: ${log()}`);
  return read(id);
}

function expectOutcome(
  { decision, comments, status }: Awaited<ReturnType<Bot["read"]>>,
  text: string,
  outcome: string,
): void {
  const [action, words = ""] = outcome.split(/: (.*)/s);
  if (action === "proceed" || action === "revise" || action === "cancel") {
    expect([decision?.action, decision?.feedback ?? decision?.reason ?? ""], text).toEqual([action, words]);
    return;
  }
  expect(status, text).toBe("pending");
  expect(
    comments.map((comment) => comment.text),
    text,
  ).toEqual(action === "comment" ? [text] : []);
}

describe("a reply to a card", () => {
  it("acts, asks back or is kept as a comment, as its words say, without the message-content intent", async () => {
    await withBot(async (bot: Bot) => {
      const { discord, people, card: raise } = bot;
      for (const [index, [who, text, outcome]] of SAID.entries()) {
        const channel = discord.channel(`reply-${index}`);
        const { id, card } = await raise({ ...CONFIRM, route: [`discord:${channel.id}`] }, channel);
        const said = discord.reply(people[who], card, text);
        const silent = outcome === "comment" && who === "eve";
        expectOutcome(await afterwards(bot, id, said, silent), text, outcome);
      }
      expect([discord.pings, discord.unguarded, discord.breaches]).toEqual([[], [], []]);
    });
  });
});

describe("a reply after Revise was pressed", () => {
  it("is no feedback of whoever has approved since", async () => {
    await withBot(async ({ discord, people, card: raise, read, answered }: Bot) => {
      const { id, card } = await raise({ ...CONFIRM, quorum: 2 });
      await discord.click(people.bob, card, "Revise");
      await discord.click(people.bob, card, "Proceed");
      await answered(discord.reply(people.bob, card, "Carol, I find it good, your turn"), "Kept as a comment.");
      const { status, votes } = await read(id);
      expect([status, votes.length]).toEqual(["pending", 1]);
    });
  });
});

describe("a word in a card's thread", () => {
  it("acts by itself with the message-content intent", async () => {
    await withBot(
      async (bot: Bot) => {
        const { discord, people, card: raise } = bot;
        for (const [index, [who, text, outcome]] of SAID.entries()) {
          const channel = discord.channel(`thread-${index}`);
          const { id, card } = await raise({ ...CONFIRM, route: [`discord:${channel.id}`] }, channel);
          const thread = await threadOf(bot, id, card);
          const said = discord.say(people[who], thread, text);
          const silent = outcome === "comment" && who === "eve";
          const now = await afterwards(bot, id, said, silent);
          expectOutcome({ ...now, comments: now.comments.filter((each) => each.text !== OPENING) }, text, outcome);
        }
      },
      { content: true },
    );
  });

  it("needs a mention without it, and says so once to whoever may decide", async () => {
    await withBot(async (bot: Bot) => {
      const { discord, people, card: raise, read, ended, answered } = bot;
      const { id, card } = await raise(CONFIRM);
      const thread = await threadOf(bot, id, card);
      const unread = discord.say(people.bob, thread, "lgtm");
      await answered(unread, "This bot cannot read that: mention it, or reply to the card");
      discord.say(people.bob, thread, "lgtm again");
      discord.say(people.eve, thread, "and me?");
      const mention = discord.say(people.bob, thread, `<@${discord.bot.id}> revise say it in one sentence`);
      await answered(mention, "Sent back to revise");
      expect((await ended(id)).decision).toMatchObject({ action: "revise", feedback: "say it in one sentence" });
      const answers = discord.messages(thread).filter(({ author }) => author.id === discord.bot.id);
      expect(answers.map(wordsOf).filter((words) => words.startsWith("This bot cannot read that"))).toHaveLength(1);
      expect((await read(id)).comments.map(({ text }) => text)).toEqual([OPENING]);
    });
  });

  it("approves by a mention and one word, and says no by a reply to anything that the bot said there", async () => {
    await withBot(async (bot: Bot) => {
      const { discord, people, card: raise, ended } = bot;
      const first = await raise(CONFIRM);
      const thread = await threadOf(bot, first.id, first.card);
      discord.say(people.bob, thread, `<@${discord.bot.id}> lgtm`);
      expect((await ended(first.id)).decision?.action).toBe("proceed");
      const second = await raise({ ...CONFIRM, payload: { summary: "Another" } });
      const below = await threadOf(bot, second.id, second.card);
      const [line] = discord.messages(below);
      discord.reply(people.carol, line ?? "", "cancel: not now");
      expect((await ended(second.id)).decision).toMatchObject({ action: "cancel", reason: "not now" });
    });
  });
});

describe("the bot's role, which Discord offers beside its name", () => {
  it("is taken for its name where the words can be read, and its author is told where they cannot", async () => {
    await withBot(async (bot: Bot) => {
      const { discord, people, deploys, card: raise, ended, answered } = bot;
      const own = [...discord.home.roles.values()].find(({ tags }) => tags?.bot_id === discord.bot.id)?.id ?? "";
      const { id, card } = await raise(CONFIRM);
      await answered(discord.say(people.bob, deploys, `<@&${own}> pending`), "mention the bot itself");
      const other = discord.role("designers");
      discord.say(people.bob, deploys, `<@&${other.id}> lgtm`);
      // A reply rings its author, so that its words are there.
      discord.reply(people.bob, card, `<@&${own}> lgtm`);
      expect((await ended(id)).decision?.action).toBe("proceed");
      const answers = discord.messages(deploys).filter(({ message_reference: to }) => to !== undefined);
      expect(answers.filter((each) => wordsOf(each).startsWith("That mentioned"))).toHaveLength(1);
    });
    await withBot(
      async ({ discord, people, deploys }: Bot) => {
        const own = [...discord.home.roles.values()].find(({ tags }) => tags?.bot_id === discord.bot.id)?.id ?? "";
        discord.say(people.bob, deploys, `<@&${own}> whoami`);
        await discord.shows(discord.dm(people.bob), "You are Bob");
      },
      { content: true },
    );
  });
});
