/**
 * The record as the HTTP API, webhooks and event streams show it. What is internal (the agent's token, its callback
 * address, fingerprints, the time plan) stays inside.
 */

import type { Caller } from "./access.ts";
import type { AuditView, CheckpointView, DeliveryView, LogView } from "./answers.ts";
import { approvalsGiven, type Checkpoint, type Delivery, type Hidden } from "./checkpoint.ts";
import type { Door } from "./connections.ts";
import { slaOf } from "./overdue.ts";
import { hiddenText } from "./policy/redact/raise.ts";
import { DEFAULT_RULES } from "./policy/redact/rules.ts";
import type { Logged } from "./ports.ts";
import { iso } from "./time.ts";

/** `state` is the agent's own, and shown to nobody else: it is not redacted, because it has to come back untouched. */
export function viewOf(checkpoint: Checkpoint, baseUrl: string, to?: Pick<Caller, "role">): CheckpointView {
  const { decision, withdrawn, edited } = checkpoint;
  return {
    id: checkpoint.id,
    kind: checkpoint.kind,
    status: checkpoint.status,
    revision: checkpoint.revision,
    round: checkpoint.round,
    previous: checkpoint.previous,
    title: checkpoint.title,
    payload: checkpoint.payload,
    edited: edited && { ...edited, at: iso(edited.at) },
    source: checkpoint.source,
    requested_by: checkpoint.requested_by,
    priority: checkpoint.priority,
    policy: { name: checkpoint.policy.name, version: checkpoint.policy.version },
    actions: checkpoint.actions,
    approvers: checkpoint.approvers,
    quorum: { needed: checkpoint.quorum, given: approvalsGiven(checkpoint) },
    votes: checkpoint.votes.map((vote) => ({ ...vote, at: iso(vote.at) })),
    created_at: iso(checkpoint.created_at),
    due_at: maybe(checkpoint.due_at),
    sla_at: maybe(slaOf(checkpoint)),
    ended_at: maybe(checkpoint.ended_at),
    digest: checkpoint.digest,
    ...(checkpoint.hidden ? { redacted: redactedOf(checkpoint.hidden) } : {}),
    decision: decision && { ...decision, at: iso(decision.at) },
    withdrawn: withdrawn && { ...withdrawn, at: iso(withdrawn.at) },
    placements: checkpoint.placements.map(placementOf),
    comments: checkpoint.comments.map((comment) => ({ ...comment, at: iso(comment.at) })),
    callback: checkpoint.callback && attemptsOf(checkpoint.callback),
    ...(checkpoint.door === undefined ? {} : { door: doorOf(checkpoint.door) }),
    state: to?.role === "agent" ? checkpoint.state : null,
    metadata: checkpoint.metadata,
    ...(checkpoint.erased_at === undefined ? {} : { erased_at: iso(checkpoint.erased_at) }),
    url: `${baseUrl}/checkpoints/${checkpoint.id}`,
  };
}

export function logView({ seq, entry }: Logged): LogView {
  return { seq, at: iso(entry.at), type: entry.type, by: entry.by, data: entry.data };
}

/** All of an entry: with the times in ms again, its code can be checked. */
export function auditView({ seq, entry }: Logged): AuditView {
  const { id, type, revision, at, host, by, address, digest, data, content, mac } = entry;
  return {
    ...{ seq, id, type, revision, at: iso(at), host: iso(host), by },
    ...(address === undefined ? {} : { address }),
    ...{ digest, data, content, mac },
  };
}

/** For the operator, who has to find the receiver; secrets stand in queries, and nobody needs those for it. */
export function deliveryView({ id, title, status }: Checkpoint, callback: Delivery): DeliveryView {
  const { protocol, host, pathname } = new URL(callback.url);
  const url = hiddenText(`${protocol}//${host}${pathname}`, DEFAULT_RULES);
  return { id, url, ...attemptsOf(callback), checkpoint: { id, title, status } };
}

/** What the protocol wants back may hold its own secrets. */
function doorOf({ protocol, connection, thread, id }: Door) {
  return { protocol, connection, thread, id };
}

function attemptsOf({ state, attempts, error, remark, at }: Delivery) {
  return {
    state,
    attempts,
    ...(error === undefined ? {} : { error }),
    ...(remark === undefined ? {} : { remark }),
    ...(at === undefined ? {} : { at: iso(at) }),
  };
}

function placementOf({ channel, conversation, state, url, error }: Checkpoint["placements"][number]) {
  return {
    channel,
    conversation,
    state,
    ...(url === undefined ? {} : { url }),
    ...(error === undefined ? {} : { error }),
  };
}

function redactedOf({ count, values, blocking }: Hidden) {
  return { count, values, blocking };
}

function maybe(time: number | null): string | null {
  return time === null ? null : iso(time);
}
