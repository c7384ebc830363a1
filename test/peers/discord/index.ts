/**
 * A Discord of our own for tests: REST and gateway on one free port of 127.0.0.1, strict as the real one, driven in
 * people's words. The real library logs in to it with `rest: { api: discord.api }`.
 */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { gate, type Limits } from "./buckets.ts";
import { type Faults, faultWords } from "./faults.ts";
import { type Gateway, openGateway } from "./gateway.ts";
import { CHANNEL, INTENT, MESSAGE } from "./numbers.ts";
import { type Specification, specification } from "./openapi.ts";
import { type People, people } from "./people.ts";
import { fits, type Shown, shown } from "./press.ts";
import { restServer } from "./rest.ts";
import { dmWith } from "./routes/guilds.ts";
import { idOf, type Ref } from "./sight.ts";
import { type Town, town } from "./town.ts";
import { until } from "./wait.ts";
import type { Command, User } from "./wire.ts";
import {
  type Ack,
  type Channel,
  emptyWorld,
  type Guild,
  type Identify,
  type Ping,
  type Seen,
  type World,
} from "./world.ts";

export type { Values } from "./forms.ts";
export { buttonsOf, customIdOf, partsOf } from "./look.ts";
export type { Opened, Press, Shown } from "./press.ts";
export type { Ref } from "./sight.ts";
export type { Part, Role, User } from "./wire.ts";
export type { Channel, Guild, Ping, Seen } from "./world.ts";

export interface Settings {
  token?: string;
  /** Switched on for the application in Discord's portal; identifying with others closes with 4014. */
  privileged?: ("messageContent" | "members" | "presences")[];
  /** Milliseconds between heartbeats. */
  heartbeat?: number;
  /** Identifies a day. */
  budget?: number;
  /** Discord's OpenAPI document; without it nothing is held against it. */
  openapi?: string | undefined;
}

export interface Discord extends Town, People {
  /** For `rest: { api }`. */
  api: string;
  token: string;
  application: string;
  bot: User;
  /** A first guild and a first channel, there from the start. */
  home: Guild;
  general: Channel;
  /** Of people and bot in a channel, thread or DM, oldest first; ephemeral and system messages are not among them. */
  messages(channel: Ref): Shown[];
  message(ref: Ref): Shown | undefined;
  /** Waits for a message that says this, and is it. */
  shows(channel: Ref, words: string | RegExp, ms?: number): Promise<Shown>;
  /** Every ephemeral message that this person still sees. */
  ephemerals(user: Ref): Shown[];
  dm(user: Ref): Channel;
  threads(channel: Ref): Channel[];
  commands(guild?: Ref): Command[];
  /** What lies at an attachment's URL. */
  file(attachment: Ref): Buffer | undefined;
  acks: readonly Ack[];
  identifies: readonly Identify[];
  requests: readonly Seen[];
  /** Every mention that `allowed_mentions` let through. */
  pings: readonly Ping[];
  unguarded: World["unguarded"];
  /** What Discord's specification had against a request or an answer. */
  breaches: readonly string[];
  checked: boolean;
  faults: Faults;
  limits: Limits & { oldEdits(limit: number): void };
  gateway: Pick<Gateway, "connected" | "resumes" | "reconnect" | "invalidate" | "freeze" | "drop">;
  /** Moves Discord's clock ahead. */
  pass(ms: number): void;
  /** Waits for something to be so, here or in the program that is tested. */
  until<T>(look: () => T | undefined | false, what?: string, ms?: number): Promise<T>;
  close(): Promise<void>;
}

const documents = new Map<string, Specification>();

export async function fakeDiscord(settings: Settings = {}): Promise<Discord> {
  const { token = "fake.discord.token", privileged = [], heartbeat = 41_250, budget = 1000 } = settings;
  const { openapi = process.env.DISCORD_OPENAPI } = settings;
  const world = emptyWorld(
    token,
    privileged.reduce((sum, name) => sum | INTENT[name], 0),
  );
  const doors = gate(world.now);
  let down = false;
  const server = restServer({
    world,
    gate: doors,
    specification: openapi === undefined || openapi === "" ? undefined : document(openapi),
    gateway: () => gateway.info(),
    down: () => down,
  });
  const gateway = openGateway(world, server, { heartbeat, budget });
  world.dispatch = gateway.dispatch;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  world.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const scene = town(world);
  const home = scene.guild("Home");
  const general = scene.channel("general");
  const faults = faultWords(world.faults, (on) => {
    down = on;
    gateway.down = on;
    if (on) gateway.drop();
  });
  const visible = (keep: (message: Shown, only: string | undefined) => boolean) =>
    [...world.messages.values()].flatMap((each) => {
      const message = shown(world, each.id);
      return message !== undefined && keep(message, each.only) ? [message] : [];
    });

  const said = (ref: Ref) =>
    visible(
      (message, only) => message.channel_id === idOf(ref) && only === undefined && !SYSTEM.includes(message.type),
    );

  return {
    ...scene,
    ...people(world),
    api: `${world.origin}/api`,
    token,
    application: world.application.id,
    bot: world.bot,
    home,
    general,
    messages: said,
    shows: (ref, words, ms) =>
      until(world, () => said(ref).find(({ text }) => fits(text, words)), `a message that says ${words}`, ms),
    message: (ref) => shown(world, idOf(ref)),
    ephemerals: (user) => visible((_, only) => only === idOf(user)),
    dm: (user) => dmWith(world, idOf(user)),
    threads: (ref) =>
      [...world.channels.values()].filter((each) => each.parent === idOf(ref) && each.type !== CHANNEL.text),
    commands: (guild) => [
      ...((guild === undefined ? world.commands.global : world.commands.guilds.get(idOf(guild)))?.values() ?? []),
    ],
    file: (ref) => world.files.get(idOf(ref))?.bytes,
    acks: world.acks,
    identifies: world.identifies,
    requests: world.requests,
    pings: world.pings,
    unguarded: world.unguarded,
    breaches: world.breaches,
    checked: openapi !== undefined && openapi !== "",
    faults,
    limits: Object.assign(doors, {
      oldEdits: (limit: number) => {
        world.oldEdits.limit = limit;
      },
    }),
    gateway,
    pass(ms) {
      world.ahead += ms;
      world.changed();
    },
    until: (look, what = "that", ms) => until(world, look, what, ms, true),
    async close() {
      gateway.close();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const SYSTEM: readonly number[] = [MESSAGE.threadCreated, MESSAGE.threadStarter];

function document(file: string): Specification {
  const known = documents.get(file) ?? specification(file);
  documents.set(file, known);
  return known;
}
