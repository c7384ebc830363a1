/**
 * How a kind of checkpoint is handled. Settings hold an ordered list of policies; the first that matches takes a
 * checkpoint, and what it said at the raise is kept in the record, so that later settings change nothing.
 */
import type { ActionName, Ref, Rung, TimeoutWord } from "../checkpoint.ts";
import type { PolicyRedaction } from "./redact/rules.ts";
import type { When } from "./when.ts";

export interface Policy {
  name: string;
  when?: When;
  route?: string[];
  approvers?: Ref[];
  quorum?: number;
  actions?: ActionName[];
  /** Ms; null: never. */
  timeout?: number | null;
  on_timeout?: TimeoutWord;
  /** Ms after the raise, ascending. */
  remind?: number[];
  escalate?: Rung[];
  /** Ms after the raise: whatever waits longer is overdue, in lists and figures. It ends nothing. */
  sla?: number;
  /** Ms before the due time, when cards say that it is running out; null: they never do. */
  warn?: number | null;
  self_approval?: boolean;
  see_all?: "required";
  /** Require a comment on these actions. */
  comment?: ActionName[];
  max_rounds?: number;
  /** Ends matching checkpoints as approved at the raise, by the policy and under its name. */
  auto?: "proceed";
  /** Where to turn when a conversation cannot be reached, and whom a last rung tells. */
  fallback?: string;
  /** What is hidden of what agents send, besides what the settings hide; and what must not be approved while hidden. */
  redact?: PolicyRedaction;
}
