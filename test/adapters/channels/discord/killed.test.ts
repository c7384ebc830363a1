/** The process is killed without a word; what is in Discord and in the store, and the other replica, make up for it. */
import { rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { type Discord, fakeDiscord, type Press, type Shown } from "../../../peers/discord/index.ts";
import { makeFolder, type Program, startProgram } from "../../../program.ts";
import { CONFIRM } from "./bot.ts";

const POST = "POST /channels/:channel/messages";
const LONG = process.env.HITL_TEST_LONG === "1";
const ROUNDS = LONG ? 20 : 2;

async function town(work: (discord: Discord, start: () => Promise<Program>) => Promise<void>): Promise<void> {
  const discord = await fakeDiscord();
  const bob = discord.user("Bob");
  const folder = makeFolder();
  const programs: Program[] = [];
  const env = {
    HITL_APPROVERS: `discord:${bob.id}`,
    DISCORD_TOKEN: discord.token,
    DISCORD_CHANNEL: "#general",
    DISCORD_API_URL: discord.api,
  };
  try {
    await work(discord, async () => {
      const program = await startProgram(folder, env);
      programs.push(program);
      return program;
    });
  } finally {
    for (const program of programs) await program.end("SIGKILL");
    await discord.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function cardsOf(discord: Discord, id: string): Shown[] {
  return discord.messages(discord.general).filter(({ components }) => JSON.stringify(components).includes(id));
}

/** Framed; what is said about it is not. */
function isCard({ components }: Shown): boolean {
  return components[0]?.type === 17;
}

function offers(card: Shown | undefined): boolean {
  return JSON.stringify(card?.components).includes("act:");
}

async function cardOf(discord: Discord, id: string): Promise<Shown> {
  return discord.until(() => cardsOf(discord, id)[0], "the card", 45_000);
}

async function raise(program: Program): Promise<string> {
  const { body } = await program.call("agent", "POST", "/v1/checkpoints", CONFIRM);
  return body.id;
}

/**
 * Presses as people do: again, as long as Discord says that it failed and the card still asks. Null: it asks no more,
 * since the press that seemed to have failed was the last that the killed one recorded.
 */
async function insist(discord: Discord, card: Shown): Promise<Press | null> {
  while (offers(discord.message(card))) {
    const press = await discord.click(bobOf(discord), card, "Proceed");
    if (press.answer !== "failed") return press;
  }
  return null;
}

function bobOf(discord: Discord): string {
  return [...discord.home.members.values()].find(({ user }) => user.global_name === "Bob")?.user.id ?? "";
}

function posts(discord: Discord): number {
  return discord.requests.filter(({ route }) => route === POST).length;
}

async function resolutions(program: Program, id: string): Promise<number> {
  const { body } = await program.call("agent", "GET", `/v1/checkpoints/${id}/timeline`);
  const items = (body.items ?? []) as { type: string }[];
  return items.filter(({ type }) => type === "checkpoint.resolved").length;
}

test("old buttons work and one card stands after kill -9 at any moment", { timeout: 600_000 }, async () => {
  await town(async (discord, start) => {
    let rounds = 0;
    // As the post is taken and not answered yet; at length also before, at some moment, and after.
    for (const moment of LONG ? ["taken", 0, 15, 60, 300] : ["taken"]) {
      const first = await start();
      await discord.until(() => discord.gateway.connected() === 1, "the gateway", 15_000);
      if (moment === "taken") discord.faults.delays(POST, 5_000);
      const before = posts(discord);
      const id = await raise(first);
      if (typeof moment === "number") await pause(moment);
      else await discord.until(() => posts(discord) > before, "the post");
      await first.end("SIGKILL");
      const second = await start();
      const press = await insist(discord, await cardOf(discord, id));
      await press?.says("by");
      expect([moment, await resolutions(second, id)]).toEqual([moment, 1]);
      // What the killed one had in hand is taken up by the other after 30 s, and finds the card.
      if (LONG) await pause(35_000);
      rounds += 1;
      expect([moment, discord.messages(discord.general).filter(isCard).length]).toEqual([moment, rounds]);
      await second.end("SIGKILL");
    }
  });
});

test("a press waits no longer than the take-over when the holder of the gateway is killed", {
  timeout: 600_000,
}, async () => {
  await town(async (discord, start) => {
    const times: number[] = [];
    let holder = await start();
    let other = await start();
    await discord.until(() => discord.gateway.connected() === 1, "the gateway", 15_000);
    for (let round = 0; round < ROUNDS; round += 1) {
      const id = await raise(other);
      const card = await cardOf(discord, id);
      // One press goes to the holder as it dies: it counts once, or fails for its presser to see.
      const last = discord.click(bobOf(discord), card, "Proceed");
      const began = performance.now();
      await holder.end("SIGKILL");
      const next = round + 1 < ROUNDS ? start() : undefined;
      await last;
      const press = await insist(discord, card);
      times.push(performance.now() - began);
      await press?.says(/Bob/);
      expect(await resolutions(other, id)).toBe(1);
      await discord.until(() => !offers(discord.message(card)), "the card to be settled", 45_000);
      expect(discord.messages(discord.general).filter(isCard)).toHaveLength(round + 1);
      if (next === undefined) break;
      holder = other;
      other = await next;
    }
    const seconds = times.map((ms) => (ms / 1_000).toFixed(1)).sort((a, b) => Number(a) - Number(b));
    console.log(
      `answered after s: ${seconds.join(" ")}; ${discord.identifies.length} identifies, ${discord.gateway.resumes} resumes`,
    );
    expect(Math.max(...times)).toBeLessThan(15_000);
  });
});
