/** The adapter's connection by itself beside a fake Discord: what it hands on, what it answers, what it reports. */
import { expect, onTestFinished } from "vitest";
import { connect, type WireSettings } from "../../../../adapters/channels/discord/transport.ts";
import type { Handlers, Interaction, MessageBody, Wire } from "../../../../adapters/channels/discord/wire.ts";
import { openMemory } from "../../../../adapters/stores/memory/index.ts";
import type { Shelf } from "../../../../src/ports.ts";
import { type Discord, fakeDiscord, type Settings, type Shown } from "../../../peers/discord/index.ts";

export interface Wired {
  wire: Wire;
  /** What every press, form and command came with. */
  pressed: unknown[];
  said: { id: string; content: string }[];
  reports: string[];
  states: boolean[];
  shelf: Shelf;
}

export interface Wiring extends Partial<WireSettings> {
  shelf?: Shelf;
  clock?: () => number;
  handlers?: Partial<Handlers>;
  lease?: number;
}

/** Short, so that takeovers are over soon. */
const LEASE = 400;

export async function peer(settings: Settings = {}): Promise<Discord> {
  const discord = await fakeDiscord(settings);
  onTestFinished(async () => {
    await discord.close();
    expect(discord.breaches).toEqual([]);
  });
  return discord;
}

/** A bot that says "ok" to whatever is pressed. */
export async function wired(discord: Discord, wiring: Wiring = {}): Promise<Wired> {
  const { shelf = openMemory().shelf, clock = Date.now, handlers = {}, lease = LEASE, ...settings } = wiring;
  const made: Omit<Wired, "wire"> = { pressed: [], said: [], reports: [], states: [], shelf };
  const wire = await connect(
    { token: discord.token, apiUrl: discord.api, guilds: [], content: false, ...settings },
    {
      ...{ shelf, clock, lease },
      report: (what, error) => made.reports.push(error === undefined ? what : `${what}: ${error}`),
      onState: (up) => made.states.push(up),
    },
  );
  const answer = async (body: unknown) => {
    made.pressed.push(body);
    await wire.whisper(body as Interaction, { content: "ok" });
  };
  onTestFinished(() => wire.stop());
  await wire.start({
    ...{ press: answer, submission: answer, command: answer },
    said: async (body) => void made.said.push(body as { id: string; content: string }),
    ...handlers,
  });
  return { ...made, wire };
}

export const CARD: MessageBody = {
  flags: 32_768,
  components: [
    { type: 10, content: "Publish?" },
    { type: 1, components: [{ type: 2, style: 3, label: "Approve", custom_id: "act:approve" }] },
  ],
};

/** A message of the bot's with a button. */
export async function card({ wire }: Wired, discord: Discord): Promise<Shown> {
  const { id } = await wire.createMessage(discord.general.id, CARD);
  const message = discord.message(id);
  if (message === undefined) throw new Error("the card is not there");
  return message;
}

/** How often Discord was asked for that. */
export function requestsOf(discord: Discord, route: string): number {
  return discord.requests.filter((each) => each.route === route).length;
}
