/** Discord is away, by a clock that is turned: what waits, what is decided elsewhere, and what is true on its return. */
import { expect, test } from "vitest";
import type { Checkpoint } from "../../../../src/checkpoint.ts";
import type { Shown } from "../../../peers/discord/index.ts";
import { wordsOf } from "./bot.ts";
import { raise, world } from "./turned.ts";

test("keeps everything pending and decidable elsewhere for ten minutes, and puts every card right after them", async () => {
  const town = await world();
  const { discord, desk, channel, pass } = town;
  const MINUTES = 10;
  const titles = (prefix: string, count: number) => Array.from({ length: count }, (_, at) => `${prefix} ${at}.`);
  const shown = await Promise.all(titles("Shown", 12).map((title) => raise(town, title, "1h")));
  const brief = await Promise.all(titles("Brief", 4).map((title) => raise(town, title, "5m")));
  const isShown = async (id: string) => (await desk.record(id)).placements.every(({ state }) => state === "shown");
  for (let left = 60; left > 0 && !(await every([...shown, ...brief], isShown)); left -= 1) await pass(1_000);

  discord.faults.outage(true);
  const unseen = await Promise.all(titles("Unseen", 6).map((title) => raise(town, title, "1h")));
  for (const id of shown.slice(0, 6)) expect(await desk.act(id, "bob", { action: "cancel" })).toBe("resolved");
  for (let minute = 0; minute < MINUTES; minute += 1) await pass(60_000);
  expect(channel.isUp()).toBe(false);
  const records = await Promise.all([...shown.slice(6), ...unseen].map(desk.record));
  expect(records.map(({ status }) => status)).toEqual(records.map(() => "pending"));
  expect(await desk.act(unseen[0] ?? "", "carol", { action: "proceed" })).toBe("resolved");
  for (const id of brief) {
    const { status, ended_at, due_at } = await desk.record(id);
    expect(status).toBe("expired");
    // It was looked at within the minute that the clock was turned by.
    expect((ended_at ?? 0) - (due_at ?? 0)).toBeLessThan(61_000);
  }

  discord.limits.real();
  const asked = discord.requests.length;
  discord.faults.outage(false);
  const all = [...shown, ...brief, ...unseen];
  const isTrue = async (id: string) => says(town.cards(), await desk.record(id));
  let seconds = 0;
  for (; seconds < 180 && !(await every(all, isTrue)); seconds += 1) await pass(1_000);
  expect(await every(all, isTrue)).toBe(true);
  const later = discord.requests.slice(asked);
  const refused = later.filter(({ status }) => status === 429).length;
  console.log(
    `${all.length} cards were true ${seconds} s after Discord's return: ${later.length} requests, ${refused} refused for their rate`,
  );
  expect(seconds).toBeLessThan(120);
  expect(refused).toBeLessThanOrEqual(5);
  expect(town.cards()).toHaveLength(all.length);
}, 30_000);

async function every(ids: readonly string[], is: (id: string) => Promise<boolean>): Promise<boolean> {
  const found = await Promise.all(ids.map(is));
  return found.every((each) => each);
}

/** One card of it, which tells its state and offers what it allows. */
function says(all: readonly Shown[], { title, status }: Checkpoint): boolean {
  const cards = all.filter((each) => wordsOf(each).includes(title));
  const [card] = cards;
  if (card === undefined || cards.length !== 1) return false;
  const live = JSON.stringify(card.components).includes("act:");
  const words = { pending: "Waiting", resolved: "by", expired: "imed out", withdrawn: "ithdrawn" }[status];
  return live === (status === "pending") && (status === "pending" || wordsOf(card).includes(words));
}
