/**
 * One line that says where a checkpoint stands: who may decide, votes and time left; after the end who decided what,
 * when, where and why. A timeout is never worded as a person's denial.
 */
import { type ActionName, type By, type Checkpoint, type Decision, personOf, type Ref } from "./checkpoint.ts";
import { missedSla } from "./overdue.ts";
import { hiddenIn, hiddenText } from "./policy/redact/raise.ts";
import { DEFAULT_RULES, type Rules } from "./policy/redact/rules.ts";
import { oneLine } from "./text.ts";
import { formatDuration, iso } from "./time.ts";

/** Longer words get a block of their own on the card. */
export const WORDS = 200;

/** `rules`: of the checkpoint's policy, for what people wrote. */
export function stateLine(checkpoint: Checkpoint, now: number, rules: Rules = DEFAULT_RULES): string {
  if (checkpoint.status === "pending") return waiting(checkpoint, now);
  if (checkpoint.status === "withdrawn") return withdrawn(checkpoint, rules);
  const { decision } = checkpoint;
  if (decision === null) return "Ended";
  return checkpoint.status === "expired" ? expired(checkpoint, decision) : resolved(checkpoint, decision, rules);
}

function waiting(checkpoint: Checkpoint, now: number): string {
  const parts = [`Waiting for ${approversOf(checkpoint.approvers)}`];
  if (checkpoint.quorum > 1) parts.push(approvals(checkpoint));
  if (missedSla(checkpoint, now)) parts.push(`overdue (asked for within ${roughly(checkpoint.policy.sla ?? 0)})`);
  if (checkpoint.due_at !== null) parts.push(dueOf(checkpoint, checkpoint.due_at, now));
  return parts.join(" · ");
}

/** Once it has been warned of, what will happen stands before when. */
function dueOf({ policy, progress }: Checkpoint, due: number, now: number): string {
  if (progress.warned !== due) return dueIn(due, now);
  const climbs = policy.on_timeout === "escalate" && progress.rungs < Math.max(1, policy.escalate.length);
  const end = climbs ? "escalates" : policy.on_timeout === "proceed" ? "is approved by its policy" : "expires";
  return dueIn(due, now).replace(/^due/, end);
}

function approversOf(approvers: Ref[]): string {
  return approvers.length === 0 ? "the admin" : refNames(approvers);
}

/** The first five by name. */
export function refNames(refs: readonly Ref[]): string {
  const named = refs.slice(0, 5).map(refName);
  return refs.length > 5 ? `${named.join(", ")} and ${refs.length - 5} more` : named.join(", ");
}

function refName(ref: Ref): string {
  if (ref === "admin") return "the admin";
  if (ref === "anyone") return "anyone here";
  return ref.startsWith("person:") ? ref.slice("person:".length) : ref;
}

/** `1 of 2 approvals (bob)`: of what is on the table now. */
function approvals(checkpoint: Checkpoint): string {
  const voters = votersOf(checkpoint);
  const names = voters.length === 0 ? "" : ` (${voters.join(", ")})`;
  return `${voters.length} of ${checkpoint.quorum} approvals${names}`;
}

function votersOf(checkpoint: Checkpoint): string[] {
  const voters = new Map<string, string>();
  for (const { by, digest } of checkpoint.votes) {
    if (digest === checkpoint.digest && !voters.has(personOf(by))) voters.set(personOf(by), nameOf(by));
  }
  return [...voters.values()];
}

/** With the hour, because a posted card does not tick. */
export function dueIn(due: number, now: number): string {
  if (due <= now) return "due now";
  const hour = moment(due);
  const today = hour.slice(0, 10) === moment(now).slice(0, 10);
  return `due in ${roughly(due - now)} (${today ? hour.slice(11) : hour})`;
}

/** Without the seconds beside minutes and more. */
export function roughly(ms: number): string {
  return formatDuration(ms < 60_000 ? ms : Math.floor(ms / 60_000) * 60_000);
}

/** `2026-11-20 10:00 UTC` */
export function moment(ms: number): string {
  return `${iso(ms).slice(0, 16).replace("T", " ")} UTC`;
}

const DONE: Record<ActionName, string> = {
  proceed: "Approved",
  edit: "Approved with edits",
  answer: "Answered",
  revise: "Sent back to revise",
  refine: "Sent back to refine",
  reject: "Rejected",
  cancel: "Cancelled",
};

function resolved(checkpoint: Checkpoint, decision: Decision, rules: Rules): string {
  const voters = checkpoint.quorum > 1 && decision.outcome === "approved" ? votersOf(checkpoint) : [];
  const quorum = voters.length > 1 ? ` (${voters.length} of ${checkpoint.quorum}: ${voters.join(", ")})` : "";
  const head = `${DONE[decision.action]} by ${actorOf(decision.by)}${late(checkpoint, decision)}, ${moment(decision.at)}${quorum}`;
  const words = oneLine(wordsOf(decision, rules, "; "), WORDS);
  return words === "" ? head : `${head}: ${words}`;
}

/** A policy may approve at the raise, or when nobody has decided in time: these must not read alike. */
function late({ due_at, created_at }: Checkpoint, { by, at }: Decision): string {
  if (by.kind !== "policy") return "";
  if (due_at === null || at < due_at) return " without asking anybody";
  return ` after ${roughly(due_at - created_at)} without a decision`;
}

/** What the decider wrote, as one text, and without the secrets in it: the agent alone gets those. */
export function wordsOf({ feedback, reason, answers }: Decision, rules: Rules, between = "\n"): string {
  const shown = hiddenIn({ ...answers }, ["answers"], rules) as Record<string, string>;
  const answered = Object.entries(shown).map(([key, text]) => (key === "response" ? text : `${key}: ${text}`));
  const words = [feedback, reason].flatMap((text) => (text === undefined ? [] : [hiddenText(text, rules)]));
  return [...answered, ...words].join(between);
}

function expired(checkpoint: Checkpoint, decision: Decision): string {
  const after = roughly((checkpoint.due_at ?? decision.at) - checkpoint.created_at);
  const short = votersOf(checkpoint).length > 0 ? `only ${approvals(checkpoint)}` : "nobody decided";
  const policy = decision.by.kind === "policy" ? decision.by.name : checkpoint.policy.name;
  return `Timed out after ${after}: ${short}; handed back as ${decision.action} by policy ${policy}`;
}

function withdrawn({ withdrawn: ended }: Checkpoint, rules: Rules): string {
  if (ended === null) return "Withdrawn";
  const reason = oneLine(hiddenText(ended.reason, rules), WORDS);
  return `Withdrawn by ${actorOf(ended.by)}, ${moment(ended.at)}${reason === "" ? "" : `: ${reason}`}`;
}

const WHERE = {
  slack: "in slack",
  discord: "in discord",
  web: "on the web",
  terminal: "in the terminal",
  api: "over the API",
} as const;

function actorOf(by: By): string {
  return by.kind === "person" ? `${nameOf(by)} ${WHERE[by.surface]}` : nameOf(by);
}

/** An account that the settings do not know keeps its id beside the name that it gave itself. */
export function nameOf(by: By): string {
  // A policy may be called what a person is called.
  if (by.kind === "policy") return `policy ${by.name}`;
  if (by.kind !== "person") return by.name;
  const name = oneLine(by.name ?? "", 60);
  if (name === "") return by.person;
  return by.person.includes(":") ? `${name} (${by.person})` : name;
}
