/**
 * The record of a checkpoint: the question an agent may not pass without a person.
 *
 *   pending ──▶ resolved | expired | withdrawn          (exactly one, once)
 *
 * A record is a plain JSON value, replaced as a whole by each commit and never changed in place.
 * Times are milliseconds since 1970 on the store's clock; the API's shape is made in view.ts.
 */
import type { Door } from "./connections.ts";
import type { Json, JsonObject } from "./json.ts";

export const KINDS = ["clarify", "confirm", "preview", "validate", "tool", "task", "phase"] as const;
export type KindName = (typeof KINDS)[number];

export const ACTIONS = ["proceed", "revise", "refine", "reject", "cancel", "answer", "edit"] as const;
export type ActionName = (typeof ACTIONS)[number];

export const STATUSES = ["pending", "resolved", "expired", "withdrawn"] as const;
export type Status = (typeof STATUSES)[number];

export const PRIORITIES = ["low", "normal", "high", "critical"] as const;
export type Priority = (typeof PRIORITIES)[number];

export const TIMEOUT_WORDS = ["cancel", "reject", "escalate", "proceed"] as const;
export type TimeoutWord = (typeof TIMEOUT_WORDS)[number];

export type Outcome = "approved" | "changes" | "rejected" | "answered" | "timed_out";

/** Where a person was when they acted. */
export type Surface = "slack" | "discord" | "web" | "terminal" | "api";

/**
 * A reference to one or several people: `person:alice`, `group:sre`, `slack:T1/U9`, `slack-group:S0`,
 * `discord:1122`, `discord-role:99`, `anyone`, `admin`. Ids, never names: names can be changed by whoever bears them.
 */
export type Ref = string;

export type By =
  | { kind: "person"; person: string; surface: Surface; id: string; name?: string; tenant?: string }
  | { kind: "policy"; name: string }
  | { kind: "agent"; name: string }
  | { kind: "system"; name: string };

export interface OfferedAction {
  action: ActionName;
  label: string;
  /** Whether the action's words (feedback, or the reason of a reject or cancel) may or must come along. */
  comment: "none" | "optional" | "required";
  /** Preset reasons to choose from; free text stays possible. */
  reasons: string[];
}

export interface Source {
  agent: string;
  workflow?: string;
  session?: string;
  step?: string;
  url?: string;
}

export type Answers = Record<string, string>;

/** An approving act that counts towards the quorum of the digest that it was given on. */
export interface Vote {
  action: "proceed" | "edit";
  by: By;
  digest: string;
  at: number;
  feedback?: string;
}

export interface Decision {
  action: ActionName;
  outcome: Outcome;
  by: By;
  at: number;
  /** What was decided on: the payload's digest or, after an edit, the edited payload's. */
  digest: string;
  feedback?: string;
  reason?: string;
  answers?: Answers;
  edited?: Json;
  /** How much of the content the surface showed, `shown/of` in characters, where it was not all. */
  shown?: string;
}

export interface Comment {
  by: By;
  at: number;
  text: string;
}

export interface Placement {
  channel: string;
  conversation: string;
  state: "queued" | "shown" | "undeliverable";
  /** The channel's own id of the message, once posted. */
  message?: string;
  url?: string;
  /** The revision that the card shows. */
  revision?: number;
  /** The digest of what it shows, and since when where it showed something else before. */
  digest?: string;
  since?: number;
  /** Why it could not be delivered. */
  error?: string;
}

/** The agent's call back, from the raise to the day it was told, or given up. */
export interface Delivery {
  url: string;
  /** Scheme, host and port: what is up or down as a whole. */
  endpoint: string;
  /** idle: not ended yet; waiting: to be called; dead: given up, until somebody asks for another try. */
  state: "idle" | "waiting" | "delivered" | "dead";
  attempts: number;
  /** The last failure. */
  error?: string;
  /** What the agent's system said when it was told, where that is not what was hoped for. */
  remark?: string;
  at?: number;
}

export interface Rung {
  /** Ms after the raise; absent: climbed only when the checkpoint falls due with `on_timeout: escalate`. */
  after?: number;
  to: Ref[];
}

/** What of the policy the record keeps: with the raiser's narrowing applied and all defaults filled in. */
export interface PolicySnapshot {
  name: string;
  /** `sha256:` of the policy as it stood in the settings. */
  version: string;
  /** As they were at the raise, before any escalation. */
  approvers: Ref[];
  timeout: number | null;
  on_timeout: TimeoutWord;
  remind: number[];
  escalate: Rung[];
  sla?: number;
  warn?: number;
  self_approval: boolean;
  see_all: boolean;
  max_rounds: number | null;
  fallback: string | null;
}

/** What the record keeps of what was hidden. */
export interface Hidden {
  /** How many values, or parts of texts. */
  count: number;
  /** The first of them. */
  values: HiddenValue[];
  /** The digest of the payload as it was sent, which an edit that is taken back returns to. */
  digest: string;
  /** Paths that the policy forbids approving with while they are hidden. */
  blocking: string[];
}

export interface HiddenValue {
  /** RFC 6901, into the checkpoint as it is shown. */
  pointer: string;
  chars: number;
  /** Where it stood in the text as it was sent; absent: it was all of the value. */
  from?: number;
}

export interface Checkpoint {
  /** Version of this shape; a newer one than a program knows is refused, not guessed. */
  v: 1;
  id: string;
  kind: KindName;
  status: Status;
  /** Counts commits; the store refuses a change that was made from another revision. */
  revision: number;
  round: number;
  previous: string | null;
  title: string;
  /** As the agent sent it, unknown fields kept, secrets hidden. */
  payload: JsonObject;
  /** Open edit of the payload's subject (tool_args or output); what is approved from then on. */
  edited: { value: Json; by: By; at: number } | null;
  source: Source;
  /** Name of the token that raised it: who may read it again. */
  token: string;
  requested_by: Ref | null;
  /** Who may not approve it: requested_by and the person bound to the agent's token. */
  requesters: Ref[];
  priority: Priority;
  policy: PolicySnapshot;
  actions: OfferedAction[];
  /** Who may decide. Empty: the admin only. Escalation adds, nothing removes. */
  approvers: Ref[];
  quorum: number;
  votes: Vote[];
  comments: Comment[];
  created_at: number;
  due_at: number | null;
  ended_at: number | null;
  /** How far the time plan has come: reminders sent, rungs of the ladder climbed, the due time that was warned of. */
  progress: { reminded: number; rungs: number; warned?: number };
  /** Binds what was shown to what is decided; rules.md 13. Changes with an edit. */
  digest: string;
  decision: Decision | null;
  withdrawn: { reason: string; by: By; at: number } | null;
  route: string[];
  placements: Placement[];
  callback: Delivery | null;
  /** Absent: raised over our own API. */
  door?: Door;
  state: Json;
  metadata: JsonObject;
  /** What was hidden of all this before it was stored; null or absent: nothing was. */
  hidden?: Hidden | null;
  /** When retention emptied it of everything that agents and people wrote. */
  erased_at?: number;
  /** Hash of the raise, to tell a repeat from another question under the same id. */
  fingerprint: string;
}

export const APPROVING: readonly ActionName[] = ["proceed", "edit"];

export function isApproving(action: ActionName): action is "proceed" | "edit" {
  return APPROVING.includes(action);
}

/** Rule 7: what an act means is a function of its action alone. */
export function outcomeOf(action: ActionName): Outcome {
  switch (action) {
    case "proceed":
    case "edit":
      return "approved";
    case "answer":
      return "answered";
    case "revise":
    case "refine":
      return "changes";
    case "reject":
    case "cancel":
      return "rejected";
  }
}

/** Distinct people who approved what is on the table now. */
export function approvalsGiven(checkpoint: Checkpoint): number {
  return votersOf(checkpoint).size;
}

/** Who approved what is on the table now. */
export function votersOf({ votes, digest }: Checkpoint): Set<string> {
  return new Set(votes.filter((vote) => vote.digest === digest).map((vote) => personOf(vote.by)));
}

export function personOf(by: By): string {
  return by.kind === "person" ? by.person : `${by.kind}:${by.name}`;
}
