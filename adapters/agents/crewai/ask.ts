/**
 * From a review request to its checkpoint. The same body is the same checkpoint, whoever sends it again and when:
 * replaying what was signed once asks nobody. Only where it is certain that the crew made it after it had been told to
 * change something is the same output asked about anew. Another body of the same task is its next round.
 */
import type { Caller, Origin } from "../../../src/access.ts";
import type { Checkpoint } from "../../../src/checkpoint.ts";
import type { CrewaiConnection } from "../../../src/connections.ts";
import { type DoorParts, entryOf, idOf, inThread } from "../../../src/door.ts";
import { digestOf, type Json } from "../../../src/json.ts";
import { inTurn } from "../../../src/turn.ts";
import { carryOf, doorOf, onTimeoutOf, PROTOCOL, raiseOf } from "./mapping.ts";
import type { ApprovalRequest } from "./schema.ts";

export interface Asking {
  caller: Caller;
  connection: CrewaiConnection | null;
  sent: ApprovalRequest;
  /** As it came, before anything was filled in. */
  body: Json;
  /** It was certainly not sent before this: ms; null: it may be as old as the secret. */
  madeAt: number | null;
  /** The signed timestamp, if there is one. */
  signedAt: number | null;
  origin: Origin;
}

type Parts = Pick<DoorParts, "desk" | "shelf">;

export async function ask(parts: Parts, asking: Asking) {
  const { caller, connection, sent } = asking;
  const { thread, id } = doorOf(sent, connection?.name ?? null);
  const task = [PROTOCOL, connection?.name ?? [caller.name], thread, id];
  return inTurn(parts.shelf, task, () => askOnce(parts, asking));
}

async function askOnce({ desk }: Parts, asking: Asking) {
  const { caller, connection, sent, body, origin, signedAt } = asking;
  const door = { ...doorOf(sent, connection?.name ?? null), carry: carryOf(sent, connection, signedAt) };
  let id = idOf(caller, door, digestOf(body));
  for (;;) {
    const known = await desk.read(caller, id);
    if ("type" in known) break;
    if (!isAskedAnew(known, asking)) return { type: "raised" as const, created: false, checkpoint: known };
    id = idOf(caller, door, [digestOf(body), id]);
  }
  const before = await inThread(desk, caller, door);
  if ("type" in before) return before;
  const former = before.find((each) => each.door?.id === door.id);
  const round = former === undefined || former.decision?.outcome === "approved" ? {} : { previous: former.id };
  const answer = connection?.callback ?? connection?.resume;
  const entry = { ...entryOf(door, connection, answer), onTimeout: onTimeoutOf(sent) };
  return desk.raise(caller, { ...raiseOf(sent, connection), ...round, id }, { origin, entry });
}

function isAskedAnew({ decision, door, ended_at }: Checkpoint, { madeAt, signedAt }: Asking): boolean {
  if (decision?.outcome !== "changes" || madeAt === null || ended_at === null || madeAt <= ended_at) return false;
  return signedAt === null || door?.carry?.signed_at !== signedAt;
}
