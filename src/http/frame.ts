/**
 * What surrounds every handler: who is calling, what happens to a refusal or a fault, and how long it took.
 * A fault is told with an id that leads to the log; neither it nor the log holds what was sent.
 */
import { randomUUID } from "node:crypto";
import type { HttpBindings } from "@hono/node-server";
import type { Context, Hono } from "hono";
import type { Access, Caller, Origin } from "../access.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { problem, type Trouble, trouble } from "./problem.ts";

export type Env = { Bindings: HttpBindings };
export type App = Hono<Env>;
export type Call = Context<Env>;
export type Handler = (call: Call, caller: Caller) => Promise<Response | Trouble> | Response | Trouble;
export type Open = (call: Call) => Promise<Response | Trouble> | Response | Trouble;

export interface FrameParts {
  access: Pick<Access, "caller">;
  baseUrl: string;
  log: Pick<Log, "error">;
  metrics: Pick<Metrics, "http">;
}

export function makeFrame({ access, baseUrl, log, metrics }: FrameParts) {
  /** For everybody. */
  const open = (route: string, handle: Open) => async (call: Call) => {
    const started = performance.now();
    let response: Response;
    try {
      const result = await handle(call);
      response = result instanceof Response ? result : problem(result, baseUrl);
    } catch (error) {
      response = fault(error, route);
    }
    metrics.http.observe({ route, status: response.status }, (performance.now() - started) / 1_000);
    return response;
  };

  const callerOf = (call: Call) => access.caller(call.env.incoming.headers.authorization, originOf(call).surface);

  /** For whoever bears a token. */
  const guarded = (route: string, handle: Handler) =>
    open(route, async (call) => {
      const caller = callerOf(call);
      if (caller === undefined) return unauthorized();
      const result = await handle(call, caller);
      return result instanceof Response ? result : problem(result, baseUrl, caller);
    });

  function fault(error: unknown, route: string): Response {
    // What no list gave out is the caller's mistake, and a store cannot say so otherwise.
    if (error instanceof RangeError && error.message.startsWith("cursor")) {
      const problems = [{ pointer: "/query/cursor", message: "is not one that a list gave" }];
      return problem(trouble("invalid_request", `The ${error.message}.`, problems), baseUrl);
    }
    // By name, so that an adapter's own copy of the class counts too.
    if (error instanceof Error && error.name === "StoreUnavailable") {
      log.error({ route, why: error.message }, "a request failed");
      const known = "reason" in error && typeof error.reason === "string";
      const why = known ? `is out of reach: ${error.reason}` : "did not answer in time";
      const detail = `The store ${why}. Send the same again; with the same id or Idempotency-Key it happens once.`;
      return problem({ ...trouble("unavailable", detail), headers: { "Retry-After": "1" } }, baseUrl);
    }
    const id = randomUUID();
    log.error({ err: error, route, fault: id }, "a request failed");
    const detail = `Something went wrong here, and nobody's decision. The log tells what under ${id}.`;
    return problem({ ...trouble("internal", detail), more: { instance: `urn:uuid:${id}` } }, baseUrl);
  }

  return { open, guarded, callerOf, fault };
}

export function unauthorized(): Trouble {
  const detail = "Send a token of this bot in the header Authorization: Bearer <token>.";
  return { ...trouble("unauthorized", detail), headers: { "WWW-Authenticate": 'Bearer realm="hitl-bot"' } };
}

export function originOf({ env }: Call): Origin {
  const { headers, socket } = env.incoming;
  const surface = headers["hitl-surface"] === "terminal" ? "terminal" : "api";
  return socket.remoteAddress === undefined ? { surface } : { surface, address: socket.remoteAddress };
}

/** The header Idempotency-Key, as options of the desk. */
export function keyOf({ env }: Call): { type: "key"; key?: string } | Trouble {
  const key = env.incoming.headers["idempotency-key"];
  if (key === undefined) return { type: "key" };
  if (typeof key === "string" && /^[\x20-\x7e]{1,200}$/.test(key)) return { type: "key", key };
  const message = "must be 1 to 200 printable ASCII characters";
  return trouble("invalid_request", `The header Idempotency-Key ${message}.`, [
    { pointer: "/headers/idempotency-key", message },
  ]);
}
