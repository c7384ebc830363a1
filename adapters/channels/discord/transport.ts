/**
 * The only file that knows Discord's library, of which it takes the REST client: requests with their time-outs and the
 * limits that Discord's headers tell. Each is tried once, since the relay is what tries again; nothing is waited for
 * here. Who the bot is and whom it serves is asked before anything is begun.
 */
import { DiscordAPIError, HTTPError, RateLimitError, REST, RESTEvents } from "discord.js";
import type { JsonObject } from "../../../src/json.ts";
import type { Shelf } from "../../../src/ports.ts";
import { makeAnswers } from "./answers.ts";
import { makeApi } from "./api.ts";
import { countInvalids, type Invalids } from "./budget.ts";
import { NotYet, Refused, UNCLEAR } from "./faults.ts";
import { keepGateway } from "./gateway.ts";
import type { Handlers, Home, Wire } from "./wire.ts";

export interface WireSettings {
  token: string;
  /** The servers that are served; empty: the only one that the bot is in. */
  guilds: readonly string[];
  /** Without the version. */
  apiUrl: string;
  /** Whether the privileged intent for what people write is asked for. */
  content: boolean;
}

export interface WireParts {
  shelf: Shelf;
  clock: () => number;
  /** Told in one line each, without what people wrote. */
  report: (what: string, error?: unknown) => void;
  onState(up: boolean): void;
  /** Ms that the gateway's lease lasts. */
  lease?: number;
}

export interface Request {
  method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** `/channels/1/messages` */
  path: `/${string}`;
  body?: JsonObject | readonly JsonObject[];
  query?: Record<string, string>;
  files?: readonly { name: string; data: string | Uint8Array }[];
  /** False for what an interaction's token opens. */
  auth?: boolean;
  timeout?: number;
}

/** The answer's body; throws a Refused or a NotYet. */
export type Send = (request: Request) => Promise<unknown>;

const TIMEOUT = 10_000;
/** What Discord does not take now it will not take in a moment, and each 401 counts. */
const UNAUTHORIZED_PAUSE = 60_000;
/** An address that is shut out is told no time. */
const SHUT_OUT = 60_000;

const GUILDS = 1 << 0;
const GUILD_MESSAGES = 1 << 9;
const DIRECT_MESSAGES = 1 << 12;
const MESSAGE_CONTENT = 1 << 15;
/** Of an application: the privileged intent is switched on, for a verified bot and for others. */
const CONTENT_GRANTED = (1 << 18) | (1 << 19);

export async function connect(settings: WireSettings, parts: WireParts): Promise<Wire> {
  const { report } = parts;
  const send = makeSend(settings, parts.clock);
  const { home, warnings } = await homeOf(send, settings);
  for (const warning of warnings) report(warning);
  const api = makeApi(send, home.application);
  const answers = makeAnswers(send, home.application, report);
  let handlers: Handlers | undefined;
  const gateway = keepGateway({
    ...parts,
    token: settings.token,
    application: home.application,
    intents: GUILDS | GUILD_MESSAGES | DIRECT_MESSAGES | (home.content ? MESSAGE_CONTENT : 0),
    address: () => addressOf(send),
    async dispatch({ type, data, replayed }) {
      if (type === "INTERACTION_CREATE") await answers.take(data, replayed, handlers);
      else if (type === "MESSAGE_CREATE") await handlers?.said(data);
    },
  });
  return {
    ...api,
    ...answers.verbs,
    home,
    isUp: gateway.isUp,
    async start(given) {
      handlers = given;
      await gateway.start();
    },
    stop: gateway.stop,
  };
}

/** Also for who only looks: the doctor. */
export function makeSend(
  settings: Pick<WireSettings, "token" | "apiUrl">,
  clock: () => number,
  invalids: Invalids = countInvalids(clock),
): Send {
  const rest = new REST({
    api: settings.apiUrl,
    version: "10",
    retries: 0,
    timeout: TIMEOUT,
    rejectOnRateLimit: () => true,
  }).setToken(settings.token);
  rest.on(RESTEvents.Response, (_, { status, headers }) => {
    const shared = status === 429 && headers.get("x-ratelimit-scope") === "shared";
    if ([401, 403, 429].includes(status) && !shared) invalids.count();
  });
  let blockedUntil = 0;
  let unauthorizedUntil = 0;

  return async ({ method, path, body, query, files, auth = true, timeout = TIMEOUT }) => {
    const what = `${method} ${path.replace(/(\/(?:webhooks|interactions)\/\d+)\/[^/]+/, "$1/…")}`;
    const now = clock();
    const wait = auth ? Math.max(blockedUntil - now, invalids.wait()) : blockedUntil - now;
    if (wait > 0) throw new NotYet(wait);
    if (auth && now < unauthorizedUntil) throw new Refused(what, 401, 0);
    try {
      return await rest.request({
        ...{ method: method as never, fullRoute: path, auth, signal: AbortSignal.timeout(timeout) },
        ...(body === undefined ? {} : { body }),
        ...(query === undefined ? {} : { query: new URLSearchParams(query) }),
        ...(files === undefined ? {} : { files: files.map(({ name, data }) => ({ name, data: bytesOf(data) })) }),
      });
    } catch (error) {
      const fault = faultOf(what, error);
      if (fault instanceof NotYet && fault.after >= SHUT_OUT && isShutOut(error)) blockedUntil = clock() + fault.after;
      if (auth && fault instanceof Refused && fault.status === 401) {
        unauthorizedUntil = clock() + UNAUTHORIZED_PAUSE;
        // The library forgets a token that was refused once.
        rest.setToken(settings.token);
      }
      throw fault;
    }
  };
}

/** The library's errors hold whole requests; only what went wrong goes on. */
function faultOf(what: string, error: unknown): Refused | NotYet {
  if (error instanceof RateLimitError)
    return new NotYet(isShutOut(error) ? SHUT_OUT : Math.max(error.retryAfter, error.timeToReset, 50));
  if (error instanceof DiscordAPIError) return new Refused(what, error.status, Number(error.code) || 0);
  if (error instanceof HTTPError) return new Refused(what, error.status, 0);
  return new Refused(what, 0, 0);
}

/** By the proxy before Discord, which names no time and none of Discord's limits. */
function isShutOut(error: unknown): boolean {
  return error instanceof RateLimitError && error.retryAfter === 0 && error.timeToReset <= 1_000;
}

function bytesOf(data: string | Uint8Array): Buffer {
  return typeof data === "string" ? Buffer.from(data) : Buffer.from(data);
}

/** Who we are, and whom we serve. */
export async function homeOf(
  send: Send,
  { guilds, content }: Pick<WireSettings, "guilds" | "content">,
): Promise<{ home: Home; warnings: string[] }> {
  const [me, application, joined] = await Promise.all([
    send({ method: "GET", path: "/users/@me" }),
    send({ method: "GET", path: "/applications/@me" }),
    send({ method: "GET", path: "/users/@me/guilds", query: { limit: "200" } }),
  ]);
  const ids = (joined as { id: string }[]).map(({ id }) => id);
  const served = guilds.length === 0 ? ids : guilds.filter((id) => ids.includes(id));
  if (served.length === 0) throw new Refused("the server", 404, guilds.length === 0 ? UNCLEAR.none : 10_004);
  if (guilds.length === 0 && served.length > 1) throw new Refused("the server", 403, UNCLEAR.several);
  const { id, flags = 0 } = application as { id: string; flags?: number };
  const granted = (flags & CONTENT_GRANTED) !== 0;
  const missing = guilds.filter((guild) => !ids.includes(guild));
  return {
    home: { application: id, bot: (me as { id: string }).id, guilds: served, content: content && granted },
    warnings: [
      ...missing.map((guild) => `the bot is not in the server ${guild}, which DISCORD_GUILD names: invite it there`),
      ...(content && !granted
        ? [
            "DISCORD_MESSAGE_CONTENT is set, but the Message Content Intent is not switched on for the application: replies count only where they mention the bot or reply to it",
          ]
        : []),
    ],
  };
}

async function addressOf(send: Send): Promise<{ url: string; remaining: number; resetAfter: number }> {
  const { url, session_start_limit } = (await send({ method: "GET", path: "/gateway/bot" })) as {
    url: string;
    session_start_limit: { remaining: number; reset_after: number };
  };
  return { url, remaining: session_start_limit.remaining, resetAfter: session_start_limit.reset_after };
}
