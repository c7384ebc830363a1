/**
 * From a prompt to its checkpoint. A job has one open checkpoint: an identical prompt joins it, any other one takes
 * its place. Whether the same prompt after its end is a repeat of the call or the next question: `stands`.
 */
import { type AgentCaller, agentOf, type Caller, type Origin } from "../../../src/access.ts";
import type { Checkpoint } from "../../../src/checkpoint.ts";
import type { CallbacksConnection } from "../../../src/connections.ts";
import { type DoorParts, entryOf, idOf, inThread } from "../../../src/door.ts";
import { inTurn } from "../../../src/turn.ts";
import { carryOf, isSame, promptDigest } from "./looked.ts";
import { autoAnswersOf, doorOf, PROTOCOL, raiseOf } from "./mapping.ts";
import type { Prompt } from "./schema.ts";
import { toldAt } from "./told.ts";

export interface Asking {
  caller: AgentCaller | Extract<Caller, { role: "admin" }>;
  connection: CallbacksConnection | null;
  prompt: Prompt;
  /** Where the job server takes the response; absent: whoever asks waits for it. */
  answer?: string | undefined;
  origin: Origin;
  /** It was found by looking at the job: the server shows it in the very same words. */
  watched?: boolean;
  /** When the job was last seen at work: what was asked before that is asked anew, although it reads the same. */
  anew?: number | null;
}

type Parts = Pick<DoorParts, "desk" | "shelf" | "clock">;

/** A prompt that still stands so long after its response was taken is asked anew: the response was lost, or empty. */
const STANDING_MS = 30_000;
/** A waiting call that is repeated so long after it was answered is another question, in however equal words. */
const REPEATED_MS = 10 * 60_000;
/** So long an end that nobody heard of is kept for whoever comes back for it. */
const UNTOLD_MS = 7 * 86_400_000;

export async function ask(parts: Parts, asking: Asking) {
  const { connection, caller, prompt } = asking;
  const job = [PROTOCOL, connection?.name ?? [caller.name], prompt.job_id];
  return inTurn(parts.shelf, job, () => askOnce(parts, asking));
}

async function askOnce(parts: Parts, asking: Asking) {
  const { connection, prompt, answer, origin, watched = false } = asking;
  const { desk } = parts;
  const caller = callerOf(asking.caller, connection);
  const door = { ...doorOf(prompt, connection?.name ?? null), carry: carryOf(prompt, watched) };
  const before = await inThread(desk, caller, door);
  if ("type" in before) return before;
  const [latest] = before;
  const again = latest?.door !== undefined && isSame(latest.door, prompt, watched) === true;
  if (again && (await stands(latest, asking, parts)))
    return { type: "raised" as const, created: false, checkpoint: latest };
  const former = before.find((each) => each.door?.id === door.id);
  const round = former === undefined || former.decision?.outcome === "approved" ? {} : { previous: former.id };
  const id = idOf(caller, door, [promptDigest(prompt), latest?.id ?? null]);
  const autoAnswers = autoAnswersOf(prompt);
  const entry = { ...entryOf(door, connection, answer), ...(autoAnswers === undefined ? {} : { autoAnswers }) };
  const request = raiseOf(prompt, connection?.name, watched);
  const raised = await desk.raise(caller, { ...request, ...round, id }, { origin, entry });
  if (raised.type === "refused") return raised;
  return (await replace(parts, caller, before, raised.checkpoint, origin)) ?? raised;
}

/** All that comes in by a connection is its agent's, whoever bears the token: so that a job has one thread. */
export function callerOf(caller: Asking["caller"], connection: CallbacksConnection | null): Asking["caller"] {
  if (connection === null) return caller;
  return { ...agentOf(connection), person: caller.role === "agent" ? caller.person : caller.actor.person };
}

/** After the raise, so that nothing is taken back for what is refused. */
async function replace({ desk }: Parts, caller: Caller, before: readonly Checkpoint[], by: Checkpoint, origin: Origin) {
  // The round before was ended by the raise itself.
  for (const open of before.filter(({ status, id }) => status === "pending" && id !== by.previous && id !== by.id)) {
    const reason = `superseded: the job asks for ${by.door?.id} now`;
    const withdrawn = await desk.withdraw(caller, open.id, reason, origin);
    // Decided just now: the job, which asks something else, is not told.
    if (withdrawn.type === "refused" && !ENDED.includes(withdrawn.code)) return withdrawn;
  }
  return undefined;
}

const ENDED: readonly string[] = ["already_resolved", "expired", "withdrawn"];

async function stands(latest: Checkpoint, { answer, watched, anew }: Asking, parts: Parts): Promise<boolean> {
  const { id, status, decision, callback, withdrawn, created_at } = latest;
  // Whoever waits here is answered here: a call that wants it sent elsewhere is asked for itself.
  if (status === "pending") return callback !== null || answer === undefined || watched === true;
  if (created_at < (anew ?? 0) || withdrawn?.by.kind === "agent") return false;
  // Its answer was for whoever waited here; nobody would send it there.
  if (callback === null && answer !== undefined && watched !== true && latest.erased_at === undefined) return false;
  const [now, ended] = [parts.clock(), latest.ended_at ?? 0];
  const sent = callback?.state === "delivered" || callback?.state === "dead" ? callback.at : undefined;
  const heard = sent ?? (await toldAt(parts, id)) ?? (watched && callback === null ? ended : undefined);
  if (heard === undefined) return now - ended < UNTOLD_MS;
  // Nobody is asked again by a policy that asks nobody, or a server that ignores it would be told for ever.
  const isAuto = status === "resolved" && decision?.by.kind === "policy";
  if (watched) return isAuto || now - heard < STANDING_MS;
  if (status !== "resolved" || decision?.outcome === "changes") return false;
  if (callback?.state === "dead" || callback?.remark !== undefined) return false;
  return now - heard < (answer === undefined ? REPEATED_MS : STANDING_MS);
}
