/**
 * Approving: a vote on what is on the table, and an edit that puts something else on it. Votes count for the digest
 * they were given on; the checkpoint ends when enough different people approved the same digest.
 */
import type { Actor } from "../access.ts";
import { type Refusal, refuse } from "../card.ts";
import { approvalsGiven, type By, type Checkpoint, personOf, type Vote } from "../checkpoint.ts";
import { digest } from "../digest.ts";
import type { House } from "../house.ts";
import { canonical, isObject, type Json, type JsonObject } from "../json.ts";
import { kindOf } from "../kinds/index.ts";
import { versionOf } from "../policy/match.ts";
import { markFault, veiled } from "../policy/redact/edit.ts";
import { hideIn, pathOf } from "../policy/redact/raise.ts";
import type { Subject } from "../policy/subject.ts";
import type { Ruling } from "../ruling.ts";
import { amend, end, loggedWords } from "./amend.ts";
import { type ActEvent, decisionOf, wordsFrom } from "./decision.ts";

export function proceed(checkpoint: Checkpoint, event: ActEvent, now: number, house: House): Ruling {
  if (hasVoted(checkpoint, event.actor)) return refuse("already_voted", votedSentence(checkpoint));
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
  const misplaced = markFault(original, edited);
  if (misplaced !== null) return refuse("invalid_edit", `${misplaced.message}.`, [misplaced]);
  const payload: JsonObject = { ...checkpoint.payload, [member]: edited };
  const elsewhere = outOfPolicy(checkpoint, payload, house);
  if (elsewhere !== null) return elsewhere;
  const unseen = outOfSight(checkpoint, payload, house);
  if (unseen !== null) return unseen;
  const restored = canonical(edited) === canonical(original);
  if (restored && !checkpoint.actions.some((each) => each.action === "proceed"))
    return refuse("action_not_offered", "Approving without an edit is not offered here; change something, or say no.");
  const after = restored && checkpoint.hidden ? checkpoint.hidden.digest : digest({ ...checkpoint, payload });
  // Word for word what is on the table: a vote for it, which stays the edit of whoever wrote it.
  const stands = after === checkpoint.digest;
  if (stands && hasVoted(checkpoint, event.actor)) return refuse("already_voted", votedSentence(checkpoint));
  const own = restored ? null : { value: edited, by: event.actor.by, at: now };
  const table: Checkpoint = { ...checkpoint, edited: stands ? checkpoint.edited : own, digest: after };
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
  const { kind, priority, source, metadata } = checkpoint;
  const veil = veiled({ payload, source, metadata });
  const subject: Subject = { kind, priority, agent: source.agent, ...veil.value };
  const after = house.match(subject);
  if (veil.wasLookedBehind())
    return refuse(
      "edit_out_of_policy",
      "A policy looks at a value that is hidden here, so that nobody can tell which one the edit falls under: reject it and let the agent ask anew.",
      [{ pointer: "/edited", message: "cannot be judged while a value is hidden" }],
    );
  if ("type" in after)
    return refuse("edit_out_of_policy", `Edited like this it cannot be taken. ${after.detail}`, [
      { pointer: "/edited", message: "cannot be compared by the policies" },
    ]);
  const { name, version } = checkpoint.policy;
  // By version as well: a replica with other settings refuses rather than judge by rules that this was not raised under.
  if (after.name === name && versionOf(after) === version) return null;
  const which = after.name === name ? `another version of the policy "${name}"` : `the policy "${after.name}"`;
  return refuse(
    "edit_out_of_policy",
    `Edited like this, it falls under ${which} instead of "${name}": reject it and let the agent ask anew.`,
    [{ pointer: "/edited", message: `falls under ${which}` }],
  );
}

/** Whoever approves after an edit must not approve what the policy forbids approving unseen. */
function outOfSight({ policy, source }: Checkpoint, payload: JsonObject, house: House): Refusal | null {
  const rules = house.redaction(policy.name);
  if (rules.forbid.length === 0) return null;
  const { hidden } = hideIn({ title: undefined, payload, metadata: {}, source, actions: [] }, rules);
  const [first] = hidden?.blocking ?? [];
  if (first === undefined) return null;
  return refuse(
    "edit_out_of_policy",
    `What you wrote at ${pathOf(first)} would be hidden, and the policy "${policy.name}" forbids approving then: leave it as it was, or reject it and let the agent ask anew.`,
    [{ pointer: "/edited", message: "would be hidden where nothing hidden may be approved" }],
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
  const vote: Vote = {
    action,
    by: event.actor.by,
    digest: table.digest,
    at: now,
    ...wordsFrom({ feedback: event.act.feedback }),
  };
  // A person stands behind one thing at a time: whoever edits what they approved no longer approves what it was.
  const votes = [...before.votes.filter((each) => !isVoter(each.by, event.actor)), vote];
  const changes: Partial<Checkpoint> = { votes, edited: table.edited, digest: table.digest };
  const given = approvalsGiven({ ...table, votes });
  if (given < before.quorum) {
    // A later edit takes this one's place in the record; what it was stays in the log.
    const words = { ...wordsFrom(vote), ...(action === "edit" && table.edited ? { edited: table.edited.value } : {}) };
    const data = { action, digest: vote.digest, given, needed: before.quorum, ...loggedWords(before, words, house) };
    return amend(before, changes, [{ type: "checkpoint.voted", by: vote.by, data }]);
  }
  // Whoever approves an edited payload approves the edit: an agent that looks at the action alone must not run the original.
  const approved = table.edited === null ? "proceed" : "edit";
  const decision = {
    ...decisionOf(table, { ...event, act: { ...event.act, action: approved } }, now),
    ...(table.edited === null ? {} : { edited: table.edited.value }),
  };
  return end(before, "resolved", decision, changes, house);
}

function hasVoted({ votes, digest: present }: Checkpoint, actor: Actor): boolean {
  return votes.some((vote) => vote.digest === present && isVoter(vote.by, actor));
}

/** The same human, also where one account was linked to a person only after it had voted. */
function isVoter(by: By, { by: own, refs }: Actor): boolean {
  if (personOf(by) === personOf(own)) return true;
  if (by.kind !== "person") return false;
  if (refs.has(by.person) || refs.has(`person:${by.person}`)) return true;
  return by.surface === own.surface && by.id === own.id && by.tenant === own.tenant;
}

function votedSentence(checkpoint: Checkpoint): string {
  const missing = checkpoint.quorum - approvalsGiven(checkpoint);
  const wait = missing === 1 ? "one more person has" : `${missing} more people have`;
  return `Your approval is already recorded; ${wait} to approve.`;
}
