/**
 * What of a watched pipeline waits, here as there: each of its checkpoints is raised once, by whichever way it was
 * heard of, and withdrawn when the pipeline has gone on without an answer from here.
 */

import { agentOf } from "../../../src/access.ts";
import { isPassing } from "../../../src/card.ts";
import type { Checkpoint } from "../../../src/checkpoint.ts";
import type { PipelineConnection } from "../../../src/connections.ts";
import { type DoorParts, listed } from "../../../src/door.ts";
import type { JsonObject } from "../../../src/json.ts";
import { ask, standing } from "./ask.ts";
import { listPending, readOne } from "./list.ts";
import { idIn, PROTOCOL, sentOf } from "./mapping.ts";

export interface Book {
  /** Of an event or of a list; false: it could not be told or stored just now, and is to be tried again. */
  enter(found: JsonObject, isListed?: boolean): Promise<boolean>;
  /** Compares with all that waits there; undefined: done, otherwise why not. */
  reconcile(url: string): Promise<string | undefined>;
}

const origin = { surface: "api" } as const;

/** What still waits so long after its resolution was taken has not been resolved: it was lost there. */
const STANDING_MS = 30_000;

export function makeBook(connection: PipelineConnection, parts: DoorParts, signal: AbortSignal): Book {
  const caller = agentOf(connection);
  /** Of the last look: a list that is a moment behind is no reason to withdraw anything. */
  let missing = new Set<string>();
  const refused = new Set<string>();

  async function enter(found: JsonObject, isListed = false): Promise<boolean> {
    const bare = sentOf(found);
    if (bare === undefined) {
      parts.log.warn({ agent: connection.name }, "a pipeline's checkpoint has no id that it could be resolved by");
      return true;
    }
    const isLost = (known: Checkpoint) => isListed && wasLost(known, parts.clock());
    const asking = { caller, connection, origin, isLost };
    const stands = await standing(parts, { ...asking, sent: bare });
    if (stands.type === "standing") return true;
    const whole = await completed(found, bare.checkpoint_id);
    if (whole === undefined) return false;
    const raised = await ask(parts, { ...asking, sent: sentOf(whole) ?? bare });
    if (raised.type !== "refused") return true;
    // Or the one before has ended in the same moment.
    if (isPassing(raised.code) || raised.code === "already_resolved") return false;
    if (!refused.has(bare.checkpoint_id)) {
      refused.add(bare.checkpoint_id);
      parts.log.warn({ agent: connection.name, code: raised.code }, "a pipeline's checkpoint cannot be raised");
    }
    return true;
  }

  /** Lists may leave the outputs out, streams the session. */
  async function completed(found: JsonObject, checkpoint: string): Promise<JsonObject | undefined> {
    if (found.outputs !== undefined && typeof found.session_id === "string") return found;
    const more = await readOne(connection, checkpoint, signal);
    if (more === undefined) return found.outputs === undefined ? undefined : found;
    return { ...more, ...found };
  }

  return {
    enter,
    async reconcile(url) {
      const before = await open();
      const listed = await listPending(connection, url, signal);
      if (listed.type === "unclear") return listed.why;
      const entered: boolean[] = [];
      for (const entry of listed.entries) entered.push(await enter(entry, true));
      const there = new Set(listed.entries.map(idIn));
      const gone = before.filter(({ door }) => !there.has(door?.id ?? ""));
      const reason = "the pipeline went on without an answer from here";
      for (const { id } of gone.filter((each) => missing.has(each.id)))
        await parts.desk.withdraw(caller, id, reason, origin);
      missing = new Set(gone.map(({ id }) => id));
      return entered.every(Boolean) ? undefined : "some of what it lists could not be read";
    },
  };

  async function open(): Promise<Checkpoint[]> {
    const isOurs = ({ door }: Checkpoint) => door?.protocol === PROTOCOL && door.connection === caller.name;
    const found = await listed(parts.desk, caller, { kind: "phase", status: "pending" }, isOurs);
    return "type" in found ? [] : found;
  }
}

function wasLost({ status, callback }: Checkpoint, now: number): boolean {
  if (status !== "resolved" || callback?.state !== "delivered" || callback.remark !== undefined) return false;
  return now - (callback.at ?? now) > STANDING_MS;
}
