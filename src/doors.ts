/** All doors of the program put together: their routes mounted, their agents' systems watched, by one replica each. */
import type { Access } from "./access.ts";
import type { Capabilities } from "./capability.ts";
import type { Connection, ConnectionOf, Protocol } from "./connections.ts";
import type { DoorAdapter, DoorParts } from "./door.ts";
import { BODY_DEADLINE_MS } from "./http/body.ts";
import { makeDoorway } from "./http/doorway.ts";
import { type App, type FrameParts, makeFrame } from "./http/frame.ts";
import type { Answering } from "./outbound/answers.ts";
import { makePace } from "./pace.ts";

export interface DoorsParts extends DoorParts {
  access: Pick<Access, "caller">;
  metrics: FrameParts["metrics"];
  connections: readonly Connection[];
  capabilities: Pick<Capabilities, "connectionOf">;
  /** Runs the work on one replica at a time, for as long as this one may. */
  alone(name: string, work: (signal: AbortSignal) => Promise<void>): void;
}

/** A door whatever its protocol. */
export interface AnyDoor extends Pick<DoorAdapter, "protocol" | "answering" | "auditEntry" | "operations"> {
  mount(app: App, parts: DoorsParts): void;
  watch(parts: DoorsParts): void;
}

/** Calls of one capability address: as many at once, and as many a second for ever. */
const BURST = 120;
const PER_SECOND = 5;

export function asDoor<P extends Protocol>(adapter: DoorAdapter<P>): AnyDoor {
  const { protocol, answering, auditEntry, operations } = adapter;
  const isMine = (connection: Connection): connection is ConnectionOf<P> => connection.protocol === protocol;
  return {
    protocol,
    answering,
    operations,
    ...(auditEntry === undefined ? {} : { auditEntry }),
    mount(app, parts) {
      const [frame, pace] = [makeFrame(parts), makePace(BURST, PER_SECOND, parts.clock)];
      adapter.routes(makeDoorway(protocol, { ...parts, app, frame, pace, bodyDeadline: BODY_DEADLINE_MS }), parts);
    },
    watch(parts) {
      for (const connection of parts.connections.filter(isMine))
        parts.alone(`agent:${connection.name}`, async (signal) => adapter.watch?.(connection, parts, signal));
    },
  };
}

export function answeringOf(doors: readonly AnyDoor[]): ReadonlyMap<Protocol, Answering> {
  return new Map(doors.map(({ protocol, answering }) => [protocol, answering]));
}

/** Those protocols whose agents keep a record of decisions themselves. */
export function shapesOf(doors: readonly AnyDoor[]): ReadonlyMap<string, NonNullable<DoorAdapter["auditEntry"]>> {
  return new Map(
    doors.flatMap(({ protocol, auditEntry }) => (auditEntry === undefined ? [] : [[protocol, auditEntry]])),
  );
}
