/** A desk over an opened store, with the town's people behind it and its timers turned by hand. */
import type { Caller } from "../src/access.ts";
import { makeAccess } from "../src/access.ts";
import type { Act } from "../src/card.ts";
import type { Checkpoint } from "../src/checkpoint.ts";
import { Desk } from "../src/desk.ts";
import { type Errands, makeErrands } from "../src/errands.ts";
import { Feed } from "../src/feed.ts";
import { makeHouse } from "../src/house.ts";
import { deriveKeys, type Keys } from "../src/keys.ts";
import { type Pace, UNPACED } from "../src/pace.ts";
import { makeDirectory } from "../src/policy/directory.ts";
import type { Policy } from "../src/policy/policy.ts";
import type { Callback, Channel, Logged, Opened } from "../src/ports.ts";
import { Relay } from "../src/relay.ts";
import { raiseRequest } from "../src/request.ts";
import type { Person } from "../src/settings.ts";
import { PEOPLE } from "./town.ts";

export interface Office {
  desk: Desk;
  feed: Feed;
  keys: Keys;
  caller(who: string): Caller;
  raise(request: unknown, key?: string): ReturnType<Desk["raise"]>;
  /** The result, or the code of the refusal. */
  act(id: string, who: string, act: Act, key?: string | null): Promise<string>;
  comment(id: string, who: string): Promise<string>;
  withdraw(id: string, who: string): Promise<string>;
  /** One piece of work, as the relay would. */
  carry: Errands["carry"];
  /** Carries out everything that is due, until nothing is. */
  timers(): Promise<void>;
  /** What does so by itself, on the real clock. */
  relay(): Relay;
  record(id: string): Promise<Checkpoint>;
  log(id: string): Promise<Logged[]>;
}

export const SECRET = Buffer.alloc(32, 7);
const origin = { surface: "api" } as const;

interface Options {
  /** Instead of the town's. */
  people?: readonly Person[];
  policies?: Policy[];
  /** Instead of `#deploys` in every channel. */
  route?: string[];
  channels?: Channel[];
  callback?: Callback;
  /** How fast each agent may raise. */
  pace?: Pace;
}

export function office(opened: Opened, options: Options = {}): Office {
  const settings = {
    people: [...(options.people ?? PEOPLE)],
    groups: [{ id: "sre", members: ["person:bob", "person:carol", "person:dave"] }],
    admin: "admin",
    approvers: ["group:sre"],
    policies: options.policies ?? [],
    tokens: [],
  };
  const directory = makeDirectory(settings);
  const access = makeAccess(settings, directory);
  const channels = new Map((options.channels ?? []).map((channel) => [channel.name, channel]));
  const route = options.route ?? [...channels.keys()].map((name) => `${name}:#deploys`);
  const { callback = null } = options;
  const callbackFault = callback === null ? {} : { callbackFault: callback.fault };
  const house = makeHouse({ settings, directory, channels: [...channels.keys()], route, ...callbackFault });
  const keys = deriveKeys(SECRET);
  const feed = new Feed(opened.store, () => {});
  const desk = new Desk({
    opened,
    house,
    directory,
    pace: options.pace ?? UNPACED,
    keys,
    feed,
    baseUrl: "http://127.0.0.1:8787",
    hostClock: opened.clock,
    onCommitted: () => {},
  });
  const errands = makeErrands({
    store: opened.store,
    shelf: opened.shelf,
    house,
    channels,
    callback,
    desk,
    clock: opened.clock,
  });

  function caller(who: string): Caller {
    if (who.startsWith("agent ")) return { role: "agent", name: who.slice(6), agents: "any", person: null };
    const person = access.person(who, "api");
    if (person === undefined) throw new Error(`nobody is called ${who}`);
    return person;
  }

  return {
    desk,
    feed,
    keys,
    caller,
    raise(request, key) {
      return desk.raise(caller("agent ci"), raiseRequest.parse(request), {
        origin,
        ...(key === undefined ? {} : { key }),
      });
    },
    async act(id, who, act, key = null) {
      const done = await desk.act(caller(who), id, act, { origin, ...(key === null ? {} : { key }) });
      return done.type === "refused" ? done.code : done.result;
    },
    async comment(id, who) {
      const done = await desk.comment(caller(who), id, "hm", origin);
      return done.type === "refused" ? done.code : done.type;
    },
    async withdraw(id, who) {
      const done = await desk.withdraw(caller(who), id, "changed my mind", origin);
      return done.type === "refused" ? done.code : `${done.type}!`;
    },
    carry: errands.carry,
    async timers() {
      for (;;) {
        const { work } = await opened.store.due(100, 60_000);
        if (work.length === 0) return;
        for (const each of work) await opened.store.done(each, await errands.carry(each));
      }
    },
    relay: () => new Relay({ store: opened.store, clock: opened.clock, errands, onFault: () => {}, onDone: () => {} }),
    async record(id) {
      const stored = await opened.store.read(id);
      if (stored === undefined) throw new Error(`${id} is lost`);
      return stored.record;
    },
    async log(id) {
      const items: Logged[] = [];
      for await (const logged of opened.store.log({ id, after: 0 })) items.push(logged);
      return items;
    },
  };
}
