/**
 * The only file that knows Discord's library, of which it takes the REST client: requests with their time-outs and the
 * limits that Discord's headers tell. Each is tried once, since the relay is what tries again; nothing is waited for
 * here.
 */
import { DiscordAPIError, HTTPError, RateLimitError, REST, RESTEvents } from "discord.js";
import type { JsonObject } from "../../../src/json.ts";
import { countInvalids, type Invalids } from "./budget.ts";
import { NotYet, Refused } from "./faults.ts";

/** The address without the version. */
export interface Access {
  token: string;
  apiUrl: string;
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

/** Also for who only looks: the doctor. */
export function makeSend(settings: Access, clock: () => number, invalids: Invalids = countInvalids(clock)): Send {
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
