/**
 * What a person can do about a checkpoint, as far as the page can tell: it offers that, and says why not the rest. The
 * desk asks again when they do it.
 */
import type { Caller } from "../../../src/access.ts";
import type { Card, CardAction } from "../../../src/card.ts";
import { approvalsGiven, type Checkpoint, isApproving, votersOf } from "../../../src/checkpoint.ts";
import { isSelf, mayDecide } from "../../../src/policy/approvers.ts";

export type Person = Extract<Caller, { actor: object }>;

export interface Standing {
  actions: CardAction[];
  /** Why not all, or none, of the actions are offered. */
  why: string | null;
  mayWithdraw: boolean;
}

export function standingOf(
  { actions }: Pick<Card, "actions">,
  checkpoint: Checkpoint,
  { role, actor }: Person,
): Standing {
  const { approvers, requesters, policy, status } = checkpoint;
  if (status !== "pending") return { actions: [], why: null, mayWithdraw: false };
  const mayWithdraw = role === "admin" || isSelf(requesters, actor);
  const of = (offered: CardAction[], why: string | null): Standing => ({ actions: offered, why, mayWithdraw });
  if (!mayDecide(approvers, actor)) return of([], "You may read and comment; deciding is up to others.");
  if (!policy.self_approval && isSelf(requesters, actor))
    return of(
      actions.filter(({ action }) => !isApproving(action)),
      "This is your own request: somebody else has to approve it.",
    );
  if (!hasVoted(checkpoint, actor.person)) return of(actions, null);
  const missing = checkpoint.quorum - approvalsGiven(checkpoint);
  return of(
    actions.filter(({ action }) => action !== "proceed"),
    `Your approval is recorded; ${missing === 1 ? "one more person has" : `${missing} more people have`} to approve. Until then you can still stop it.`,
  );
}

export function hasVoted(checkpoint: Checkpoint, person: string): boolean {
  return votersOf(checkpoint).has(person);
}
