/**
 * A crew's review requests and checkpoints, each in the other's words. `/resume` knows yes and no with words: an edit
 * is offered only where the plain callback takes the output as it was edited. An end that is no decision (a time-out, a
 * withdrawal) reads as "not approved", never as more.
 */
import { type Checkpoint, type Decision, PRIORITIES, type Priority, personOf } from "../../../src/checkpoint.ts";
import type { CrewaiConnection, Door } from "../../../src/connections.ts";
import type { Entry } from "../../../src/decide/raise.ts";
import type { Json, JsonObject } from "../../../src/json.ts";
import type { Outgoing } from "../../../src/outbound/answers.ts";
import type { Logged } from "../../../src/ports.ts";
import type { RaiseRequest } from "../../../src/request.ts";
import { iso } from "../../../src/time.ts";
import type { ApprovalRequest } from "./schema.ts";

export const PROTOCOL = "crewai";

/** The protocol's own word for a time-out. */
const TIMEOUT = "Timeout";

/** An execution reviews a task in rounds; the next execution of the same crew asks for itself. */
export function doorOf({ task_id, execution_id }: ApprovalRequest, connection: string | null): Door {
  return { protocol: PROTOCOL, connection, thread: task_id, id: execution_id ?? task_id };
}

/** What goes back with the decision: to `/resume` the crew's own ids and webhooks, every time. */
export function carryOf(
  sent: ApprovalRequest,
  connection: CrewaiConnection | null,
  signedAt: number | null,
): JsonObject {
  const { execution_id, taskWebhookUrl, stepWebhookUrl, crewWebhookUrl } = sent;
  const resumed = { execution_id, taskWebhookUrl, stepWebhookUrl, crewWebhookUrl };
  const given = Object.entries(resumed).filter((each): each is [string, string] => typeof each[1] === "string");
  return {
    to: connection?.callback === undefined ? "resume" : "callback",
    resume: Object.fromEntries(given),
    signed_at: signedAt,
  };
}

export function raiseOf(sent: ApprovalRequest, connection: CrewaiConnection | null): RaiseRequest {
  const { execution_id: _, taskWebhookUrl: __, stepWebhookUrl: ___, crewWebhookUrl: ____, ...shown } = sent;
  const { task_id, context } = sent;
  return {
    kind: "task",
    payload: { ...(shown as JsonObject), context: context ?? {} },
    priority: priorityOf(sent),
    source: { session: task_id, ...(connection === null ? {} : { agent: connection.name }) },
    actions: ["proceed", ...(connection?.callback === undefined ? [] : (["edit"] as const)), "revise", "reject"],
  };
}

function priorityOf({ priority, context }: ApprovalRequest): Priority {
  const named = [priority, context?.priority].map((each) => (typeof each === "string" ? each.toLowerCase() : ""));
  return PRIORITIES.find((each) => each === named[0]) ?? PRIORITIES.find((each) => each === named[1]) ?? "normal";
}

/** What is urgent goes up the ladder when nobody decides in time; all else is not approved. */
export function onTimeoutOf(sent: ApprovalRequest): NonNullable<Entry["onTimeout"]> {
  return ["high", "critical"].includes(priorityOf(sent)) ? "escalate" : "reject";
}

/** How it ended, to where the raise said that it goes. */
export function answerOf(checkpoint: Checkpoint): Outgoing | { type: "nothing"; remark: string } {
  // The task waits again, with what it raised since: a "no" would hit that.
  if (isSuperseded(checkpoint))
    return { type: "nothing", remark: "The crew was told nothing of this round: it asked anew before it was decided" };
  const { door } = checkpoint;
  return { type: "outgoing", body: door?.carry?.to === "callback" ? callbackOf(checkpoint) : resumeOf(checkpoint) };
}

function isSuperseded({ withdrawn }: Checkpoint): boolean {
  return withdrawn?.reason.startsWith("superseded by round ") ?? false;
}

function resumeOf(checkpoint: Checkpoint): JsonObject {
  const { door, decision } = checkpoint;
  const is_approve = decision?.outcome === "approved";
  const resumed = { ...(door?.carry?.resume as JsonObject | undefined) };
  const { execution_id, ...webhooks } = resumed;
  return {
    ...(execution_id === undefined ? {} : { execution_id }),
    task_id: door?.thread ?? null,
    human_feedback: wordsOf(checkpoint),
    is_approve,
    ...webhooks,
  };
}

/** Never blank beside a "no": a crew that runs the task again without a word would make the same once more. */
function wordsOf({ status, decision, withdrawn }: Checkpoint): string {
  if (status === "expired") return TIMEOUT;
  if (decision === null) return `Withdrawn: ${withdrawn?.reason ?? "without a reason"}`;
  return decision.feedback ?? decision.reason ?? (decision.outcome === "approved" ? "" : "Rejected");
}

const WORDS: Record<Decision["outcome"], string> = {
  approved: "approved",
  answered: "rejected",
  changes: "revised",
  rejected: "rejected",
  timed_out: "rejected",
};

function callbackOf(checkpoint: Checkpoint): JsonObject {
  const { door, decision, status, withdrawn, ended_at } = checkpoint;
  const approved = decision?.outcome === "approved";
  const unasked = status === "resolved" ? null : wordsOf(checkpoint);
  return {
    task_id: door?.thread ?? null,
    decision: decision === null ? "rejected" : WORDS[decision.outcome],
    output: approved ? outputOf(checkpoint) : null,
    feedback: decision?.feedback ?? null,
    reason: unasked ?? decision?.reason ?? null,
    approver: decision !== null ? personOf(decision.by) : withdrawn === null ? null : personOf(withdrawn.by),
    timestamp: ended_at === null ? null : iso(ended_at),
  };
}

/**
 * What was approved, and nothing else: whoever reads only this member publishes nothing else. An output of which
 * something was hidden before it was kept is the crew's own to use: marks must not be published instead.
 */
function outputOf({ decision, payload, hidden }: Checkpoint): Json {
  if (decision?.edited !== undefined) return decision.edited;
  return hidden === undefined || hidden === null ? (payload.output ?? null) : null;
}

/** The entry of the crew's own log of decisions. Its words are the record's, which are without secrets. */
export function auditEntry({ door, decision, status }: Checkpoint, { entry }: Logged): JsonObject | null {
  if (decision === null || door === undefined) return null;
  const { reason, feedback } = entry.data;
  return {
    task_id: door.thread,
    approver: personOf(decision.by),
    decision: WORDS[decision.outcome],
    reason: status === "expired" ? TIMEOUT : (reason ?? feedback ?? null),
    timestamp: iso(entry.at),
    ip_address: entry.address ?? null,
  };
}
