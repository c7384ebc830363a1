/**
 * Where a door's routes are mounted: each path as it is, for whoever bears a token, and below `/in/<capability>` for
 * agents that cannot. Says who is calling and by which connection; a connection is never taken from a request's word
 * alone.
 */
import type { Hono } from "hono";
import { type AgentCaller, agentOf, type Caller } from "../access.ts";
import type { Capabilities } from "../capability.ts";
import type { Connection, ConnectionOf, Protocol } from "../connections.ts";
import type { Pace } from "../pace.ts";
import { type Call, type Env, type Handler, type makeFrame, type Open, unauthorized } from "./frame.ts";
import { type Trouble, trouble } from "./problem.ts";

export interface Visit<P extends Protocol> {
  caller: AgentCaller | Extract<Caller, { role: "admin" }>;
  /** Null: a token for which no connection is set up; it waits for its answers here. */
  connection: ConnectionOf<P> | null;
}

export type Asked<P extends Protocol> = (
  call: Call,
  visit: Visit<P>,
) => Promise<Response | Trouble> | Response | Trouble;

export interface Doorway<P extends Protocol = Protocol> {
  /** The agent's side. */
  asks(method: "get" | "post", path: string, handle: Asked<P>): void;
  /** The answering side, for whoever bears an approver's token (and whatever else has a say there). */
  answers(method: "get" | "post", path: string, handle: Handler): void;
  /** A path that has its own way to tell who calls, as by a signature. */
  open(method: "get" | "post", path: string, handle: Open): void;
  /** On such a path: who bears a token, or the capability that stands in it. */
  visitor(call: Call): Promise<Visit<P> | Trouble>;
  /** The connections of this protocol. */
  connections: readonly ConnectionOf<P>[];
  /** Ms within which a body must be complete. */
  bodyDeadline: number;
}

export interface DoorwayParts {
  app: Hono<Env>;
  frame: ReturnType<typeof makeFrame>;
  connections: readonly Connection[];
  capabilities: Pick<Capabilities, "connectionOf">;
  pace: Pace;
  bodyDeadline: number;
}

export function makeDoorway<P extends Protocol>(protocol: P, parts: DoorwayParts): Doorway<P> {
  const { app, frame, capabilities, pace } = parts;
  const connections = parts.connections.filter((each): each is ConnectionOf<P> => each.protocol === protocol);

  async function byCapability(call: Call): Promise<Visit<P> | Trouble> {
    const name = await capabilities.connectionOf(call.req.param("capability") ?? "");
    const connection = connections.find((each) => each.name === name);
    if (connection === undefined) return trouble("not_found", "There is nothing at this path.");
    const wait = pace.wait(connection.name);
    if (wait === 0) return { caller: agentOf(connection), connection };
    const seconds = Math.ceil(wait / 1_000);
    const slow = trouble("too_many_requests", `This address takes no more for now; come again in ${seconds} s.`);
    return { ...slow, retryAfter: seconds };
  }

  async function byToken(call: Call): Promise<Visit<P> | Trouble> {
    const caller = frame.callerOf(call);
    return caller === undefined ? unauthorized() : visitOf(caller, connections, call);
  }

  return {
    asks(method, path, handle) {
      const route = `${method.toUpperCase()} ${path}`;
      const visited = (call: Call, visit: Visit<P> | Trouble) => ("type" in visit ? visit : handle(call, visit));
      app[method](
        path,
        frame.guarded(route, (call, caller) => visited(call, visitOf(caller, connections, call))),
      );
      app[method](
        `/in/:capability${path}`,
        frame.open(`${method.toUpperCase()} /in/:capability${path}`, async (call) =>
          visited(call, await byCapability(call)),
        ),
      );
    },
    answers: (method, path, handle) => app[method](path, frame.guarded(`${method.toUpperCase()} ${path}`, handle)),
    open: (method, path, handle) => app[method](path, frame.open(`${method.toUpperCase()} ${path}`, handle)),
    visitor: (call) => (call.req.param("capability") === undefined ? byToken(call) : byCapability(call)),
    connections,
    bodyDeadline: parts.bodyDeadline,
  };
}

/**
 * The connection that a token may speak for: of its own name, the one that `?connection=` names, or the only one. Its
 * decisions go to that agent's system, so nobody but who may raise for that agent may name it.
 */
function visitOf<P extends Protocol>(
  caller: Caller,
  connections: readonly ConnectionOf<P>[],
  call: Call,
): Visit<P> | Trouble {
  if (caller.role === "approver") return trouble("forbidden", "An approver's token decides; raising takes an agent's.");
  const may = connections.filter(({ name }) => speaksFor(caller, name));
  const asked = call.req.query("connection");
  if (asked !== undefined) {
    const named = may.find(({ name }) => name === asked);
    if (named !== undefined) return { caller, connection: named };
    const detail =
      "This token may speak for no connection of that name in this protocol; see `agents:` in the settings.";
    return trouble("forbidden", detail, [{ pointer: "/query/connection", message: "not one of this token's" }]);
  }
  const own = may.find(({ name }) => name === caller.name);
  if (own !== undefined || may.length <= 1) return { caller, connection: own ?? may[0] ?? null };
  const names = may.map(({ name }) => name).join(", ");
  return trouble("invalid_request", `This token may speak for several connections: add ?connection= one of ${names}.`, [
    { pointer: "/query/connection", message: "is required" },
  ]);
}

function speaksFor(caller: Exclude<Caller, { role: "approver" }>, name: string): boolean {
  return caller.role === "admin" || caller.agents === "any" || caller.name === name || caller.agents.includes(name);
}
