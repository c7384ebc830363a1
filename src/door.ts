/**
 * Doors: how agents that speak another protocol come in. A door reads their words, raises through the desk like
 * everybody else, and says how it ended in their words again; it never knows where people decide.
 */
import { createHash } from "node:crypto";
import type { z } from "zod";
import type { Caller } from "./access.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { Connection, ConnectionOf, Door, Protocol } from "./connections.ts";
import type { Entry } from "./decide/raise.ts";
import type { Denied, DeskPort, ListRequest } from "./desk-port.ts";
import type { Doorway } from "./http/doorway.ts";
import { canonical, type Json, type JsonObject } from "./json.ts";
import type { Log } from "./log.ts";
import type { Answering } from "./outbound/answers.ts";
import type { Clock, Logged, Shelf } from "./ports.ts";
import { DOOR_ID } from "./request.ts";

export interface DoorParts {
  desk: DeskPort;
  shelf: Shelf;
  clock: Clock;
  log: Pick<Log, "info" | "warn" | "error">;
  /** Of links, without a slash at the end. */
  baseUrl: string;
}

/** A route of a door, for the OpenAPI document; `asks`: it is there below an agent's own address, too. */
export interface DoorOperation {
  /** `POST /interrupts` */
  route: string;
  summary: string;
  asks?: true;
  takes?: z.ZodObject;
  query?: z.ZodObject;
  /** The act's header `Idempotency-Key` is heeded. */
  key?: true;
  /** Statuses of what is no refusal; a stream is said by its media type. */
  gives: Record<number, "application/json" | "text/event-stream">;
}

/** What a protocol's folder exports. */
export interface DoorAdapter<P extends Protocol = Protocol> {
  protocol: P;
  routes(doorway: Doorway<P>, parts: DoorParts): void;
  operations: readonly DoorOperation[];
  answering: Answering;
  /** What the protocol's own record of decisions would hold; null: it would not hold this. */
  auditEntry?(checkpoint: Checkpoint, logged: Logged): JsonObject | null;
  /**
   * The client side: watches an agent's system until `signal` aborts, and raises what it finds there. Only one replica
   * runs it at a time, and another may go on at any moment; undefined: there is nothing to watch.
   */
  watch?(connection: ConnectionOf<P>, parts: DoorParts, signal: AbortSignal): Promise<void> | undefined;
}

/** What the desk has to know of a checkpoint that came in by a connection. */
export function entryOf(door: Door, connection: Connection | null, answer?: string): Entry {
  return {
    door,
    ...(answer === undefined ? {} : { answer }),
    ...(connection?.route === undefined ? {} : { route: connection.route }),
    ...(connection?.maxRounds === undefined ? {} : { maxRounds: connection.maxRounds }),
  };
}

/**
 * Our id for what an agent named in its own way: the same parts, the same id, so that whoever raises the same twice
 * raises it once.
 */
export function idOf(
  caller: Caller,
  door: Pick<Door, "protocol" | "connection" | "thread" | "id">,
  more: Json,
): string {
  const { protocol, connection, thread, id } = door;
  const said = canonical([caller.name, protocol, connection, thread, id, more]);
  return `${DOOR_ID}${createHash("sha256").update(said).digest("base64url").slice(0, 22)}`;
}

/** All that a list holds and that is wanted, newest first; no further than it was told where. */
export async function listed(
  desk: Pick<DeskPort, "list">,
  caller: Caller,
  query: Omit<ListRequest, "limit" | "cursor">,
  isWanted: (checkpoint: Checkpoint) => boolean,
  most: { pages?: number; found?: number } = {},
): Promise<Checkpoint[] | Denied> {
  const { pages = Number.POSITIVE_INFINITY, found: enough = Number.POSITIVE_INFINITY } = most;
  const found: Checkpoint[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < pages && found.length < enough; page += 1) {
    const more = await desk.list(caller, { ...query, limit: PAGE, ...(cursor === null ? {} : { cursor }) });
    if (more.type === "refused") return more;
    found.push(...more.items.filter(isWanted));
    cursor = more.next;
    if (cursor === null) break;
  }
  return found;
}

const PAGE = 200;
/** A thread that has more is looked through no further. */
const PAGES = 10;

/** Of a thread, newest first, what came in by this door. */
export async function inThread(
  desk: DeskPort,
  caller: Caller,
  { protocol, connection, thread }: Pick<Door, "protocol" | "connection" | "thread">,
): Promise<Checkpoint[] | Denied> {
  const isOurs = ({ door }: Checkpoint) => door?.protocol === protocol && door.connection === connection;
  const found = await listed(desk, caller, { session: thread }, isOurs, { pages: PAGES });
  if ("type" in found) return found;
  // Of one millisecond the store's order says nothing.
  return found.sort((a, b) => b.created_at - a.created_at || b.round - a.round);
}
