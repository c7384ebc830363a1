/** An act as the decision that it becomes. */
import type { Act } from "../card.ts";
import { type Checkpoint, type Decision, outcomeOf } from "../checkpoint.ts";
import type { Event } from "../ruling.ts";
import { isBlank } from "../text.ts";

export type ActEvent = Extract<Event, { type: "act" }>;

export function decisionOf(checkpoint: Checkpoint, { actor, act, shown }: ActEvent, now: number): Decision {
  const { action } = act;
  return {
    action,
    outcome: outcomeOf(action),
    by: actor.by,
    at: now,
    digest: checkpoint.digest,
    ...wordsFrom(act),
    ...(shown !== undefined && shown.shown < shown.of ? { shown: `${shown.shown}/${shown.of}` } : {}),
  };
}

/** Blank words are none. */
export function wordsFrom({
  feedback,
  reason,
}: Pick<Act, "feedback" | "reason">): Pick<Decision, "feedback" | "reason"> {
  return {
    ...(feedback === undefined || isBlank(feedback) ? {} : { feedback }),
    ...(reason === undefined || isBlank(reason) ? {} : { reason }),
  };
}
