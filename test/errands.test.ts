/** What is given up, when, and what never is. */
import { describe, expect, test } from "vitest";
import { openMemory } from "../adapters/stores/memory/index.ts";
import type { Posted, Work } from "../src/ports.ts";
import { type Channel, NotYet, StoreUnavailable } from "../src/ports.ts";
import { pauseAfter } from "../src/relay.ts";
import { office } from "./office.ts";

const CONFIRM = { kind: "confirm", payload: { summary: "Publish it" }, timeout: "2d" };

/** A desk with one chat, whose every delivery goes as `answer` says; `pass` carries out what is due in that time. */
function shop(answer: (conversation: string, count: number) => Error | null, fallback: string | null = null) {
  let now = Date.parse("2026-11-20T10:00:00Z");
  const opened = openMemory({ clock: () => now });
  const tries: [string, number][] = [];
  const began = now;
  async function tried(conversation: string): Promise<Posted> {
    tries.push([conversation, now - began]);
    const fault = answer(conversation, tries.length);
    if (fault !== null) throw fault;
    return { type: "shown", message: `m${tries.length}` };
  }
  const channel: Channel = {
    name: "slack",
    start: async () => {},
    stop: async () => {},
    post: ({ id }) => tried(id),
    update: ({ conversation }) => tried(conversation),
    tell: (to) => tried(to),
  };
  const bot = office(opened, {
    channels: [channel],
    policies: [{ name: "default", ...(fallback ? { fallback } : {}) }],
  });
  async function carry(work: Work): Promise<void> {
    const again = await bot.carry(work).then(
      () => null,
      (error) => (error instanceof NotYet ? error.after : pauseAfter(error.times ?? work.attempt)),
    );
    await opened.store.done(work, again === null ? { type: "finished" } : { type: "again", at: now + again });
  }
  return {
    ...bot,
    tries,
    async pass(ms: number): Promise<void> {
      for (const end = now + ms; ; ) {
        const { work, next } = await opened.store.due(100, 60_000);
        for (const each of work) await carry(each);
        if (work.length > 0) continue;
        if (next === null || next > end) {
          now = end;
          return;
        }
        now = Math.max(next, now + 1);
      }
    },
    placements: async (id: string) =>
      (await bot.record(id)).placements.map(({ conversation, state }) => `${conversation} ${state}`),
  };
}

describe("a card that fails", () => {
  test("is tried in the fallback after five failures, two and a half minutes", async () => {
    const bot = shop((where) => (where === "#deploys" ? new Error("team_access_not_granted") : null), "slack:#ops");
    await bot.raise({ id: "chk_card_1", ...CONFIRM });
    await bot.pass(156_000);
    expect(await bot.placements("chk_card_1")).toEqual(["#deploys undeliverable", "#ops shown"]);
    expect(bot.tries).toEqual([
      ["#deploys", 0],
      ["#deploys", 1_000],
      ["#deploys", 6_000],
      ["#deploys", 36_000],
      ["#deploys", 156_000],
      ["#ops", 156_000],
    ]);
    expect((await bot.record("chk_card_1")).placements[0]?.error).toBe(
      "gave up after 5 failures: team_access_not_granted",
    );
  });

  test("is brought up to date, and takes words, once it is found to be there after all", async () => {
    const bot = shop((_where, count) => (count <= 5 ? new Error("no answer") : null), "slack:#ops");
    const id = "chk_card_1";
    await bot.raise({ id, ...CONFIRM });
    await bot.pass(156_000);
    const there = { type: "shown", message: "m0" } as const;
    await bot.desk.placed(id, {
      ...{ type: "placed", channel: "slack", conversation: "#deploys", revision: 0 },
      result: there,
    });
    await bot.pass(1_000);
    const { placements, digest } = await bot.record(id);
    expect(placements[0]).toMatchObject({ state: "shown", digest, since: expect.any(Number) });
    expect(bot.tries.at(-1)?.[0]).toBe("#deploys");
  });

  test("is tried for four hours where there is no other conversation", async () => {
    const bot = shop(() => new Error("team_access_not_granted"));
    await bot.raise({ id: "chk_card_1", ...CONFIRM });
    await bot.pass(4 * 3_600_000);
    expect(await bot.placements("chk_card_1")).toEqual(["#deploys queued"]);
    await bot.pass(3_600_000);
    expect(await bot.placements("chk_card_1")).toEqual(["#deploys undeliverable"]);
    expect(bot.tries.length).toBe(30);
  });

  test("is never given up while the platform is away, and gets all its failures again after that", async () => {
    const away = (count: number) => (count <= 9_000 ? new NotYet(20_000) : null);
    const bot = shop((_where, count) => away(count) ?? (count <= 9_004 ? new Error("odd") : null), "slack:#ops");
    await bot.raise({ id: "chk_card_1", ...CONFIRM, timeout: "30d" });
    await bot.pass(9_000 * 20_000);
    expect(await bot.placements("chk_card_1")).toEqual(["#deploys queued"]);
    await bot.pass(156_000);
    expect(await bot.placements("chk_card_1")).toEqual(["#deploys shown"]);
  });

  test("is not given up over a store that does not answer", async () => {
    const bot = shop((_where, count) => (count <= 40 ? new StoreUnavailable("away") : null), "slack:#ops");
    await bot.raise({ id: "chk_card_1", ...CONFIRM });
    await bot.pass(24 * 3_600_000);
    expect(await bot.placements("chk_card_1")).toEqual(["#deploys shown"]);
  });
});

test("a note that cannot be told is let go in the end", async () => {
  const bot = shop((where) => (where.includes("U0ALICE") ? new Error("odd") : null));
  await bot.raise({ id: "chk_card_1", ...CONFIRM, requested_by: "person:alice" });
  await bot.act("chk_card_1", "bob", { action: "cancel" });
  await bot.pass(24 * 3_600_000);
  expect(bot.tries.filter(([where]) => where.includes("U0ALICE")).length).toBe(30);
});
