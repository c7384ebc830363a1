/** All doors of the program put together: their routes mounted, their agents' systems watched, by one replica each. */
import type { Hono } from "hono";
import type { Access } from "./access.ts";
import type { Capabilities } from "./capability.ts";
import type { Connection, Protocol } from "./connections.ts";
import type { DoorAdapter, DoorParts } from "./door.ts";
import { BODY_DEADLINE_MS } from "./http/body.ts";
import { makeDoorway } from "./http/doorway.ts";
import { type Env, type FrameParts, makeFrame } from "./http/frame.ts";
import { makePace } from "./http/pace.ts";
import type { Answering } from "./outbound/answers.ts";

export interface DoorsParts extends DoorParts {
  access: Pick<Access, "caller">;
  metrics: FrameParts["metrics"];
  connections: readonly Connection[];
  capabilities: Pick<Capabilities, "connectionOf">;
  /** Runs the work on one replica at a time, for as long as this one may. */
  alone(name: string, work: (signal: AbortSignal) => Promise<void>): void;
}

/** Calls of one capability address: as many at once, and as many a second for ever. */
const BURST = 120;
const PER_SECOND = 5;

export function protocolsOf(adapters: readonly DoorAdapter[]): ReadonlyMap<Protocol, Answering> {
  return new Map(adapters.map(({ protocol, answering }) => [protocol, answering]));
}

export function mountDoors(app: Hono<Env>, adapters: readonly DoorAdapter[], parts: DoorsParts): void {
  const frame = makeFrame(parts);
  const pace = makePace(BURST, PER_SECOND, parts.clock);
  for (const { protocol, routes } of adapters)
    routes(makeDoorway(protocol, { ...parts, app, frame, pace, bodyDeadline: BODY_DEADLINE_MS }), parts);
}

export function watchAgents(adapters: readonly DoorAdapter[], parts: DoorsParts): void {
  for (const connection of parts.connections) {
    const adapter = adapters.find(({ protocol }) => protocol === connection.protocol);
    const watch = adapter?.watch;
    if (watch === undefined) continue;
    parts.alone(`agent:${connection.name}`, async (signal) => watch(connection, parts, signal));
  }
}
