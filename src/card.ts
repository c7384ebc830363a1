/**
 * What passes between the core and the channels: a card (the neutral picture of a checkpoint), the forms of its
 * actions, and a person's act. Every string here may hold an agent's words: renderers show it literally.
 */
import type { ActionName, Answers, KindName, Status } from "./checkpoint.ts";
import type { Json, Problem } from "./json.ts";

export type Block =
  | { type: "text"; label?: string; text: string }
  | { type: "list"; label: string; items: string[]; ordered?: boolean }
  | { type: "code"; label?: string; text: string; language?: string }
  | { type: "table"; label?: string; columns: string[]; rows: string[][] }
  | { type: "diff"; label: string; text: string };

export interface Fact {
  label: string;
  value: string;
}

export type FieldType = "text" | "multiline" | "choice" | "number" | "boolean" | "json";

export interface Field {
  /** What the channel hands back the value under; for an edit of a flat object, the argument's name. */
  name: string;
  label: string;
  type: FieldType;
  required: boolean;
  hint?: string;
  options?: string[];
  /** A choice that also takes free text: "Other (type my own)". */
  other?: boolean;
  value?: string;
}

export interface Form {
  action: ActionName;
  title: string;
  submit: string;
  fields: Field[];
}

export interface CardAction {
  action: ActionName;
  label: string;
  tone: "approve" | "change" | "reject";
  comment: "none" | "optional" | "required";
  reasons: string[];
  /** Asked before the act is sent; null: the action needs nothing and one press is enough. */
  form: Form | null;
}

export interface Card {
  id: string;
  kind: KindName;
  status: Status;
  revision: number;
  digest: string;
  /** Approving is offered only where the whole card is shown (rules.md 12). */
  seeAll: boolean;
  icon: string;
  title: string;
  /** Who asks, from where, in which round. */
  source: string;
  facts: Fact[];
  body: Block[];
  /** One line: who may decide, votes, time left; after the end who, what, when, why. */
  state: string;
  /** Present after the end, and on cards that nobody may decide yet: what to do about it. */
  notes: string[];
  actions: CardAction[];
  url: string | null;
}

/** One attempt of one person, in the API's words (api.md, "Act"). */
export interface Act {
  action: ActionName;
  feedback?: string | undefined;
  reason?: string | undefined;
  answers?: Answers | undefined;
  edited?: Json | undefined;
  digest?: string | undefined;
}

/** A short message to a person or a conversation, without actions. */
export interface Note {
  type: "reminded" | "escalated" | "outcome" | "commented" | "undeliverable";
  checkpoint: string;
  text: string;
}

/** An expected "no": a code for programs, a sentence that says what to do for the person. */
export interface Refusal {
  type: "refused";
  code: RefusalCode;
  detail: string;
  errors?: Problem[];
  /** Seconds after which the same may be tried again. */
  retryAfter?: number;
}

export const REFUSALS = {
  invalid_payload: 422,
  invalid_request: 422,
  unknown_field: 422,
  identity_in_body: 400,
  unknown_route: 422,
  unknown_approver: 422,
  policy_widened: 422,
  policy_undecided: 422,
  quorum_unreachable: 422,
  only_approving_actions: 422,
  callback_not_allowed: 422,
  idempotency_mismatch: 422,
  id_taken: 409,
  not_found: 404,
  forbidden: 403,
  not_an_approver: 403,
  self_approval: 403,
  already_resolved: 409,
  already_voted: 409,
  expired: 409,
  withdrawn: 409,
  comments_full: 409,
  not_shown_in_full: 409,
  action_not_offered: 422,
  feedback_required: 422,
  reason_required: 422,
  invalid_answers: 422,
  invalid_edit: 422,
  edit_out_of_policy: 422,
  digest_mismatch: 422,
  too_many_requests: 429,
  unavailable: 503,
} as const;
export type RefusalCode = keyof typeof REFUSALS;

/** Of the moment: the same may be taken before long. */
export function isPassing(code: RefusalCode): boolean {
  return code === "unavailable" || code === "too_many_requests";
}

export function refuse(code: RefusalCode, detail: string, errors?: Problem[]): Refusal {
  return errors === undefined ? { type: "refused", code, detail } : { type: "refused", code, detail, errors };
}
