/**
 * One attempt of one person: first whether it may count at all (in the order that a person would ask), then what it
 * does. Everything that is not plainly an allowed, complete, current act is refused with a sentence.
 */
import { type Refusal, refuse } from "../card.ts";
import { type Checkpoint, isApproving, outcomeOf } from "../checkpoint.ts";
import { formOf } from "../form.ts";
import type { House } from "../house.ts";
import { canonical } from "../json.ts";
import { kindOf } from "../kinds/index.ts";
import { blocked } from "../notes.ts";
import { isSelf, mayDecide, mayVote } from "../policy/approvers.ts";
import type { Ruling } from "../ruling.ts";
import { isBlank } from "../text.ts";
import { end, subjectOf } from "./amend.ts";
import { type ActEvent, decisionOf } from "./decision.ts";
import { endedRefusal } from "./ended.ts";
import { edit, proceed } from "./vote.ts";

export function act(checkpoint: Checkpoint, event: ActEvent, now: number, house: House): Ruling {
  if (checkpoint.status !== "pending") return endedRefusal(checkpoint, house.redaction(checkpoint.policy.name));
  if (changesNothing(checkpoint, event)) return act(checkpoint, approving(event), now, house);
  const refusal = forbidden(checkpoint, event) ?? stale(checkpoint, event);
  if (refusal !== null) return refusal;
  const missing = incomplete(checkpoint, event);
  if (missing !== null) return missing;
  switch (event.act.action) {
    case "proceed":
      return proceed(checkpoint, event, now, house);
    case "edit":
      return edit(checkpoint, event, now, house);
    case "answer":
      return answer(checkpoint, event, now, house);
    default:
      return end(checkpoint, "resolved", decisionOf(checkpoint, event, now), {}, house);
  }
}

/** An edit that leaves everything as it stands is a plain approval, with all that an approval takes. */
function changesNothing(checkpoint: Checkpoint, { act }: ActEvent): boolean {
  const member = kindOf(checkpoint.kind).subject;
  if (act.action !== "edit" || act.edited === undefined || member === undefined) return false;
  // Where only an edit approves, the same one again is how others stand behind it.
  const isVote = checkpoint.edited !== null && !checkpoint.actions.some(({ action }) => action === "proceed");
  return !isVote && canonical(act.edited) === canonical(subjectOf(checkpoint, member));
}

function approving(event: ActEvent): ActEvent {
  const { edited: _, ...act } = event.act;
  return { ...event, act: { ...act, action: "proceed" } };
}

function forbidden(checkpoint: Checkpoint, { actor, act }: ActEvent): Refusal | null {
  const { approvers, quorum } = checkpoint;
  if (!mayDecide(approvers, actor)) {
    const who = approvers.length === 0 ? "only the admin" : approvers.join(", ");
    return refuse("not_an_approver", `You are ${actor.person}; ${who} may decide this.`);
  }
  if (!checkpoint.actions.some((offered) => offered.action === act.action)) {
    const offered = checkpoint.actions.map((each) => each.action).join(", ");
    const why = isApproving(act.action) ? blocked(checkpoint) : null;
    const instead = `"${act.action}" is not offered here; choose one of: ${offered}.`;
    return refuse("action_not_offered", why === null ? instead : `${instead} ${why}.`);
  }
  if (!isApproving(act.action)) return null;
  if (!checkpoint.policy.self_approval && isSelf(checkpoint.requesters, actor))
    return refuse("self_approval", "This is your own request: somebody else has to approve it.");
  if (!mayVote(approvers, quorum, actor))
    return refuse(
      "not_an_approver",
      `${actor.person} is not linked to a person, and ${quorum} different people have to approve: link the account under \`people\` or name it in \`approvers\`.`,
    );
  return null;
}

/** Nobody approves what they could not see, or something other than what they saw. */
function stale(checkpoint: Checkpoint, { act, shown }: ActEvent): Refusal | null {
  if (act.digest !== undefined && act.digest !== checkpoint.digest)
    return refuse("digest_mismatch", "It has changed since it was shown to you; read it again and decide then.");
  if (!isApproving(act.action) || shown === undefined || shown.shown >= shown.of) return null;
  if (!checkpoint.policy.see_all) return null;
  return refuse(
    "not_shown_in_full",
    `Only ${shown.shown} of ${shown.of} characters were shown here; open all of it before you approve.`,
  );
}

/** The comment that an action requires. A blank one counts as none. */
function incomplete(checkpoint: Checkpoint, { act }: ActEvent): Ruling | null {
  const offered = checkpoint.actions.find((each) => each.action === act.action);
  if (offered?.comment !== "required") return null;
  const rejects = outcomeOf(act.action) === "rejected";
  if (!isBlank(rejects ? act.reason : act.feedback)) return null;
  const refusal = rejects
    ? refuse("reason_required", `${offered.label} needs a reason.`, [{ pointer: "/reason", message: "is required" }])
    : refuse("feedback_required", `${offered.label} needs feedback: what should change?`, [
        { pointer: "/feedback", message: "is required" },
      ]);
  const form = formOf(checkpoint, offered);
  return form === null ? refusal : { type: "form", form, refusal };
}

function answer(checkpoint: Checkpoint, event: ActEvent, now: number, house: House): Ruling {
  const answers = kindOf(checkpoint.kind).answers?.(checkpoint.payload, event.act.answers) ?? {};
  if (Array.isArray(answers))
    return refuse("invalid_answers", answers[0]?.message ?? "The answers do not fit the questions.", answers);
  const decision = { ...decisionOf(checkpoint, event, now), answers };
  return end(checkpoint, "resolved", decision, {}, house);
}
