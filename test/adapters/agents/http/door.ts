/**
 * The HTTP API on a real listener and a free port, over real fetch, for one test file. The access is the program's own
 * with five tokens; the desk is whatever a test is about, by default one that takes everything.
 */
import { afterAll } from "vitest";
import { type HttpOptions, nodeListener, routes } from "../../../../adapters/agents/http/index.ts";
import { makeAccess } from "../../../../src/access.ts";
import { Desk } from "../../../../src/desk.ts";
import type { DeskPort } from "../../../../src/desk-port.ts";
import { isObject, type JsonObject } from "../../../../src/json.ts";
import { type Branch, makeListener, type Patience } from "../../../../src/listener.ts";
import { makeMetrics } from "../../../../src/metrics.ts";
import { makeDirectory } from "../../../../src/policy/directory.ts";
import type { Settings } from "../../../../src/settings.ts";
import { checkpoint } from "../../../make.ts";
import { PEOPLE } from "../../../town.ts";

export const TOKENS = {
  agent: "agent-token-1",
  other: "agent-token-2",
  bob: "bobs-token",
  carol: "carols-token",
  admin: "admin-token",
};

const SETTINGS = {
  people: PEOPLE,
  groups: [{ id: "sre", members: ["person:bob", "person:carol"] }],
  admin: "admin",
  approvers: ["group:sre"],
  tokens: [
    { name: "ci", role: "agent", token: TOKENS.agent, agents: "any" },
    { name: "other", role: "agent", token: TOKENS.other, agents: ["other"] },
    { name: "bob-cli", role: "approver", token: TOKENS.bob, person: "bob" },
    { name: "carol-cli", role: "approver", token: TOKENS.carol, person: "carol" },
    { name: "root", role: "admin", token: TOKENS.admin },
  ],
} satisfies Partial<Settings>;

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The body as JSON, `{}` when it is none. */
  body: JsonObject;
}

export interface Asked {
  token?: string | null;
  headers?: Record<string, string>;
  /** A string or bytes are sent as they are, anything else as JSON. */
  body?: unknown;
  signal?: AbortSignal;
}

export interface Door {
  url: string;
  port: number;
  metrics: ReturnType<typeof makeMetrics>;
  /** What was logged as an error. */
  faults: unknown[];
  call(route: string, asked?: Asked): Promise<Answer>;
  drain(grace: number): Promise<void>;
}

export const simpleDesk: DeskPort = {
  raise: async (_, { id = "chk_0123456789" }) => ({ type: "raised", created: true, checkpoint: checkpoint({ id }) }),
  act: async (_, id) => ({ type: "settled", result: "recorded", checkpoint: checkpoint({ id }) }),
  comment: async (_, id) => ({ type: "commented", checkpoint: checkpoint({ id }) }),
  withdraw: async (_, id) => ({ type: "withdrawn", checkpoint: checkpoint({ id, status: "withdrawn" }) }),
  read: async (_, id) => checkpoint({ id }),
  wait: async (_, id) => checkpoint({ id }),
  card: async () => ({ type: "refused", code: "not_found", detail: "There is no card here." }),
  list: async () => ({ type: "page", items: [], next: null }),
  timeline: async () => ({ type: "timeline", items: [] }),
  follow: async () => ({ type: "refused", code: "unavailable", detail: "Nothing happens here." }),
  stats: async () => ({ type: "refused", code: "unavailable", detail: "Nothing is counted here." }),
  deliveries: async () => ({ type: "page", items: [], next: null }),
  redeliver: async (_, id) => ({ type: "queued", checkpoint: checkpoint({ id }) }),
  audit: () => ({ type: "refused", code: "forbidden", detail: "There is no record here." }),
};

interface Over extends Partial<Omit<HttpOptions, "metrics" | "log">> {
  branches?: Branch[];
  patience?: Partial<Patience>;
}

export async function door(desk: Partial<DeskPort> = {}, over: Over = {}): Promise<Door> {
  const metrics = makeMetrics();
  const faults: unknown[] = [];
  const access = makeAccess(SETTINGS, makeDirectory(SETTINGS));
  const { branches, patience, ...options } = over;
  const app = routes(desk instanceof Desk ? desk : { ...simpleDesk, ...desk }, access, {
    baseUrl: "https://hitl.example.com",
    version: "0.1.0",
    openMetrics: true,
    ready: async () => ({ ready: true, store: "up", channels: { slack: "up" } }),
    metrics,
    log: { error: (...line: unknown[]) => faults.push(line) },
    ...options,
  });
  const listener = makeListener(nodeListener(app), branches, patience);
  const port = await listener.listen(0, "127.0.0.1");
  const url = `http://127.0.0.1:${port}`;
  afterAll(() => listener.drain(0));

  async function call(
    route: string,
    { token = TOKENS.agent, headers = {}, body, signal }: Asked = {},
  ): Promise<Answer> {
    const [method = "", path = ""] = route.split(" ");
    const sent =
      body === undefined || typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(sent === undefined ? {} : { body: sent as string }),
      ...(signal === undefined ? {} : { signal }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: objectOf(text) };
  }

  return { url, port, metrics, faults, call, drain: listener.drain };
}

function objectOf(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
