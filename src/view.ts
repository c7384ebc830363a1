/**
 * The record as the HTTP API, webhooks and event streams show it. What is internal (the agent's token, its callback
 * address, fingerprints, the time plan) stays inside.
 */
import type { CheckpointView, LogView } from "./answers.ts";
import { approvalsGiven, type Checkpoint } from "./checkpoint.ts";
import type { Logged } from "./ports.ts";
import { iso } from "./time.ts";

export function viewOf(checkpoint: Checkpoint, baseUrl: string): CheckpointView {
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
    ended_at: maybe(checkpoint.ended_at),
    digest: checkpoint.digest,
    decision: decision && { ...decision, at: iso(decision.at) },
    withdrawn: withdrawn && { ...withdrawn, at: iso(withdrawn.at) },
    placements: checkpoint.placements.map(placementOf),
    comments: checkpoint.comments.map((comment) => ({ ...comment, at: iso(comment.at) })),
    state: checkpoint.state,
    metadata: checkpoint.metadata,
    url: `${baseUrl}/checkpoints/${checkpoint.id}`,
  };
}

export function logView({ seq, entry }: Logged): LogView {
  return { seq, at: iso(entry.at), type: entry.type, by: entry.by, data: entry.data };
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

function maybe(time: number | null): string | null {
  return time === null ? null : iso(time);
}
