/** The inbox over a memory store with the town's people, on a free port: for tests that need no browser. */
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { afterAll } from "vitest";
import { inbox } from "../../../../adapters/channels/web/index.ts";
import type { WebDesk } from "../../../../adapters/channels/web/show.ts";
import { cookieName, type Env } from "../../../../adapters/channels/web/transport.ts";
import { openMemory } from "../../../../adapters/stores/memory/index.ts";
import { makeAccess } from "../../../../src/access.ts";
import { makeLinks } from "../../../../src/links.ts";
import { makeListener } from "../../../../src/listener.ts";
import { makeMetrics } from "../../../../src/metrics.ts";
import { makeDirectory } from "../../../../src/policy/directory.ts";
import type { Policy } from "../../../../src/policy/policy.ts";
import { type Office, office } from "../../../office.ts";
import { NOON, PEOPLE } from "../../../town.ts";

export interface Got {
  status: number;
  headers: Headers;
  text: string;
}

export interface Inbox {
  url: string;
  office: Office;
  /** What was logged as an error. */
  faults: unknown[];
  /** Lets `ms` pass. */
  wait(ms: number): void;
  /** A sign-in link's path. */
  link(person: string): Promise<string>;
  /** Signs somebody in, and answers their cookie. */
  enter(person: string): Promise<string>;
  get(path: string, cookie?: string, headers?: Record<string, string>): Promise<Got>;
  /** As a form of this site would be sent. */
  post(path: string, fields: Record<string, string>, cookie?: string, headers?: Record<string, string>): Promise<Got>;
  /** Raises and answers the id. */
  raise(request: unknown): Promise<string>;
}

interface Given {
  policies?: Policy[];
  /** In place of what the desk would do. */
  desk?(desk: WebDesk): Partial<WebDesk>;
}

export async function openInbox(options: Given = {}): Promise<Inbox> {
  let now = NOON;
  const clock = () => now;
  const opened = openMemory({ clock });
  const bureau = office(opened, options);
  const directory = makeDirectory({
    people: PEOPLE,
    groups: [{ id: "sre", members: ["person:bob", "person:carol", "person:dave"] }],
    admin: "admin",
  });
  const app = new Hono<Env>();
  const listener = makeListener(getRequestListener(app.fetch));
  const port = await listener.listen(0, "127.0.0.1");
  const url = `http://127.0.0.1:${port}`;
  const links = makeLinks({ shelf: opened.shelf, clock, directory, baseUrl: url });
  const { desk } = bureau;
  const own: WebDesk = {
    read: (...asked) => desk.read(...asked),
    act: (...asked) => desk.act(...asked),
    comment: (...asked) => desk.comment(...asked),
    withdraw: (...asked) => desk.withdraw(...asked),
    list: (...asked) => desk.list(...asked),
    timeline: (...asked) => desk.timeline(...asked),
    follow: (...asked) => desk.follow(...asked),
    deliveries: (...asked) => desk.deliveries(...asked),
    redeliver: (...asked) => desk.redeliver(...asked),
    stats: (...asked) => desk.stats(...asked),
    cardOf: (...asked) => desk.cardOf(...asked),
    rulesOf: (...asked) => desk.rulesOf(...asked),
  };
  const faults: unknown[] = [];
  app.route(
    "/",
    inbox({
      desk: { ...own, ...options.desk?.(own) },
      access: makeAccess({ tokens: [] }, directory),
      directory,
      links,
      shelf: opened.shelf,
      clock,
      key: bureau.keys.cookies,
      baseUrl: url,
      log: { error: (...line: unknown[]) => faults.push(line) },
      metrics: makeMetrics(),
    }),
  );
  bureau.feed.start();
  afterAll(async () => {
    await bureau.feed.stop();
    await listener.drain(0);
  });

  async function call(path: string, init: RequestInit, cookie: string | undefined): Promise<Got> {
    const headers = { accept: "text/html", ...(cookie === undefined ? {} : { cookie }), ...init.headers };
    const response = await fetch(url + path, { redirect: "manual", ...init, headers });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  async function link(person: string): Promise<string> {
    const issued = await links.issue(person);
    if (issued.type === "refused") throw new Error(issued.detail);
    return new URL(issued.url).pathname;
  }

  const post: Inbox["post"] = (path, fields, cookie, headers = {}) =>
    call(path, { method: "POST", body: new URLSearchParams(fields), headers: { origin: url, ...headers } }, cookie);

  return {
    url,
    office: bureau,
    faults,
    wait: (ms) => {
      now += ms;
    },
    link,
    async enter(person) {
      const { headers } = await post(await link(person), {});
      const cookie = headers.get("set-cookie")?.split(";")[0] ?? "";
      if (!cookie.startsWith(cookieName(url))) throw new Error("not let in");
      return cookie;
    },
    get: (path, cookie, headers = {}) => call(path, { headers }, cookie),
    post,
    async raise(request) {
      const raised = await bureau.raise(request);
      if (raised.type === "refused") throw new Error(raised.detail);
      return raised.checkpoint.id;
    },
  };
}

/** The hidden inputs of the form that goes to `action`. */
export function formOf(page: string, action: string): Record<string, string> {
  const start = page.indexOf(`action="${action}"`);
  const form = page.slice(start, page.indexOf("</form>", start));
  return Object.fromEntries(
    [...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(([, name = "", value = ""]) => [
      name,
      value,
    ]),
  );
}
