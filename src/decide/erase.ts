/**
 * Retention: what agents and people wrote goes, who did what and when stays. The digest stays, too, so that whoever
 * kept the content can still show that it was this that was decided on.
 */
import type { By, Checkpoint } from "../checkpoint.ts";
import type { Door } from "../connections.ts";
import { kindOf } from "../kinds/index.ts";
import type { Event, Ruling } from "../ruling.ts";
import { iso } from "../time.ts";
import { amend } from "./amend.ts";

/** Stands where a text has to be. */
export const ERASED = "(erased)";

/** An agent that was not reached yet still has to hear its answer; calls are given up long before this. */
const PATIENCE_MS = 7 * 86_400_000;

const RETENTION: By = { kind: "system", name: "retention" };

export function erase(checkpoint: Checkpoint, { endedBefore }: Extract<Event, { type: "erase" }>, now: number): Ruling {
  const { ended_at, erased_at, callback } = checkpoint;
  if (ended_at === null || ended_at > endedBefore || erased_at !== undefined) return { type: "wait" };
  if (callback?.state === "waiting" && now < ended_at + PATIENCE_MS) return { type: "wait" };
  const news = {
    type: "checkpoint.erased",
    by: RETENTION,
    data: { ended_at: iso(ended_at), ended_before: iso(endedBefore) },
  } as const;
  return { ...amend(checkpoint, { ...emptied(checkpoint), erased_at: now }, [news], []), erase: true };
}

function emptied(checkpoint: Checkpoint): Partial<Checkpoint> {
  const { kind, source, actions, votes, comments, decision, withdrawn, door } = checkpoint;
  const { url: _, ...bare } = source;
  return {
    title: ERASED,
    payload: {},
    edited: null,
    source: bare,
    // Labels and preset reasons may be the raiser's own.
    actions: kindOf(kind).actions.filter((each) => actions.some(({ action }) => action === each.action)),
    votes: votes.map(({ feedback: __, ...vote }) => vote),
    comments: comments.map((comment) => ({ ...comment, text: ERASED })),
    decision: decision && withoutWords(decision),
    withdrawn: withdrawn && { ...withdrawn, reason: ERASED },
    callback: null,
    ...(door === undefined ? {} : { door: withoutCarry(door) }),
    state: null,
    metadata: {},
    hidden: null,
  };
}

function withoutCarry({ carry: _, ...door }: Door): Door {
  return door;
}

function withoutWords(decision: NonNullable<Checkpoint["decision"]>): Checkpoint["decision"] {
  const { feedback: _, reason: __, answers: ___, edited: ____, ...rest } = decision;
  return rest;
}
