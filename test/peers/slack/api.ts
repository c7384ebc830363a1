/**
 * The Web API: token, scopes, limits and faults around the methods, and a record of every call. Like Slack it answers
 * 200 to nearly everything and says `ok: false` inside.
 */
import type { IncomingHttpHeaders } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { JsonObject } from "../../../src/json.ts";
import { makeArgs, parseBody } from "./args.ts";
import type { ApiFault, Faults } from "./faults.ts";
import type { Limits } from "./limits.ts";
import type { Manifest } from "./manifest.ts";
import { METHODS } from "./methods/index.ts";
import { ApiError, type Call, type Happening, type Method } from "./methods/method.ts";
import type { Ledger } from "./scopes.ts";
import type { Bot, World } from "./world.ts";

export interface Called {
  method: string;
  args: JsonObject;
  /** The workspace whose token it was; "" for the app's own. */
  team: string;
  at: number;
  /** null: there was none (cut, dropped, hanging). */
  answer: JsonObject | null;
  status: number | null;
}

/** null: the connection is cut. */
export type Answer = { status: number; headers: Record<string, string>; body: string } | null;

export interface Api {
  calls: Called[];
  answer(method: string, headers: IncomingHttpHeaders, body: string): Promise<Answer>;
}

interface Parts {
  world: World;
  manifest: Manifest;
  ledger: Ledger;
  faults: Faults;
  limits: Limits;
  tell(happening: Happening): void;
  /** A new address for a socket, used once. */
  socketUrl(): string;
}

export function makeApi(parts: Parts): Api {
  const { world, manifest, ledger, faults, limits } = parts;
  const calls: Called[] = [];

  async function answer(method: string, headers: IncomingHttpHeaders, body: string): Promise<Answer> {
    const called: Called = { method, args: {}, team: "", at: world.now(), answer: null, status: null };
    calls.push(called);
    let given: JsonObject;
    try {
      given = parseBody(headers["content-type"] ?? "", body);
    } catch (error) {
      return reply(called, refusal(error));
    }
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1] ?? String(given.token ?? "");
    delete given.token;
    called.args = makeArgs(given).all;
    const fault = faults.take(method, called.args);
    world.changed();
    const before = await struck(called, fault);
    if (before !== undefined) return before;
    const done = reply(called, carried(method, token, given, called));
    world.changed();
    if (typeof fault === "object" && "slow" in fault) await pause(fault.slow);
    if (fault !== "cut") return done;
    called.answer = null;
    called.status = null;
    return null;
  }

  /** What a fault answers in place of the method; undefined where the method is to be carried out. */
  async function struck(called: Called, fault: ApiFault | undefined): Promise<Answer | undefined> {
    if (fault === undefined || fault === "cut") return undefined;
    if (fault === "drop") return null;
    if (fault === "hang") return new Promise(() => {});
    if ("late" in fault) await pause(fault.late);
    if ("ratelimited" in fault) return tooMany(called, fault.ratelimited);
    if ("status" in fault) {
      called.status = fault.status;
      return {
        status: fault.status,
        headers: { "content-type": "text/html" },
        body: "<h1>Slack is having trouble</h1>",
      };
    }
    return "error" in fault ? reply(called, { ok: false, error: fault.error }) : undefined;
  }

  function carried(name: string, token: string, given: JsonObject, called: Called): JsonObject | number {
    try {
      const method = METHODS.get(name);
      if (method === undefined && name !== "apps.connections.open") throw new ApiError("unknown_method");
      if (token === "") throw new ApiError("not_authed");
      if (method === undefined) return { ok: true, ...connectionsOpen(token) };
      const bot = botOf(token);
      called.team = bot.team;
      const call = callOf(bot, given, method);
      const wait = limits.meet(name, bot.team, called.args);
      return wait > 0 ? wait : { ok: true, ...method.carry(call) };
    } catch (error) {
      return refusal(error);
    }
  }

  function connectionsOpen(token: string): JsonObject {
    if (world.bots.has(token)) throw new ApiError("not_allowed_token_type");
    if (token !== world.app.token) throw new ApiError("invalid_auth");
    if (world.app.revoked) throw new ApiError("token_revoked");
    return { url: parts.socketUrl() };
  }

  function botOf(token: string): Bot {
    if (token === world.app.token) throw new ApiError("not_allowed_token_type");
    const bot = world.bots.get(token);
    if (bot === undefined) throw new ApiError("invalid_auth");
    if (bot.revoked) throw new ApiError("token_revoked");
    return bot;
  }

  function callOf(bot: Bot, given: JsonObject, method: Method): Call {
    const call: Call = {
      world,
      manifest,
      args: makeArgs(given),
      bot,
      tell: parts.tell,
      demand,
    };
    for (const scope of method.needs?.(call) ?? []) demand(scope);
    return call;
  }

  function demand(scope: string): void {
    if (!manifest.scopes.includes(scope))
      throw new ApiError("missing_scope", { needed: scope, provided: manifest.scopes.join(",") });
    ledger.use(scope);
  }

  /** A number: to be asked again after so many seconds. */
  function reply(called: Called, answer: JsonObject | number): Answer {
    if (typeof answer === "number") return tooMany(called, answer);
    called.answer = answer;
    called.status = 200;
    const needed = typeof answer.needed === "string" ? { "x-accepted-oauth-scopes": answer.needed } : {};
    const headers = {
      "content-type": "application/json; charset=utf-8",
      "x-oauth-scopes": manifest.scopes.join(","),
      ...needed,
    };
    return { status: 200, headers, body: JSON.stringify(answer) };
  }

  return { calls, answer };
}

function tooMany(called: Called, seconds: number): Answer {
  called.answer = { ok: false, error: "ratelimited" };
  called.status = 429;
  const headers = { "content-type": "application/json; charset=utf-8", "retry-after": String(seconds) };
  return { status: 429, headers, body: JSON.stringify(called.answer) };
}

function refusal(error: unknown): JsonObject {
  if (error instanceof ApiError) return { ok: false, error: error.code, ...error.more };
  throw error;
}
