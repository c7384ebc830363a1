/**
 * Phase boundaries and checkpoints, each in the other's words: modify goes on with a new requirement, reject runs the
 * phase again. The protocol has no word for an end that nobody decided: a "reject" would start agents, an "approve"
 * more, so nothing is sent, and the pipeline goes on waiting, as it would without anybody.
 */
import type { Act } from "../../../src/card.ts";
import type { Checkpoint } from "../../../src/checkpoint.ts";
import { type Door, foreignId } from "../../../src/connections.ts";
import { isObject, type Json, type JsonObject } from "../../../src/json.ts";
import type { Outgoing } from "../../../src/outbound/answers.ts";
import type { RaiseRequest } from "../../../src/request.ts";
import { iso } from "../../../src/time.ts";
import type { PhaseRequest, ResolveRequest } from "./schema.ts";

export const PROTOCOL = "pipeline";

/** Where a pipeline names no session, a checkpoint stands for itself, and has no rounds. */
export function doorOf({ checkpoint_id, session_id }: PhaseRequest, connection: string | null): Door {
  return { protocol: PROTOCOL, connection, thread: session_id ?? checkpoint_id, id: checkpoint_id };
}

export function raiseOf(sent: PhaseRequest, agent: string | undefined): RaiseRequest {
  const { checkpoint_id: _, session_id: __, ...payload } = sent;
  const session = sent.session_id ?? sent.checkpoint_id;
  return {
    kind: "phase",
    payload: payload as JsonObject,
    source: { session, ...(agent === undefined ? {} : { agent }) },
  };
}

const ACTIONS = { approve: "proceed", modify: "refine", reject: "revise" } as const;
const WORDS = { proceed: "approve", refine: "modify", revise: "reject" } as const;

export function actOf({ action, feedback }: ResolveRequest): Act {
  return { action: ACTIONS[action], feedback };
}

/** What `…/resolve` takes; undefined for an end that is no decision, or one that the protocol does not know. */
function resolutionOf({ status, decision }: Checkpoint): { action: string; feedback?: string } | undefined {
  if (status !== "resolved" || decision === null || !Object.hasOwn(WORDS, decision.action)) return undefined;
  const action = WORDS[decision.action as keyof typeof WORDS];
  return decision.feedback === undefined ? { action } : { action, feedback: decision.feedback };
}

export function answerOf(checkpoint: Checkpoint): Outgoing | { type: "nothing"; remark: string } {
  const body = resolutionOf(checkpoint);
  if (body !== undefined) return { type: "outgoing", body };
  return { type: "nothing", remark: "The pipeline was told nothing, and still waits: resolve it there" };
}

/** As the pipeline's own lists have it. */
export function entryOf(checkpoint: Checkpoint): JsonObject {
  const { door, created_at, status } = checkpoint;
  return {
    checkpoint_id: door?.id ?? null,
    session_id: sessionOf(checkpoint),
    ...boundaryOf(checkpoint),
    status,
    ...resolutionOf(checkpoint),
    created_at: iso(created_at),
  };
}

export function taskOf(checkpoint: Checkpoint): JsonObject {
  const { door, payload, created_at } = checkpoint;
  return {
    session_id: sessionOf(checkpoint),
    checkpoint_id: door?.id ?? null,
    phase: payload.phase ?? null,
    created_at: iso(created_at),
  };
}

/** The data of `event: checkpoint`. */
export function eventOf(checkpoint: Checkpoint): JsonObject {
  return { checkpoint_id: checkpoint.door?.id ?? null, ...boundaryOf(checkpoint) };
}

function boundaryOf({ payload }: Checkpoint): JsonObject {
  const { phase = null, type = "hitl", summary = null, outputs = {} } = payload;
  return { phase, type, summary, outputs };
}

function sessionOf({ door }: Checkpoint): string | null {
  return door === undefined || door.thread === door.id ? null : door.thread;
}

/** Of a pipeline's list: what tells of its own dealings, and is not shown for review. */
const OF_LIST = ["id", "status", "action", "feedback", "created_at", "updated_at", "resolved_at"];
/** Characters; what is more than a request may bring would be more than a card can show. */
const MOST = 200_000;
const LONGEST = 20_000;

/** Its id, in a list or an event of the pipeline's own; undefined: there is none that it could be resolved by. */
export function idIn({ checkpoint_id, id }: JsonObject): string | undefined {
  const parsed = foreignId.safeParse(idText(checkpoint_id ?? id));
  return parsed.success ? parsed.data : undefined;
}

/**
 * What a pipeline's stream or list holds, as if it had been sent here. It waits whether or not anybody likes the shape
 * of it, so what is missing is put plainly.
 */
export function sentOf(found: JsonObject): PhaseRequest | undefined {
  const checkpoint_id = idIn(found);
  if (checkpoint_id === undefined) return undefined;
  const { checkpoint_id: _, session_id, phase, summary, outputs = null, type, ...rest } = found;
  const session = foreignId.safeParse(idText(session_id));
  const others = Object.entries(rest).filter(([name]) => !OF_LIST.includes(name));
  const more = Object.fromEntries(others.map(([name, value]) => [name, cut(value, LONGEST)]));
  return {
    ...(JSON.stringify(more).length <= MOST ? more : { more: cut(more, LONGEST) }),
    ...(typeof type === "string" ? { type: type.slice(0, 100) } : {}),
    checkpoint_id,
    session_id: session.success ? session.data : null,
    phase: textOf(phase).slice(0, 300) || "unnamed phase",
    summary: textOf(cut(summary ?? "", LONGEST)),
    outputs: fitted(isObject(outputs) ? outputs : outputs === null ? {} : { output: outputs }),
  };
}

function idText(id: Json | undefined): Json | undefined {
  return typeof id === "number" ? String(id) : id;
}

function textOf(value: Json | undefined): string {
  return value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
}

/** Each agent's share of what is shown. */
function fitted(outputs: JsonObject): JsonObject {
  if (JSON.stringify(outputs).length <= MOST) return outputs;
  const entries = Object.entries(outputs);
  const shares = Object.fromEntries(
    entries.map(([agent, made]) => [agent, cut(made, Math.floor(MOST / entries.length))]),
  );
  // Of very many agents nobody could read each one's.
  return JSON.stringify(shares).length <= 2 * MOST ? shares : { outputs: cut(outputs, MOST) };
}

function cut(value: Json, most: number): Json {
  const text = textOf(value);
  return text.length <= most
    ? value
    : `${text.slice(0, most)}\n… ${most} of ${text.length} characters; the pipeline has all of it`;
}
