/**
 * One door over a store (in memory, mostly) with the town's people, on a free port, its timers turned by hand: what
 * agents send to it is real HTTP, and so is what their systems are told.
 */
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { afterAll } from "vitest";
import { openMemory } from "../../../adapters/stores/memory/index.ts";
import { makeAccess } from "../../../src/access.ts";
import { type Capabilities, makeCapabilities } from "../../../src/capability.ts";
import type { Act } from "../../../src/card.ts";
import type { Checkpoint } from "../../../src/checkpoint.ts";
import type { Connection } from "../../../src/connections.ts";
import { type AnyDoor, answeringOf, type DoorsParts } from "../../../src/doors.ts";
import type { Env } from "../../../src/http/frame.ts";
import { makeListener } from "../../../src/listener.ts";
import { makeMetrics } from "../../../src/metrics.ts";
import { byDoor, makeAnswers } from "../../../src/outbound/answers.ts";
import { makeDirectory } from "../../../src/policy/directory.ts";
import type { Policy } from "../../../src/policy/policy.ts";
import type { Callback, Clock, Opened } from "../../../src/ports.ts";
import type { Token } from "../../../src/settings.ts";
import { type Office, office } from "../../office.ts";
import { NOON, PEOPLE } from "../../town.ts";

export const AGENT = "agent-token-of-the-doorstep";
export const ADMIN = "admin-token-of-the-doorstep";
export const BOB = "approver-token-of-the-doorstep";

const TOKENS: Token[] = [
  { name: "agent", role: "agent", token: AGENT, agents: "any" },
  { name: "bob", role: "approver", token: BOB, person: "bob" },
  { name: "admin", role: "admin", token: ADMIN },
];

export interface Doorstep {
  url: string;
  office: Office;
  opened: Opened;
  parts: DoorsParts;
  capabilities: Capabilities;
  /** Lets `ms` pass, and does what is due then. */
  pass(ms: number): Promise<void>;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answered>;
  /** As Bob, who is one of the approvers. */
  act(id: string, act: Act): Promise<string>;
  /** Of the newest checkpoint of a thread. */
  newest(thread: string): Promise<Checkpoint>;
  /** Newest first. */
  all(thread: string): Promise<Checkpoint[]>;
}

export interface Answered {
  status: number;
  body: Record<string, unknown>;
}

/** A door's checkpoints have nothing to do with webhooks. */
const NO_WEBHOOKS: Required<Callback> = {
  fault: () => "none here",
  call: () => Promise.reject(new Error("no webhook is called here")),
  forget: async () => {},
};

interface Setting {
  policies?: Policy[];
  tokens?: Token[];
  /** Where all is kept, instead of in memory. */
  open?(options: { clock: Clock }): Opened | Promise<Opened>;
}

export async function doorstep(
  door: AnyDoor,
  connections: Connection[],
  { policies = [], tokens = TOKENS, open = openMemory }: Setting = {},
): Promise<Doorstep> {
  let now = NOON;
  const clock = () => now;
  const opened = await open({ clock });
  const stop = new AbortController();
  const protocols = answeringOf([door]);
  const answers = makeAnswers({ connections, protocols, opened, version: "0.0.0", stop: stop.signal, timeout: 5_000 });
  const bureau = office(opened, { policies, callback: byDoor(NO_WEBHOOKS, answers) });
  const groups = [{ id: "sre", members: ["person:bob", "person:carol", "person:dave"] }];
  const access = makeAccess({ tokens }, makeDirectory({ people: PEOPLE, groups, admin: "admin" }));
  const app = new Hono<Env>();
  const listener = makeListener(getRequestListener(app.fetch));
  const url = `http://127.0.0.1:${await listener.listen(0, "127.0.0.1")}`;
  const watching: Promise<void>[] = [];
  const capabilities = makeCapabilities(opened.shelf);
  const parts: DoorsParts = {
    ...{ desk: bureau.desk, shelf: opened.shelf, clock, access, baseUrl: url, connections },
    log: { info() {}, warn() {}, error() {} },
    metrics: makeMetrics(),
    capabilities,
    alone: (_, work) => void watching.push(work(stop.signal)),
  };
  door.mount(app, parts);
  bureau.feed.start();
  afterAll(async () => {
    stop.abort();
    await Promise.all(watching);
    await bureau.feed.stop();
    await listener.drain(0);
    await opened.close();
  });

  async function all(thread: string): Promise<Checkpoint[]> {
    const { items } = await opened.store.list({ session: thread, limit: 200 });
    return items.sort((a, b) => b.created_at - a.created_at || b.round - a.round);
  }

  return {
    ...{ url, office: bureau, opened, parts, capabilities, all },
    async pass(ms) {
      now += ms;
      await bureau.timers();
    },
    async call(method, path, body, headers = {}) {
      const response = await fetch(url + path, {
        method,
        headers: { "content-type": "application/json", ...headers },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      return { status: response.status, body: (await response.json()) as Answered["body"] };
    },
    async act(id, act) {
      const done = await bureau.act(id, "bob", act);
      await bureau.timers();
      return done;
    },
    async newest(thread) {
      const [first] = await all(thread);
      if (first === undefined) throw new Error(`nothing came in under ${thread}`);
      return first;
    },
  };
}

export const asAgent = { authorization: `Bearer ${AGENT}` };
export const asAdmin = { authorization: `Bearer ${ADMIN}` };
export const asBob = { authorization: `Bearer ${BOB}` };
