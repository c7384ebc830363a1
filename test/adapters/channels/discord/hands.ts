/**
 * The acting side of the channel by itself: a real desk over a store in memory, and a Discord that notes what it is
 * told. Bob and Alice are known by their Discord accounts; what is dispatched is made by the fake Discord's own hand.
 */
import { makeChain } from "../../../../adapters/channels/discord/chain.ts";
import { makeGate } from "../../../../adapters/channels/discord/gate.ts";
import type { Parts } from "../../../../adapters/channels/discord/parts.ts";
import { makePeople } from "../../../../adapters/channels/discord/people.ts";
import { makePlaces } from "../../../../adapters/channels/discord/places.ts";
import { threadKey } from "../../../../adapters/channels/discord/rounds.ts";
import { stampOf } from "../../../../adapters/channels/discord/stamp.ts";
import type { Answer, Interaction, MessageBody, Wire } from "../../../../adapters/channels/discord/wire.ts";
import { openMemory } from "../../../../adapters/stores/memory/index.ts";
import { makeAccess } from "../../../../src/access.ts";
import { makePulse } from "../../../../src/chat/pulse.ts";
import type { ActionName } from "../../../../src/checkpoint.ts";
import { signHandle } from "../../../../src/handle.ts";
import { deriveKeys } from "../../../../src/keys.ts";
import { makeDirectory } from "../../../../src/policy/directory.ts";
import type { Channel, Opened } from "../../../../src/ports.ts";
import { office, SECRET } from "../../../office.ts";
import { PEOPLE } from "../../../town.ts";
import { wordsIn } from "./discord.ts";
import { type Scene, scene } from "./scene.ts";

export const APPLICATION = "1100";
/** As test/town.ts knows them. */
export const BOB = "445566";
export const ALICE = "112233";

export interface Told {
  to: string;
  type: Answer["type"];
  words: string;
  answer: Answer;
}

export interface Hands {
  opened: Opened;
  parts: Parts;
  desk: ReturnType<typeof office>;
  told: Told[];
  /** Messages that were posted, and those that took the place of one. */
  posted: { channel: string; words: string }[];
  edited: { message: string; words: string; body: MessageBody }[];
  reported: string[];
  /** Once everything that nobody waits for is done. */
  settled(): Promise<void>;
}

function hands(guild: string, clock: () => number): Hands {
  const opened = openMemory({ clock });
  const desk = office(opened, { channels: [CHANNEL] });
  const groups = [{ id: "sre", members: ["person:bob", "person:carol", "person:dave"] }];
  const settings = { people: PEOPLE, groups, admin: "admin", tokens: [] };
  const directory = makeDirectory(settings);
  const told: Told[] = [];
  const posted: Hands["posted"] = [];
  const edited: Hands["edited"] = [];
  const reported: string[] = [];
  const under = new Set<Promise<unknown>>();
  const tell = async ({ id }: Interaction, answer: Answer) => {
    told.push({ to: id, type: answer.type, words: wordsOf(answer), answer });
  };
  const refuse = async (): Promise<never> => {
    throw new Error("not here");
  };
  const wire = {
    home: { application: APPLICATION, bot: APPLICATION, guilds: [guild], content: false },
    respond: tell,
    whisper: (to: Interaction, body: MessageBody) => tell(to, { type: "message", body, ephemeral: true }),
    createMessage: async (channel: string, body: MessageBody) => {
      posted.push({ channel, words: wordsIn(body) });
      return { id: "1" };
    },
    editMessage: async (_channel: string, message: string, body: MessageBody) => {
      edited.push({ message, words: wordsIn(body), body });
      return { id: message };
    },
    ...{ channel: refuse, channels: refuse, openDm: refuse, member: refuse, getMessage: refuse },
    startThread: async (_channel: string, message: string) => ({ id: message, type: 11 }),
  } as unknown as Wire;
  const { shelf } = opened;
  const parts: Parts = {
    ...{ desk: desk.desk, access: makeAccess(settings, directory), directory, shelf, clock },
    ...{ key: deriveKeys(SECRET).handles, links: null, direct: false, onState: () => {} },
    ...{ wire, gate: makeGate(clock), pulse: makePulse(clock), chain: makeChain(shelf) },
    ...{ people: makePeople(wire, clock), places: makePlaces(wire, clock) },
    record: async (id) => (await opened.store.read(id))?.record,
    report: (what, error) => reported.push(`${what}: ${error}`),
    later: (what, work) => {
      const done = work()
        .catch((error: unknown) => reported.push(`${what}: ${error}`))
        .finally(() => under.delete(done));
      under.add(done);
    },
  };
  return {
    ...{ opened, parts, desk, told, posted, edited, reported },
    async settled() {
      while (under.size > 0) await Promise.allSettled([...under]);
    },
  };
}

/** Nothing is posted: what is in Discord is said by the test. */
const CHANNEL: Channel = {
  name: "discord",
  start: async () => {},
  stop: async () => {},
  post: async () => ({ type: "undeliverable", reason: "not here" }),
  update: async () => ({ type: "undeliverable", reason: "not here" }),
  tell: async () => ({ type: "undeliverable", reason: "not here" }),
};

export interface Asked extends Hands, Scene {
  id: string;
  /** The message that its card is. */
  message: string;
  handle(action: ActionName): string;
  /** What somebody's press of such a button is dispatched as. */
  button(user: string, customId: string): unknown;
  /** What somebody writes in reply to the card. */
  reply(user: string, text: string, id?: string): unknown;
  /** Of a form whose inputs were filled in like this. */
  form(user: string, customId: string, filled: Record<string, string>): unknown;
}

/** A checkpoint with a card that anybody in the channel has before them; `recorded`: as the record knows. */
export async function asked(
  request: Record<string, unknown>,
  { recorded = true, clock = Date.now }: { recorded?: boolean; clock?: () => number } = {},
): Promise<Asked> {
  const place = scene();
  const made = hands(place.guild, clock);
  const conversation = place.channel.id;
  const raised = await made.desk.raise({ ...request, route: [`discord:${conversation}`] });
  if (raised.type === "refused") throw new Error(raised.detail);
  const { id, digest } = raised.checkpoint;
  const [message = ""] = place.world.messages.keys();
  const card = place.world.messages.get(message);
  if (card !== undefined) card.components = [{ type: 17, id: stampOf(id, conversation), components: [] }];
  if (recorded)
    await made.desk.desk.placed(id, {
      ...{ type: "placed", channel: "discord", conversation, revision: 1, digest },
      result: { type: "shown", message: `${conversation}:${message}` },
    });
  // As somebody whom the settings know.
  const by = (user: string, body: unknown) => JSON.parse(JSON.stringify(body).replaceAll(place.bob, user)) as unknown;
  await made.opened.shelf.set(threadKey(message), id);
  return {
    ...{ ...made, ...place, id, message },
    handle: (action) => signHandle(made.parts.key, { id, digest, action, surface: "discord", workspace: APPLICATION }),
    button: (user, custom_id) => by(user, place.dispatched({ custom_id, component_type: 2, id: 1 })),
    reply: (user, content, id = "1700000000000000000") => ({
      ...{ id, channel_id: conversation, guild_id: place.guild, type: 19, content },
      ...{ author: { id: user, username: "somebody" }, member: { roles: [], pending: false } },
      message_reference: { message_id: message },
      referenced_message: { id: message, author: { id: APPLICATION } },
    }),
    form(user, custom_id, filled) {
      const components = Object.entries(filled).map(([name, value], at) => ({
        ...{ type: 18, id: 2 * at + 1 },
        component: { type: 4, id: 2 * at + 2, custom_id: name, value },
      }));
      return by(user, place.dispatched({ custom_id, components }, { type: 5 }));
    },
  };
}

function wordsOf(answer: Answer): string {
  if (answer.type === "silent") return "";
  return wordsIn(answer.type === "modal" ? answer.modal : answer.body);
}
