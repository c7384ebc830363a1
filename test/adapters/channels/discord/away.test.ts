/** What is Discord's as a whole, and what is one conversation's alone, where another one is named for what fails. */
import { expect, test } from "vitest";
import { type World, world } from "./turned.ts";

const FALLBACK = [{ name: "default", fallback: "discord:#fallback" }];
const MINUTE = 60_000;
const OPEN_DM = "POST /users/@me/channels";

async function raise({ desk }: World, bob: string, route: string): Promise<string> {
  const asked = { kind: "confirm", payload: { summary: "Publish" }, approvers: [`discord:${bob}`], timeout: "2h" };
  const raised = await desk.raise({ ...asked, route: [route] });
  if (raised.type === "refused") throw new Error(raised.detail);
  return raised.checkpoint.id;
}

async function placesOf({ desk }: World, id: string): Promise<string[]> {
  const { placements } = await desk.record(id);
  return placements.map(({ conversation, state }) => `${conversation} ${state}`);
}

const isShown = async (town: World, id: string) => (await placesOf(town, id)).every((each) => each.endsWith(" shown"));

test("ten minutes without Discord give no card up for the fallback, also where nobody can be looked up", async () => {
  const town = await world(FALLBACK);
  const { discord, pass, until } = town;
  const bob = discord.user("Bob").id;
  const fallback = discord.channel("fallback");
  discord.faults.outage(true);
  const ids = [await raise(town, bob, "discord:#deploys"), await raise(town, bob, `discord:@${bob}`)];
  for (let minute = 0; minute < 10; minute += 1) await pass(MINUTE);
  expect(await Promise.all(ids.map((id) => placesOf(town, id)))).toEqual([["#deploys queued"], [`@${bob} queued`]]);
  discord.faults.outage(false);
  for (const id of ids) await until(() => isShown(town, id), `the card of ${id}`);
  expect(discord.messages(fallback)).toEqual([]);
}, 30_000);

test("one conversation that fails while others get through has its fallback within minutes", async () => {
  const town = await world(FALLBACK);
  const { discord, desk, until } = town;
  const bob = discord.user("Bob").id;
  const fallback = discord.channel("fallback");
  discord.faults.fails(OPEN_DM, 500, 1_000);
  const stuck = await raise(town, bob, `discord:@${bob}`);
  const isGivenUp = async () => (await placesOf(town, stuck)).length > 1;
  for (let minute = 0; minute < 6 && !(await isGivenUp()); minute += 1) {
    const other = await raise(town, bob, "discord:#deploys");
    await until(() => isShown(town, other), "the other card");
    await town.pass(MINUTE);
  }
  await until(() => discord.messages(fallback).some(({ text }) => text.includes("Publish")), "the fallback");
  await until(async () => (await placesOf(town, stuck))[1] === "#fallback shown", "the card in its fallback");
  expect(await placesOf(town, stuck)).toEqual([`@${bob} undeliverable`, "#fallback shown"]);
  expect((await desk.record(stuck)).placements[0]?.error).toMatch(
    /^gave up after 5 failures: POST \/users\/@me\/channels/,
  );
}, 30_000);
