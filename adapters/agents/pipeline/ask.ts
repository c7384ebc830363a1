/**
 * From a phase boundary to its checkpoint. A pipeline gives each one an id of its own, so the same id is the same
 * checkpoint, wherever it was heard of. The same phase of a session again is its next round.
 */
import { agentOf, type Caller, type Origin } from "../../../src/access.ts";
import { refuse } from "../../../src/card.ts";
import type { Checkpoint } from "../../../src/checkpoint.ts";
import { fillIn, type PipelineConnection } from "../../../src/connections.ts";
import { type DoorParts, entryOf, idOf, inThread } from "../../../src/door.ts";
import { digestOf } from "../../../src/json.ts";
import { inTurn } from "../../../src/turn.ts";
import { remember } from "./known.ts";
import { doorOf, PROTOCOL, raiseOf } from "./mapping.ts";
import type { PhaseRequest } from "./schema.ts";

export interface Asking {
  caller: Caller;
  connection: PipelineConnection | null;
  sent: PhaseRequest;
  origin: Origin;
  /** Whether what was raised under this id has to be asked about anew all the same. */
  isLost?(known: Checkpoint): boolean;
}

type Parts = Pick<DoorParts, "desk" | "shelf">;

export async function ask(parts: Parts, asking: Asking) {
  const { caller, connection, sent } = asking;
  const { thread } = doorOf(sent, connection?.name ?? null);
  const phase = [PROTOCOL, connection?.name ?? [caller.name], thread, sent.phase];
  return inTurn(parts.shelf, phase, () => askOnce(parts, asking));
}

async function askOnce(parts: Parts, asking: Asking) {
  const { caller, connection, sent, origin } = asking;
  const { desk, shelf } = parts;
  const digest = digestOf(sent);
  const door = { ...doorOf(sent, connection?.name ?? null), carry: { body: digest } };
  const found = await standing(parts, asking);
  if (found.type === "standing") return { type: "raised" as const, created: false, checkpoint: found.checkpoint };
  const before = await inThread(desk, caller, door);
  if ("type" in before) return before;
  const former = before.find(({ payload }) => payload.phase === sent.phase);
  const round = former === undefined || former.decision?.outcome === "approved" ? {} : { previous: former.id };
  const answer = connection?.resolve && fillIn(connection.resolve, { checkpoint_id: sent.checkpoint_id });
  const entry = entryOf(door, connection, answer);
  await remember(shelf, door.id, found.id);
  return desk.raise(caller, { ...raiseOf(sent, connection?.name), ...round, id: found.id }, { origin, entry });
}

type Standing = { type: "standing"; checkpoint: Checkpoint } | { type: "free"; id: string };

/** What this id already stands for, or the id of ours that the next checkpoint gets. */
export async function standing({ desk }: Pick<DoorParts, "desk">, asking: Omit<Asking, "origin">): Promise<Standing> {
  const { caller, connection, sent, isLost } = asking;
  // Not by its session: a stream may name none where a list does.
  const door = { ...doorOf(sent, connection?.name ?? null), thread: "" };
  // Whichever token it comes by, and whoever watches: what comes in by a connection is raised once.
  const agent = connection === null ? caller : agentOf(connection);
  let id = idOf(agent, door, null);
  for (;;) {
    const known = await desk.read(agent, id);
    if ("type" in known) return { type: "free", id };
    if (isLost?.(known) !== true) return { type: "standing", checkpoint: known };
    id = idOf(agent, door, id);
  }
}

/** Sent here under an id that came before with something else; what was erased since counts as the same. */
export function isOther(checkpoint: Checkpoint, sent: PhaseRequest): boolean {
  const body = checkpoint.door?.carry?.body;
  return body !== undefined && body !== digestOf(sent);
}

export function otherBody() {
  return refuse("idempotency_mismatch", "This checkpoint_id came before with another body; use a new one.", [
    { pointer: "/checkpoint_id", message: "came before with another body" },
  ]);
}
