/**
 * The Slack channel with a desk behind it, on a clock that the test turns: the store's, the channel's and the peer's.
 * What falls due is carried out as the relay would. Bob may decide; the fallback is #fallback, which is not there.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished } from "vitest";
import { makeSlack } from "../../../../adapters/channels/slack/index.ts";
import { openMemory } from "../../../../adapters/stores/memory/index.ts";
import { makeAccess } from "../../../../src/access.ts";
import { makeDirectory } from "../../../../src/policy/directory.ts";
import { type Channel, NotYet, type Opened, type Work } from "../../../../src/ports.ts";
import { pauseAfter } from "../../../../src/relay.ts";
import { type Office, office } from "../../../office.ts";
import { type FakeSlack, fakeSlack } from "../../../peers/slack/index.ts";
import { DOCUMENTED } from "../../../peers/slack/limits.ts";
import type { Message } from "../../../peers/slack/world.ts";
import { PEOPLE } from "../../../town.ts";
import { KEY } from "./slack.ts";

export const MINUTE = 60_000;
export const CHANNELS = Array.from({ length: 12 }, (_, at) => `C0DEP${at}`);
const CONFIRM = { kind: "confirm", payload: { summary: "Publish it" }, timeout: "2h" };
/** Slack lets short bursts of messages pass; the rest as it says. */
const LIMITS = DOCUMENTED.map((each) =>
  each.method === "chat.postMessage" ? { ...each, calls: 64, within: MINUTE } : each,
);

export interface Clocked {
  slack: FakeSlack;
  bot: Office;
  store: Opened["store"];
  now(): number;
  /** Failures that were not put off. */
  faults: string[];
  /** Time goes on, and all that falls due in it is carried out, everything due at once together. */
  pass(ms: number): Promise<void>;
  /** Of #deploys number `at`, in turn. */
  raise(id: string, at: number, over?: object): Promise<void>;
  cardsOf(id: string): Message[];
}

export async function clocked(): Promise<Clocked> {
  let now = Date.parse("2026-11-20T10:00:00Z");
  const faults: string[] = [];
  const clock = () => now;
  const opened = openMemory({ clock });
  const slack = await fakeSlack({ clock });
  for (const each of CHANNELS) slack.channel(each, { name: each.toLowerCase(), members: ["U0BOB"] });
  const late: Channel = {
    name: "slack",
    start: () => channel.start(),
    post: (...given) => channel.post(...given),
    update: (...given) => channel.update(...given),
    tell: (...given) => channel.tell(...given),
    stop: () => channel.stop(),
  };
  const bot = office(opened, { channels: [late], policies: [{ name: "default", fallback: "slack:C0FALLBACK" }] });
  const groups = [{ id: "sre", members: ["person:bob", "person:carol", "person:dave"] }];
  const settings = { people: PEOPLE, groups, admin: "admin", tokens: [] };
  const directory = makeDirectory(settings);
  const channel = makeSlack(
    { botToken: slack.botToken, signingSecret: slack.signingSecret, apiUrl: slack.apiUrl },
    {
      ...{ desk: bot.desk, access: makeAccess(settings, directory), directory, shelf: opened.shelf, key: KEY, clock },
      record: async (id) => (await opened.store.read(id))?.record,
      ...{ groups: [], links: null, direct: false, report: () => {}, onState: () => {} },
    },
  );
  const server = createServer(channel.listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    await channel.stop();
    server.closeAllConnections();
    server.close();
    await slack.close();
    await opened.close();
  });
  slack.to(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`);
  await channel.start();
  slack.limits.on(LIMITS);

  async function carry(work: Work): Promise<void> {
    const again = await bot.carry(work).then(
      (result) => (result.type === "again" ? result.at : null),
      (error) => {
        if (error instanceof NotYet) return now + error.after;
        faults.push(String(error));
        return now + pauseAfter(error.times ?? work.attempt);
      },
    );
    await opened.store.done(work, again === null ? { type: "finished" } : { type: "again", at: again });
  }

  return {
    ...{ slack, bot, store: opened.store, now: clock, faults },
    async pass(ms) {
      for (const end = now + ms; ; ) {
        const { work, next } = await opened.store.due(64, 30_000);
        await Promise.all(work.map(carry));
        if (work.length > 0) continue;
        if (next === null || next > end) {
          now = end;
          return;
        }
        now = Math.max(next, now + 1);
      }
    },
    async raise(id, at, over = {}) {
      const route = [`slack:${CHANNELS[at % CHANNELS.length]}`];
      const done = await bot.raise({ id, ...CONFIRM, title: `Card ${id}`, route, ...over });
      expect(done.type).toBe("raised");
    },
    cardsOf: (id) =>
      CHANNELS.flatMap((each) => slack.messages(each)).filter(({ metadata }) => metadata?.event_payload.id === id),
  };
}

export const numbered = (name: string, count: number) =>
  Array.from({ length: count }, (_, at) => `chk_${name}_${at}_xx`);
