/** The real discord.js logged in to a fake Discord, for the tests of the fake itself. */
import { Client, type ClientOptions, Events, GatewayIntentBits, type Interaction, Partials } from "discord.js";
import { onTestFinished } from "vitest";
import { type Discord, fakeDiscord, type Settings } from "./index.ts";

export interface Bot {
  discord: Discord;
  client: Client<true>;
  /** What the library complained of. */
  errors: unknown[];
}

const INTENTS = [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.DirectMessages];

export async function bot(
  answer: (interaction: Interaction) => Promise<unknown> = async () => {},
  settings: Settings = {},
  options: Partial<ClientOptions> = {},
): Promise<Bot> {
  const discord = await fakeDiscord(settings);
  onTestFinished(() => discord.close());
  return { discord, ...(await login(discord, answer, options)) };
}

export async function login(
  discord: Discord,
  answer: (interaction: Interaction) => Promise<unknown>,
  options: Partial<ClientOptions> = {},
) {
  const errors: unknown[] = [];
  const client = new Client({
    intents: INTENTS,
    partials: [Partials.Channel],
    ...options,
    rest: { api: discord.api, retries: 0, ...options.rest },
  });
  client.on("error", (error) => errors.push(error));
  client.on(Events.InteractionCreate, (interaction) => {
    answer(interaction).catch((error: unknown) => errors.push(error));
  });
  onTestFinished(() => client.destroy());
  const ready = new Promise<Client<true>>((resolve) => {
    client.once(Events.ClientReady, resolve);
  });
  await client.login(discord.token);
  return { client: await ready, errors };
}
