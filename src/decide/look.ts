/**
 * Time: what is due now, and when to look again. A checkpoint that falls due either expires or climbs the next rung of
 * its ladder; before that, reminders, timed rungs and a last warning. A look that comes early or twice changes nothing.
 */
import type { Checkpoint, Decision, Ref, Rung } from "../checkpoint.ts";
import type { House } from "../house.ts";
import { workingMoment } from "../policy/hours.ts";
import type { Amendment, News, Ruling } from "../ruling.ts";
import { amend, byPolicy, end, show, showAll } from "./amend.ts";
import { splitPlace } from "./small.ts";
import { approversOf, groupsIn, MAIL, tell, waitingFor } from "./telling.ts";

export function look(checkpoint: Checkpoint, now: number, house: House): Ruling {
  if (checkpoint.status !== "pending") return { type: "wait" };
  const { due_at } = checkpoint;
  if (due_at !== null && now >= due_at) return fallDue(checkpoint, due_at, now, house);
  const rung = timedRung(checkpoint, house);
  if (rung !== null && now >= rung.at) return { ...climb(checkpoint, rung.rung, now, house), from: rung.at };
  const reminder = nextReminder(checkpoint, house);
  if (reminder !== null && now >= reminder) return { ...remind(checkpoint, now, house), from: reminder };
  const warning = nextWarning(checkpoint);
  if (warning !== null && now >= warning) return { ...warn(checkpoint), from: warning };
  return { type: "wait" };
}

/** When the agenda has to look next; null: never. */
export function nextLook(checkpoint: Checkpoint, house: House): number | null {
  if (checkpoint.status !== "pending") return null;
  const times = [
    checkpoint.due_at,
    timedRung(checkpoint, house)?.at ?? null,
    nextReminder(checkpoint, house),
    nextWarning(checkpoint),
  ];
  const due = times.filter((time) => time !== null);
  return due.length === 0 ? null : Math.min(...due);
}

function fallDue(checkpoint: Checkpoint, due: number, now: number, house: House): Amendment {
  const { on_timeout } = checkpoint.policy;
  const window = { from: due, until: null };
  if (on_timeout === "escalate") {
    const rung = ladder(checkpoint)[checkpoint.progress.rungs];
    if (rung !== undefined) {
      // Before it climbs, so that whoever is told is told by the new time.
      const prolonged = { ...checkpoint, due_at: now + (checkpoint.policy.timeout ?? 0) };
      return { ...climb(prolonged, rung, now, house), ...window };
    }
  }
  if (on_timeout === "proceed" && mayProceed(checkpoint))
    return { ...end(checkpoint, "resolved", byPolicy(checkpoint, "proceed", now), {}, house), ...window };
  const action = on_timeout === "cancel" ? "cancel" : "reject";
  const decision: Decision = { ...byPolicy(checkpoint, action, now), outcome: "timed_out" };
  return { ...end(checkpoint, "expired", decision, {}, house), ...window };
}

/** A policy may approve what was asked, where approving was offered; never an edit that nobody else has approved. */
function mayProceed({ actions, edited }: Checkpoint): boolean {
  return edited === null && actions.some((each) => each.action === "proceed");
}

/** Without a ladder there is one rung: the admin (and the fallback conversation, see `climb`). */
function ladder(checkpoint: Checkpoint): Rung[] {
  const { escalate } = checkpoint.policy;
  return escalate.length > 0 ? escalate : [{ to: ["admin"] }];
}

/** Adds people; never lowers the quorum, never takes anybody away. */
function climb(checkpoint: Checkpoint, rung: Rung, now: number, house: House): Amendment {
  const { id, progress } = checkpoint;
  // An empty list means the admin; naming others must not shut the admin out.
  const before = approversOf(checkpoint);
  const approvers = [...before, ...rung.to.filter((ref) => !before.includes(ref))];
  const rungs = progress.rungs + 1;
  const news: News = {
    type: "checkpoint.escalated",
    by: { kind: "policy", name: checkpoint.policy.name },
    data: { to: rung.to, rung: rungs },
  };
  const called = [...new Set(rung.to.flatMap((ref) => house.singles(ref)))];
  // As it is once they may decide: what goes by mail then goes to them by mail, too.
  const added = { ...checkpoint, approvers };
  const errands = [
    ...showAll(checkpoint),
    ...tell(added, called, "escalated", { key: `escalated:${rungs}`, now, house }),
  ];
  const placements = [...checkpoint.placements];
  const fallback = splitPlace(checkpoint.policy.fallback);
  if (
    fallback !== null &&
    house.channels.has(fallback.channel) &&
    !placements.some((each) => each.channel === fallback.channel && each.conversation === fallback.conversation)
  ) {
    placements.push({ ...fallback, state: "queued" });
    errands.push(show(id, fallback.channel, fallback.conversation));
  }
  return amend(checkpoint, { approvers, placements, progress: { ...progress, rungs } }, [news], errands);
}

function remind(checkpoint: Checkpoint, now: number, house: House): Amendment {
  const { policy, created_at, progress } = checkpoint;
  // Those that a long outage left behind count as one.
  const reminded = Math.max(progress.reminded + 1, policy.remind.filter((after) => created_at + after <= now).length);
  const by = { kind: "policy", name: policy.name } as const;
  const { singles, groups } = waitingFor(checkpoint, house);
  return amend(
    checkpoint,
    { progress: { ...progress, reminded } },
    [{ type: "checkpoint.reminded", by, data: { to: [...singles, ...groups], reminder: reminded } }],
    // Not by its number: what was held back over night is one reminder in the morning.
    tell(checkpoint, singles, "reminded", { key: "reminded", now, house }),
  );
}

/** One more look at the cards: they say by themselves how little time is left. */
function warn(checkpoint: Checkpoint): Amendment {
  const { progress, due_at } = checkpoint;
  return amend(checkpoint, { progress: { ...progress, warned: due_at ?? 0 } }, []);
}

function nextReminder(checkpoint: Checkpoint, house: House): number | null {
  const after = checkpoint.policy.remind[checkpoint.progress.reminded];
  if (after === undefined) return null;
  const { singles, groups } = waitingFor(checkpoint, house);
  return inHours(checkpoint, [...singles, ...groups], checkpoint.created_at + after, house);
}

/** The next rung, where it has a time of its own and does not wait for the due time. */
function timedRung(checkpoint: Checkpoint, house: House): { rung: Rung; at: number } | null {
  const rung = checkpoint.policy.escalate[checkpoint.progress.rungs];
  if (rung?.after === undefined) return null;
  return { rung, at: inHours(checkpoint, rung.to, checkpoint.created_at + rung.after, house) };
}

/** Once for each due time, where there is a card to say it: a mail says what it says. */
function nextWarning({ policy, due_at, progress, placements }: Checkpoint): number | null {
  if (policy.warn === undefined || due_at === null || progress.warned === due_at) return null;
  const hangs = placements.some(({ state, channel }) => state !== "undeliverable" && channel !== MAIL);
  return hangs ? due_at - policy.warn : null;
}

/** When the first of them works. Of a platform's group nobody knows who is in it, so it counts as at work. */
function inHours({ priority }: Checkpoint, refs: readonly Ref[], at: number, house: House): number {
  if (priority === "critical" || groupsIn(refs, house).length > 0) return at;
  return workingMoment(
    refs.flatMap((ref) => house.people(ref)),
    at,
  );
}
