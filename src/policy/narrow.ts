/**
 * What the raiser may make of a policy: fewer people, more votes, less time, fewer actions; never the other way
 * round. What results, with every default filled in, is the snapshot that the record keeps.
 */
import { type Refusal, type RefusalCode, refuse } from "../card.ts";
import {
  type Checkpoint,
  isApproving,
  type OfferedAction,
  type PolicySnapshot,
  type Ref,
  type TimeoutWord,
} from "../checkpoint.ts";
import type { House } from "../house.ts";
import type { Kind } from "../kinds/kind.ts";
import type { RaiseRequest } from "../request.ts";
import { formatDuration } from "../time.ts";
import { versionOf } from "./match.ts";
import type { Policy } from "./policy.ts";

export interface Narrowing {
  request: RaiseRequest;
  kind: Kind;
  policy: Policy;
  previous: Checkpoint | null;
  round: number;
  /** What the door that it came in by says: of rounds the policy may allow fewer, of a time-out the policy's word counts. */
  entry?: { maxRounds?: number; onTimeout?: TimeoutWord } | undefined;
  house: House;
}

export interface Narrowed {
  type: "narrowed";
  policy: PolicySnapshot;
  actions: OfferedAction[];
  quorum: number;
}

export function narrow(given: Narrowing): Narrowed | Refusal {
  const { request, kind, policy, previous, house } = given;
  const approvers = approversOf(request, policy, previous, house);
  if (!Array.isArray(approvers)) return approvers;
  const quorum = request.quorum ?? policy.quorum ?? 1;
  if (quorum < (policy.quorum ?? 1))
    return widened("/quorum", `The policy "${policy.name}" asks for ${policy.quorum} approvals.`);
  if (quorum > 1 && quorum > house.voters(approvers))
    return fault("quorum_unreachable", "/quorum", `${quorum} different people have to approve, but fewer are named.`);
  const timeout = timeoutOf(request, policy, kind);
  if (typeof timeout === "object" && timeout !== null) return timeout;
  const onTimeout = onTimeoutOf(given);
  if (typeof onTimeout !== "string") return onTimeout;
  const actions = actionsOf(given);
  if (!Array.isArray(actions)) return actions;
  const maxRounds = maxRoundsOf(given);
  return {
    type: "narrowed",
    actions,
    quorum,
    policy: {
      name: policy.name,
      version: versionOf(policy),
      approvers,
      timeout,
      on_timeout: onTimeout,
      remind: policy.remind ?? [],
      escalate: policy.escalate ?? [],
      ...(policy.sla === undefined ? {} : { sla: policy.sla }),
      ...warningOf(policy, timeout),
      self_approval: policy.self_approval ?? false,
      see_all: kind.seeAll || policy.see_all === "required",
      max_rounds: Number.isFinite(maxRounds) ? maxRounds : null,
      fallback: policy.fallback ?? null,
    },
  };
}

/** The policy's; else the raiser's, inherited from the round before; else HITL_APPROVERS; else nobody but the admin. */
function approversOf(
  request: RaiseRequest,
  policy: Policy,
  previous: Checkpoint | null,
  house: House,
): Ref[] | Refusal {
  const asked = request.approvers;
  const unknown = [...(asked ?? []), request.requested_by].findIndex((ref) => ref !== undefined && !house.knows(ref));
  if (unknown >= 0) {
    const at = unknown < (asked?.length ?? 0) ? `/approvers/${unknown}` : "/requested_by";
    const name = asked?.[unknown] ?? request.requested_by;
    return fault("unknown_approver", at, `"${name}" is not in the settings; add it under \`people\` or \`groups\`.`);
  }
  const ceiling = policy.approvers;
  if (asked !== undefined) {
    const wider = asked.findIndex((ref) => (ceiling === undefined ? ref === "anyone" : !ceiling.includes(ref)));
    if (wider < 0) return asked;
    return ceiling === undefined
      ? widened(`/approvers/${wider}`, "`anyone` counts only where the settings say it.")
      : widened(`/approvers/${wider}`, `The policy "${policy.name}" lets only ${ceiling.join(", ")} decide.`);
  }
  // What could not be asked for openly is not inherited either.
  const mayInherit = (ref: Ref) =>
    ceiling === undefined ? ref !== "anyone" && house.knows(ref) : ceiling.includes(ref);
  const inherited = previous?.policy.approvers.filter(mayInherit) ?? [];
  if (inherited.length > 0) return inherited;
  return ceiling ?? [...house.approvers];
}

function timeoutOf(request: RaiseRequest, policy: Policy, kind: Kind): number | null | Refusal {
  const ceiling = policy.timeout;
  if (request.timeout === undefined) return ceiling === undefined ? kind.timeout : ceiling;
  if (ceiling === undefined || ceiling === null) return request.timeout;
  if (request.timeout === null) return ceiling;
  if (request.timeout <= ceiling) return request.timeout;
  return widened("/timeout", `The policy "${policy.name}" allows at most ${formatDuration(ceiling)}.`);
}

/** Ten minutes before the end, or the last sixth of a short time; what is over within a minute needs no warning. */
function warningOf({ warn }: Policy, timeout: number | null): { warn?: number } {
  if (timeout === null || warn === null) return {};
  if (warn !== undefined) return { warn: Math.min(warn, timeout) };
  return timeout < 60_000 ? {} : { warn: Math.min(10 * 60_000, timeout / 6) };
}

function onTimeoutOf({ request, policy, kind, entry }: Narrowing): TimeoutWord | Refusal {
  const asked = request.on_timeout;
  const rule = policy.on_timeout;
  if (asked === undefined || asked === rule) return rule ?? entry?.onTimeout ?? kind.on_timeout;
  if (asked === "proceed")
    return widened(
      "/on_timeout",
      "Silence is no approval: only a policy of the settings may say `on_timeout: proceed`.",
    );
  if (asked === "escalate" && (rule !== undefined || (policy.timeout ?? null) !== null))
    return widened("/on_timeout", `The policy "${policy.name}" sets the time; escalating would prolong it.`);
  return asked;
}

function maxRoundsOf({ policy, entry }: Narrowing): number {
  return Math.min(policy.max_rounds ?? Number.POSITIVE_INFINITY, entry?.maxRounds ?? Number.POSITIVE_INFINITY);
}

function actionsOf(given: Narrowing): OfferedAction[] | Refusal {
  const { request, kind, policy, round } = given;
  const allowed = kind.actions.filter((each) => policy.actions?.includes(each.action) ?? true);
  const asked = request.actions ?? allowed.map((each) => each.action);
  const offered: OfferedAction[] = [];
  for (const [index, entry] of asked.entries()) {
    const wish = typeof entry === "string" ? { action: entry } : entry;
    const base = kind.actions.find((each) => each.action === wish.action);
    if (base === undefined) {
      const names = kind.actions.map((each) => each.action).join(", ");
      return fault("action_not_offered", `/actions/${index}`, `A ${kind.name} checkpoint offers ${names}.`);
    }
    // What a door offers is all that its protocol can carry; the policy leaves some of it.
    if (!allowed.includes(base) && given.entry !== undefined) continue;
    if (!allowed.includes(base))
      return widened(`/actions/${index}`, `The policy "${policy.name}" does not offer ${wish.action}.`);
    if (offered.some((each) => each.action === wish.action))
      return fault("invalid_request", `/actions/${index}`, `${wish.action} is named twice.`);
    const required = base.comment === "required" || (policy.comment?.includes(wish.action) ?? false);
    offered.push({
      action: base.action,
      label: wish.label ?? base.label,
      comment: required ? "required" : (wish.comment ?? base.comment),
      reasons: wish.reasons ?? base.reasons,
    });
  }
  if (offered.every((each) => isApproving(each.action)))
    return fault("only_approving_actions", "/actions", "Offer at least one way to say no or to ask for changes.");
  return round >= maxRoundsOf(given) ? lastRound(offered, kind) : offered;
}

/**
 * The last round can only be taken or left; where nothing is left to say no with, the kind's own way is. A phase has
 * none, and keeps its changes: nobody is left with nothing but to approve.
 */
function lastRound(offered: OfferedAction[], kind: Kind): OfferedAction[] {
  const rest = offered.filter((each) => each.action !== "revise" && each.action !== "refine");
  if (rest.some((each) => !isApproving(each.action))) return rest;
  const noes = kind.actions.filter((each) => each.action === "reject" || each.action === "cancel");
  return noes.length === 0 ? offered : [...rest, ...noes];
}

function widened(at: string, sentence: string): Refusal {
  return fault("policy_widened", at, `${sentence} A raiser may only narrow a policy.`);
}

function fault(code: RefusalCode, at: string, sentence: string): Refusal {
  return refuse(code, sentence, [{ pointer: at, message: sentence }]);
}
