/**
 * The channel beside a fake Discord, under a clock that is turned: here, there, in the store, and in Discord's library,
 * which keeps to the limits that it is told by the clock of the machine.
 */
import { setTimeout as pause } from "node:timers/promises";
import { onTestFinished, vi } from "vitest";
import { type DiscordChannel, makeDiscord } from "../../../../adapters/channels/discord/index.ts";
import { openMemory } from "../../../../adapters/stores/memory/index.ts";
import { makeAccess } from "../../../../src/access.ts";
import { makeDirectory } from "../../../../src/policy/directory.ts";
import type { Policy } from "../../../../src/policy/policy.ts";
import { type Office, office } from "../../../office.ts";
import { type Channel, type Discord, fakeDiscord, type Shown } from "../../../peers/discord/index.ts";
import { PEOPLE } from "../../../town.ts";

export interface World {
  discord: Discord;
  deploys: Channel;
  desk: Office;
  channel: DiscordChannel;
  cards(): Shown[];
  /** Lets so much time pass, everywhere, and what is due be done. */
  pass(ms: number): Promise<void>;
  /** Lets time pass, a second at a time, until it is so. */
  until<T>(look: () => T | undefined | false | Promise<T | undefined | false>, what: string): Promise<T>;
}

/** Turns that are waited for at most. */
const TURNS = 120;

export async function world(policies: Policy[] = []): Promise<World> {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now(), shouldAdvanceTime: true });
  onTestFinished(() => void vi.useRealTimers());
  const discord = await fakeDiscord();
  onTestFinished(() => discord.close());
  const deploys = discord.channel("deploys");
  const opened = openMemory();
  const { shelf, store, clock } = opened;
  const directory = makeDirectory({ people: PEOPLE, groups: [], admin: "admin" });
  const access = makeAccess({ tokens: [] }, directory);
  const settings = { token: discord.token, guilds: [], apiUrl: discord.api, content: false };
  const channel = makeDiscord(settings, {
    ...{ access, directory, shelf, clock, key: Buffer.alloc(32, 9), links: null, direct: false },
    get desk() {
      return desk.desk;
    },
    record: async (id) => (await store.read(id))?.record,
    report: () => {},
    onState: () => {},
  });
  const desk = office(opened, { channels: [channel], policies });
  await channel.start();
  const relay = desk.relay();
  relay.start();
  onTestFinished(async () => {
    await relay.stop();
    await channel.stop();
  });
  async function pass(ms: number): Promise<void> {
    vi.setSystemTime(Date.now() + ms);
    // Those who wait in it look again.
    discord.pass(0);
    relay.wakeFor([{ outbox: [{ key: "", id: "", do: "call" }], look: null }]);
    await pause(40);
  }
  return {
    ...{ discord, deploys, desk, channel, pass },
    cards: () => discord.messages(deploys).filter(({ components }) => components[0]?.type === CONTAINER),
    async until(look, what) {
      for (let turn = 0; turn < TURNS; turn += 1) {
        const found = await look();
        if (found !== undefined && found !== false) return found;
        await pass(1_000);
      }
      throw new Error(`nothing came of ${what}`);
    },
  };
}

const CONTAINER = 17;
const REQUEST = { kind: "confirm", source: { agent: "ci" }, payload: { summary: "Publish", path: "a" } };

export async function raise({ desk }: World, title: string, timeout = "1h", more = {}): Promise<string> {
  const raised = await desk.raise({ ...REQUEST, title, timeout, ...more });
  if (raised.type !== "raised") throw new Error(JSON.stringify(raised));
  return raised.checkpoint.id;
}
