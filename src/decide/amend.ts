/** How the next record is made: revision counted, the cards and people that must hear of it listed. */
import { type By, type Checkpoint, type Decision, outcomeOf, type Status } from "../checkpoint.ts";
import type { House } from "../house.ts";
import type { Json, JsonObject } from "../json.ts";
import { kindOf } from "../kinds/index.ts";
import { hiddenIn } from "../policy/redact/raise.ts";
import type { Errand } from "../ports.ts";
import type { Amendment, News } from "../ruling.ts";
import { tellOutcome } from "./telling.ts";

export function amend(
  checkpoint: Checkpoint,
  changes: Partial<Checkpoint>,
  news: News[],
  errands: Errand[] = showAll(checkpoint),
): Amendment {
  return {
    type: "change",
    next: { ...checkpoint, ...changes, revision: checkpoint.revision + 1 },
    news,
    errands,
    from: null,
    // A change that was decided in time must also arrive in time.
    until: checkpoint.status === "pending" ? checkpoint.due_at : null,
  };
}

/** Ends a checkpoint with a decision; `status` tells a person's or policy's decision from silence. */
export function end(
  checkpoint: Checkpoint,
  status: Exclude<Status, "pending" | "withdrawn">,
  decision: Decision,
  changes: Partial<Checkpoint>,
  house: House,
): Amendment {
  const ended: Partial<Checkpoint> = { ...changes, status, decision, ...closing(checkpoint, decision.at) };
  const { by: _, at: __, ...said } = decision;
  const data = loggedWords(checkpoint, said as JsonObject, house);
  const type = status === "expired" ? "checkpoint.expired" : "checkpoint.resolved";
  return amend(checkpoint, ended, [{ type, by: decision.by, data }], farewell(checkpoint, house));
}

/** What people wrote is kept for the agent as they wrote it; the log, which many read for long, has it without secrets. */
export function loggedWords({ kind, policy }: Checkpoint, said: JsonObject, house: House): JsonObject {
  const rules = house.redaction(policy.name);
  const places: Record<string, string[]> = {
    feedback: ["feedback"],
    reason: ["reason"],
    answers: ["answers"],
    edited: ["payload", kindOf(kind).subject ?? "edited"],
  };
  const shown = (name: string, value: Json) =>
    places[name] === undefined ? value : hiddenIn(value, places[name], rules);
  return Object.fromEntries(Object.entries(said).map(([name, value]) => [name, shown(name, value)]));
}

/** What the end of whatever kind sets: the moment, and that the agent is to be called. */
export function closing({ callback }: Checkpoint, at: number): Pick<Checkpoint, "ended_at" | "callback"> {
  return { ended_at: at, callback: callback === null ? null : { ...callback, state: "waiting" } };
}

/** After the end: every card settled, the requester told, the agent called. */
export function farewell(checkpoint: Checkpoint, house: House): Errand[] {
  const { id } = checkpoint;
  const errands = [...showAll(checkpoint), ...tellOutcome(checkpoint, house)];
  if (checkpoint.callback !== null) errands.push({ do: "call", key: `call:${id}`, id });
  return errands;
}

export function showAll(checkpoint: Checkpoint): Errand[] {
  return checkpoint.placements
    .filter((placement) => placement.state !== "undeliverable")
    .map((placement) => show(checkpoint.id, placement.channel, placement.conversation));
}

export function show(id: string, channel: string, conversation: string): Errand {
  return { do: "show", key: `show:${id}:${channel}:${conversation}`, id, channel, conversation };
}

/** A policy's decision: on time-out, or without asking anybody. Never a person's. */
export function byPolicy(checkpoint: Checkpoint, action: Decision["action"], at: number): Decision {
  const by: By = { kind: "policy", name: checkpoint.policy.name };
  return { action, outcome: outcomeOf(action), by, at, digest: checkpoint.digest };
}

/** What an edit replaces, as it stands on the table now. */
export function subjectOf(checkpoint: Checkpoint, member: "tool_args" | "output"): Json {
  return checkpoint.edited === null ? (checkpoint.payload[member] ?? null) : checkpoint.edited.value;
}
