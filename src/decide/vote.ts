/**
 * Approving: a vote on what is on the table, and an edit that puts something else on it. Votes count for the digest
 * they were given on; the checkpoint ends when enough different people approved the same digest.
 */
import { type Refusal, refuse } from "../card.ts";
import { approvalsGiven, type Checkpoint, personOf, type Vote } from "../checkpoint.ts";
import { digest } from "../digest.ts";
import type { House, Subject } from "../house.ts";
import { canonical, isObject, type Json, type JsonObject } from "../json.ts";
import { kindOf } from "../kinds/index.ts";
import type { Ruling } from "../ruling.ts";
import { type ActEvent, decisionOf, wordsFrom } from "./act.ts";
import { amend, end, subjectOf } from "./amend.ts";

export function proceed(checkpoint: Checkpoint, event: ActEvent, now: number, house: House): Ruling {
  const person = personOf(event.actor.by);
  if (checkpoint.votes.some((vote) => vote.digest === checkpoint.digest && personOf(vote.by) === person))
    return refuse("already_voted", votedSentence(checkpoint));
  return count(checkpoint, checkpoint, event, "proceed", now, house);
}

export function edit(checkpoint: Checkpoint, event: ActEvent, now: number, house: House): Ruling {
  const member = kindOf(checkpoint.kind).subject;
  if (member === undefined) return refuse("action_not_offered", `A ${checkpoint.kind} checkpoint cannot be edited.`);
  const original = checkpoint.payload[member] ?? null;
  const { edited } = event.act;
  const fault =
    edited === undefined ? "is missing: send what should stand there instead" : shapeFault(original, edited);
  if (edited === undefined || fault !== null)
    return refuse("invalid_edit", `The edit ${fault}.`, [{ pointer: "/edited", message: String(fault) }]);
  if (canonical(edited) === canonical(subjectOf(checkpoint, member))) return proceed(checkpoint, event, now, house);

  const payload: JsonObject = { ...checkpoint.payload, [member]: edited };
  const elsewhere = outOfPolicy(checkpoint, payload, house);
  if (elsewhere !== null) return elsewhere;
  const restored = canonical(edited) === canonical(original);
  const table: Checkpoint = {
    ...checkpoint,
    edited: restored ? null : { value: edited, by: event.actor.by, at: now },
    digest: digest({ ...checkpoint, payload }),
  };
  return count(checkpoint, table, event, "edit", now, house);
}

/** An object stays an object, a text a text: what runs must be what the agent can take. */
function shapeFault(original: Json, edited: Json): string | null {
  const [before, after] = [shape(original), shape(edited)];
  return before === after ? null : `must stay ${before}, not become ${after}`;
}

function shape(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return isObject(value) ? "an object" : `a ${typeof value}`;
}

/** An edit must not carry a checkpoint past the policy that would have guarded it. */
function outOfPolicy(checkpoint: Checkpoint, payload: JsonObject, house: House): Refusal | null {
  const subject: Subject = { ...checkpoint, agent: checkpoint.source.agent };
  const before = house.match(subject).name;
  const after = house.match({ ...subject, payload }).name;
  if (before === after) return null;
  return refuse(
    "edit_out_of_policy",
    `Edited like this, it falls under the policy "${after}" instead of "${before}": reject it and let the agent ask anew.`,
    [{ pointer: "/edited", message: `falls under the policy "${after}"` }],
  );
}

function count(
  before: Checkpoint,
  table: Checkpoint,
  event: ActEvent,
  action: Vote["action"],
  now: number,
  house: House,
): Ruling {
  const person = personOf(event.actor.by);
  const vote: Vote = {
    action,
    by: event.actor.by,
    digest: table.digest,
    at: now,
    ...wordsFrom({ feedback: event.act.feedback }),
  };
  const votes = [...before.votes.filter((each) => each.digest !== vote.digest || personOf(each.by) !== person), vote];
  const changes: Partial<Checkpoint> = { votes, edited: table.edited, digest: table.digest };
  const given = approvalsGiven({ ...table, votes });
  if (given < before.quorum)
    return amend(before, changes, [
      { type: "checkpoint.voted", by: vote.by, data: { action, digest: vote.digest, given, needed: before.quorum } },
    ]);
  // Whoever approves an edited payload approves the edit: an agent that looks at the action alone must not run the original.
  const approved = table.edited === null ? "proceed" : "edit";
  const decision = {
    ...decisionOf(table, { ...event, act: { ...event.act, action: approved } }, now),
    ...(table.edited === null ? {} : { edited: table.edited.value }),
  };
  return end(before, "resolved", decision, changes, house);
}

function votedSentence(checkpoint: Checkpoint): string {
  const missing = checkpoint.quorum - approvalsGiven(checkpoint);
  const wait = missing === 1 ? "one more person has" : `${missing} more people have`;
  return `Your approval is already recorded; ${wait} to approve.`;
}
