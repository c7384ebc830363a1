/**
 * The checks that an answer of the bot passes before anybody acts on it.
 * Fail closed: whatever is not what the API promises is no answer, and never reads as a decision.
 */

import type { z } from "zod";
import type {
  CheckpointView,
  commentAnswer,
  connectionAnswer,
  connectionsAnswer,
  DeliveryView,
  deliveriesAnswer,
  LogView,
  linkAnswer,
  pageAnswer,
  whoamiAnswer,
} from "../answers.ts";
import type { Card } from "../card.ts";
import { ACTIONS, KINDS, outcomeOf, STATUSES, type Status } from "../checkpoint.ts";
import type { JsonObject, Problem } from "../json.ts";
import type { StatsView } from "../stats-answer.ts";

export type PageView = z.output<typeof pageAnswer>;
export type Whoami = z.output<typeof whoamiAnswer>;
export type DeliveriesView = z.output<typeof deliveriesAnswer>;
export type CommentView = z.output<typeof commentAnswer>;
export type ConnectionView = z.output<typeof connectionAnswer>;
export type ConnectionsView = z.output<typeof connectionsAnswer>;
export type LinkView = z.output<typeof linkAnswer>;
export type { CheckpointView, DeliveryView, LogView, StatsView };

/** The error answer of the API, `application/problem+json`. */
export interface ProblemView {
  code: string;
  detail: string;
  errors: Problem[];
  checkpoint?: CheckpointView;
}

/** True only for a checkpoint that ended as approved; everything else, whatever it is, is not an approval. */
export function isApproved({ status, decision }: CheckpointView): boolean {
  // Of an edit that retention erased nobody knows any more what was approved; the original was not.
  const isLost = decision?.action === "edit" && decision.edited === undefined;
  return status === "resolved" && decision?.outcome === "approved" && !isLost;
}

export function asCheckpoint(value: unknown): CheckpointView | undefined {
  if (!isObject(value)) return undefined;
  const { id, kind, status, revision, title, payload, source, digest, actions, approvers, quorum, created_at } = value;
  const sound =
    isText(id) &&
    among(KINDS, kind) &&
    among(STATUSES, status) &&
    typeof revision === "number" &&
    typeof title === "string" &&
    isObject(source) &&
    isObject(payload) &&
    isText(digest) &&
    Array.isArray(actions) &&
    Array.isArray(approvers) &&
    Array.isArray(value.votes) &&
    isObject(quorum) &&
    isText(created_at) &&
    endsAsItSays(status, value.decision, isText(value.erased_at));
  return sound ? (value as unknown as CheckpointView) : undefined;
}

/** A state and its decision must tell one story; a resolved checkpoint without a decision is a fault, not a yes. */
function endsAsItSays(status: Status, decision: unknown, erased: boolean): boolean {
  if (status === "pending" || status === "withdrawn") return decision === null;
  if (!isObject(decision) || !among(ACTIONS, decision.action) || !isText(decision.at) || !isBy(decision.by))
    return false;
  if (status === "expired") return decision.outcome === "timed_out";
  // Without the edited value an agent would run the original, which nobody approved.
  if (decision.action === "edit" && decision.edited === undefined && !erased) return false;
  return decision.outcome === outcomeOf(decision.action) && isText(decision.digest);
}

function isBy(value: unknown): boolean {
  return isObject(value) && (value.kind === "person" ? isText(value.person) : isText(value.name));
}

export function asActed(value: unknown): { result: "resolved" | "recorded"; checkpoint: CheckpointView } | undefined {
  if (!isObject(value)) return undefined;
  const checkpoint = asCheckpoint(value.checkpoint);
  const result = value.result;
  if (checkpoint === undefined || (result !== "resolved" && result !== "recorded")) return undefined;
  return result === "resolved" && checkpoint.status === "pending" ? undefined : { result, checkpoint };
}

export function asPage(value: unknown): PageView | undefined {
  if (!isObject(value) || !Array.isArray(value.items)) return undefined;
  if (value.next !== null && !isText(value.next)) return undefined;
  const items = value.items.map(asCheckpoint).filter((item) => item !== undefined);
  return items.length === value.items.length ? { items, next: value.next } : undefined;
}

export function asTimeline(value: unknown): LogView[] | undefined {
  if (!isObject(value) || !Array.isArray(value.items)) return undefined;
  const sound = value.items.every(
    (item) => isObject(item) && isText(item.type) && isText(item.at) && isObject(item.by),
  );
  return sound ? (value.items as unknown as LogView[]) : undefined;
}

export function asCard(value: unknown): Card | undefined {
  const card = isObject(value) ? value.card : undefined;
  if (!isObject(card)) return undefined;
  const sound =
    isText(card.id) &&
    isText(card.digest) &&
    among(KINDS, card.kind) &&
    among(STATUSES, card.status) &&
    ["icon", "title", "source", "state"].every((member) => typeof card[member] === "string") &&
    ["facts", "body", "notes", "actions"].every((member) => Array.isArray(card[member]));
  return sound ? (card as unknown as Card) : undefined;
}

export function asWhoami(value: unknown): Whoami | undefined {
  if (!isObject(value) || !among(["agent", "approver", "admin"], value.role) || !isText(value.name)) return undefined;
  if (!Array.isArray(value.refs) || !value.refs.every(isText)) return undefined;
  if (value.person !== null && !isText(value.person)) return undefined;
  return { role: value.role, name: value.name, person: value.person, refs: value.refs };
}

export function asDeliveries(value: unknown): DeliveriesView | undefined {
  if (!isObject(value) || !Array.isArray(value.items)) return undefined;
  if (value.next !== null && !isText(value.next)) return undefined;
  return value.items.every(isDelivery) ? (value as unknown as DeliveriesView) : undefined;
}

export function asRetried(value: unknown): DeliveryView | undefined {
  if (!isObject(value) || !isDelivery(value.delivery)) return undefined;
  return value.delivery as unknown as DeliveryView;
}

export function asStats(value: unknown): StatsView | undefined {
  if (!isObject(value) || !isText(value.since) || !isText(value.until)) return undefined;
  const objects = ["time_to_decide", "outcomes", "rounds", "pending", "deliveries"].every((key) =>
    isObject(value[key]),
  );
  const lists = ["kinds", "approvers", "agents"].every((key) => Array.isArray(value[key]));
  return objects && lists ? (value as unknown as StatsView) : undefined;
}

function isDelivery(value: unknown): boolean {
  return (
    isObject(value) && ["id", "url", "state"].every((member) => isText(value[member])) && isObject(value.checkpoint)
  );
}

export function asLink(value: unknown): LinkView | undefined {
  const sound = isObject(value) && isText(value.person) && isText(value.url) && isText(value.expires_at);
  return sound ? (value as unknown as LinkView) : undefined;
}

export function asConnection(value: unknown): ConnectionView | undefined {
  return isConnection(value) && isText(value.url) ? (value as unknown as ConnectionView) : undefined;
}

export function asConnections(value: unknown): ConnectionsView | undefined {
  const sound = isObject(value) && Array.isArray(value.items) && value.items.every(isConnection);
  return sound ? (value as unknown as ConnectionsView) : undefined;
}

function isConnection(value: unknown): value is JsonObject {
  return isObject(value) && isText(value.name) && isText(value.protocol);
}

export function asComment(value: unknown): CommentView | undefined {
  const sound = isObject(value) && isText(value.text) && isText(value.at) && isBy(value.by);
  return sound ? (value as unknown as CommentView) : undefined;
}

export function asProblem(value: unknown): ProblemView | undefined {
  if (!isObject(value) || !isText(value.code)) return undefined;
  const checkpoint = asCheckpoint(value.checkpoint);
  return {
    code: value.code,
    detail: isText(value.detail) ? value.detail : isText(value.title) ? value.title : value.code,
    errors: Array.isArray(value.errors) ? value.errors.filter(isProblem) : [],
    ...(checkpoint === undefined ? {} : { checkpoint }),
  };
}

function isProblem(value: unknown): value is JsonObject & Problem {
  return isObject(value) && typeof value.pointer === "string" && typeof value.message === "string";
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function among<T extends string>(words: readonly T[], value: unknown): value is T {
  return words.some((word) => word === value);
}
