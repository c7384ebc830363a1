import { describe, expect, it } from "vitest";
import { makeChain } from "../../../../adapters/channels/discord/chain.ts";
import { openMemory } from "../../../../adapters/stores/memory/index.ts";
import { StoreUnavailable } from "../../../../src/ports.ts";
import type { Opened, Press, Shown } from "../../../peers/discord/index.ts";
import { buttonsOf } from "../../../peers/discord/index.ts";
import { type Bot, formOf, told, withBot, wordsOf } from "./bot.ts";

const QUESTIONS = Array.from({ length: 12 }, (_, at) => ({
  key: `k${at + 1}`,
  question: `Question number ${at + 1}?`,
}));

/** Every field of a step answered with its own number. */
function filled(form: Opened): Record<string, string> {
  const ids = form.components.flatMap(({ component }) => component?.custom_id ?? []);
  return Object.fromEntries(ids.map((id) => [id, `answer ${Number(id.slice(1)) + 1}`]));
}

function shownBy(press: Press): Shown {
  const [message] = press.messages();
  if (message === undefined) throw new Error(`nothing was shown: ${press.answer}`);
  return message;
}

describe("a form of more questions than one window holds", () => {
  it("keeps every answer from step to step, over a restart in the middle, and sends them all at the end", async () => {
    await withBot(async ({ discord, people, card: raise, read, ended, restart, says }: Bot) => {
      const { id, card } = await raise({ kind: "clarify", payload: { questions: QUESTIONS } });
      const first = formOf(await discord.click(people.bob, card, "Answer"));
      expect([first.title, first.components.length]).toEqual(["Answer (1 of 3)", 5]);
      const kept = await discord.submit(people.bob, first, filled(first));
      const between = shownBy(kept);
      expect([wordsOf(between), buttonsOf(between)]).toEqual([
        "Kept: 1 of 3. Nothing is sent before the last one.",
        ["Continue (2 of 3)"],
      ]);
      expect((await read(id)).status).toBe("pending");
      await restart();
      await discord.until(() => discord.gateway.connected() === 1, "the bot to be back");
      const second = formOf(await discord.click(people.bob, between, "Continue (2 of 3)"));
      const later = await discord.submit(people.bob, second, filled(second));
      expect(later.answer).toBe("update");
      const third = formOf(await discord.click(people.bob, between, "Continue (3 of 3)"));
      expect(third.components.length).toBe(2);
      await discord.submit(people.bob, third, filled(third));
      const { decision } = await ended(id);
      expect(decision?.answers).toEqual(Object.fromEntries(QUESTIONS.map(({ key }, at) => [key, `answer ${at + 1}`])));
      expect(buttonsOf(discord.message(between) ?? { components: [] })).toEqual([]);
      await says(card, "Answered by Bob");
    });
  });

  it("goes on where it was left when it is opened from the card again, and is each person's own", async () => {
    await withBot(async ({ discord, people, card: raise, ended }: Bot) => {
      const { id, card } = await raise({ kind: "clarify", payload: { questions: QUESTIONS } });
      const first = formOf(await discord.click(people.bob, card, "Answer"));
      await discord.submit(people.bob, first, filled(first));
      expect(formOf(await discord.click(people.carol, card, "Answer")).title).toBe("Answer (1 of 3)");
      const second = formOf(await discord.click(people.bob, card, "Answer"));
      expect(second.title).toBe("Answer (2 of 3)");
      const late = await discord.submit(people.bob, second, filled(second));
      const third = formOf(await discord.click(people.bob, shownBy(late), "Continue (3 of 3)"));
      await discord.submit(people.bob, third, filled(third));
      expect(Object.keys((await ended(id)).decision?.answers ?? {})).toHaveLength(12);
    });
  });

  it("takes back to the step in which something is wrong, with everything as it was filled in", async () => {
    const tool_args = Object.fromEntries(Array.from({ length: 7 }, (_, at) => [`n${at}`, at]));
    await withBot(async ({ discord, people, card: raise, ended }: Bot) => {
      const { id, card } = await raise({ kind: "tool", payload: { tool_name: "mix", tool_args } });
      const first = formOf(await discord.click(people.bob, card, "Edit"));
      const between = shownBy(await discord.submit(people.bob, first, { n1: "many" }));
      const second = formOf(await discord.click(people.bob, between, "Continue (2 of 2)"));
      const wrong = await discord.submit(people.bob, second, { n6: "60" });
      expect(wrong.answer).toBe("update");
      const now = discord.message(between);
      expect(now && wordsOf(now)).toContain("n1: It must be a number like 12 or 0.5.");
      const again = formOf(await discord.click(people.bob, between, "Correct it"));
      expect(again.title).toBe("Edit (1 of 2)");
      expect(again.components[1]?.component?.value).toBe("many");
      await discord.submit(people.bob, again, { n1: "10" });
      expect((await ended(id)).decision?.edited).toEqual({ ...tool_args, n1: 10, n6: 60 });
    });
  });

  it("cannot be gone on with by anybody who may not decide", async () => {
    await withBot(async ({ discord, people, card: raise, read }: Bot) => {
      const { id, card } = await raise({ kind: "clarify", payload: { questions: QUESTIONS.slice(0, 1) } });
      const handle = JSON.stringify(card.components).match(/act:(h1\.a\.[^"]+)/)?.[1] ?? "";
      const press = await discord.forge(people.eve, card, `form:0:${handle}`);
      expect([press.modal, told(press)]).toEqual([null, "You are eve; group:sre may decide this."]);
      expect(told(await discord.forge(people.bob, card, `form:9:${handle}`))).toMatch(/too long|no such/i);
      expect((await read(id)).status).toBe("pending");
    });
  });
});

describe("what is filled in and not sent", () => {
  const HANDLE = `h1.r.chk_0123456789.${"a".repeat(16)}`;

  it("is there again in another process, and gone when it was sent", async () => {
    const { shelf } = openMemory();
    const here = makeChain(shelf);
    await here.keep("1", HANDLE, { f0: "shorter" });
    expect(await makeChain(shelf).filled("1", HANDLE)).toEqual({ f0: "shorter" });
    expect(await makeChain(shelf).filled("2", HANDLE)).toEqual({});
    await here.drop("1", HANDLE);
    expect(await here.filled("1", HANDLE)).toEqual({});
  });

  it("outlives a store that is away, and a change of what its words are about, but an edit does not", async () => {
    const { shelf } = openMemory();
    const away = async () => {
      throw new StoreUnavailable("away");
    };
    const store = { ...shelf, set: away as typeof shelf.set };
    const chain = makeChain(store);
    chain.hold("1", HANDLE, { f0: "shorter" });
    await expect(chain.keep("1", HANDLE, { f0: "shorter" })).rejects.toThrow("away");
    expect(await chain.filled("1", HANDLE)).toEqual({ f0: "shorter" });
    store.set = shelf.set;
    await chain.keep("1", HANDLE, { f0: "shorter" });
    const changed = `h1.r.chk_0123456789.${"b".repeat(16)}`;
    expect(await chain.filled("1", changed)).toEqual({ f0: "shorter" });
    await chain.keep("1", HANDLE.replace(".r.", ".e."), { f0: "{}" });
    expect(await chain.filled("1", changed.replace(".r.", ".e."))).toEqual({});
  });

  it("takes no more than so much room in this process", async () => {
    const { shelf } = openMemory();
    const chain = makeChain(shelf);
    for (let at = 0; at <= 500; at += 1) chain.hold(String(at), HANDLE, { f0: "x" });
    expect([await chain.filled("0", HANDLE), await chain.filled("1", HANDLE)]).toEqual([{}, { f0: "x" }]);
  });
});
