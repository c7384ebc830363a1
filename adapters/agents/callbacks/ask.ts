/**
 * From a prompt to its checkpoint. A job has one open checkpoint: an identical prompt joins it, any other one takes
 * its place. The same prompt after it was decided gets the same decision, unless that asked for changes or was none:
 * then it is asked anew, as the next round.
 */
import type { Caller, Origin } from "../../../src/access.ts";
import type { Checkpoint } from "../../../src/checkpoint.ts";
import type { CallbacksConnection } from "../../../src/connections.ts";
import { type DoorParts, entryOf, idOf, inThread } from "../../../src/door.ts";
import { digestOf } from "../../../src/json.ts";
import { doorOf, raiseOf } from "./mapping.ts";
import type { Prompt } from "./schema.ts";

export interface Asking {
  caller: Caller;
  connection: CallbacksConnection | null;
  prompt: Prompt;
  /** Where the job server takes the response; absent: whoever asks waits for it. */
  answer?: string | undefined;
  origin: Origin;
  /** It was found by looking at the job: the server shows it in the very same words. */
  watched?: boolean;
  /** It is known to be asked anew, although it reads as before. */
  anew?: boolean;
}

export async function ask({ desk }: Pick<DoorParts, "desk">, asking: Asking) {
  const { caller, connection, prompt, answer, origin, watched = false, anew = false } = asking;
  const request = raiseOf(prompt, connection?.name);
  const digest = promptDigest(prompt);
  const door = { ...doorOf(prompt, connection?.name ?? null), carry: { prompt: digest, watched } };
  const before = await inThread(desk, caller, door);
  if ("type" in before) return before;
  const [latest] = before;
  if (latest !== undefined && latest.door?.id === door.id && latest.door.carry?.prompt === digest) {
    const stands = latest.status === "pending" || (!anew && standsFor(latest));
    if (stands) return { type: "raised" as const, created: false, checkpoint: latest };
  }
  for (const open of before.filter((each) => each.status === "pending" && each.door?.id !== door.id)) {
    const withdrawn = await desk.withdraw(caller, open.id, `superseded: the job asks for ${door.id} now`, origin);
    // Decided just now: that decision is on its way to the job, and the new question stands beside it.
    if (withdrawn.type === "refused" && !ENDED.includes(withdrawn.code)) return withdrawn;
  }
  const former = before.find((each) => each.door?.id === door.id);
  const round = former === undefined || former.decision?.outcome === "approved" ? {} : { previous: former.id };
  const id = idOf(caller, door, [digest, latest?.id ?? null]);
  return desk.raise(caller, { ...request, ...round, id }, { origin, entry: entryOf(door, connection, answer) });
}

/** Of the prompt as it came: what is kept of it may be redacted. */
export function promptDigest({ checkpoint, payload }: Prompt): string {
  return digestOf([checkpoint, payload]);
}

const ENDED: readonly string[] = ["already_resolved", "expired", "withdrawn"];

/** A repeat of the call gets what was decided; what asked for changes was answered by asking again. */
function standsFor({ decision, status }: Checkpoint): boolean {
  return status === "resolved" && decision?.outcome !== "changes";
}
