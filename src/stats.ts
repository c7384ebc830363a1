/**
 * The figures of a team: how long deciding takes, what comes out, how many rounds it takes, who decides, who waits for
 * whom. Pure: from records to figures, in seconds. `tally.ts` reads the records.
 */

import { type Checkpoint, type KindName, type Outcome, personOf, type Ref } from "./checkpoint.ts";
import { lateFrom, slaOf } from "./overdue.ts";
import type { StatsView } from "./stats-answer.ts";
import { iso } from "./time.ts";

/** What of a record the figures are made from; small, so that thousands can be held. */
export interface Facts {
  id: string;
  kind: KindName;
  title: string;
  agent: string;
  round: number;
  previous: string | null;
  approvers: Ref[];
  created_at: number;
  /** From when on it is overdue while it waits. */
  late_at: number | null;
  /** By when its policy asks for a decision. */
  sla_at: number | null;
  /** null: pending. */
  ended_at: number | null;
  outcome: Outcome | "withdrawn" | null;
  /** Who ended it: a person, or what was not one. */
  by: { kind: "person" | "policy" | "withdrawn"; person: string } | null;
  /** Each person's first act. */
  acts: { person: string; at: number }[];
}

export interface Scanned {
  since: number;
  now: number;
  /** Raised since then, in any state. */
  raised: readonly Facts[];
  /** Pending, however old. */
  pending: readonly Facts[];
  deliveries: { waiting: number; dead: number };
  /** Whether there was nothing left to read. */
  complete: boolean;
}

const OUTCOMES = ["approved", "changes", "rejected", "answered", "timed_out", "withdrawn"] as const;
/** Of people and agents; what comes after these is no bottleneck. */
const MOST = 50;

export function factsOf(record: Checkpoint): Facts {
  const { id, kind, title, source, round, previous, approvers, created_at, ended_at, decision } = record;
  const acts = new Map<string, number>();
  for (const { by, at } of [...record.votes, ...(decision === null ? [] : [decision])])
    if (by.kind === "person") acts.set(personOf(by), Math.min(acts.get(personOf(by)) ?? at, at));
  return {
    id,
    kind,
    title,
    agent: source.agent,
    round,
    previous,
    approvers: approvers.length === 0 ? ["admin"] : approvers,
    created_at,
    late_at: lateFrom(record),
    sla_at: slaOf(record),
    ended_at,
    outcome: record.status === "withdrawn" ? "withdrawn" : (decision?.outcome ?? null),
    by: enderOf(record),
    acts: [...acts].map(([person, at]) => ({ person, at })),
  };
}

function enderOf({ status, decision }: Checkpoint): Facts["by"] {
  if (status === "withdrawn") return { kind: "withdrawn", person: "" };
  if (decision === null) return null;
  return { kind: decision.by.kind === "person" ? "person" : "policy", person: personOf(decision.by) };
}

export function statsOf({ since, now, raised, pending, deliveries, complete }: Scanned): StatsView {
  const ended = raised.filter((each) => each.ended_at !== null);
  const known = [...new Map([...raised, ...pending].map((each) => [each.id, each])).values()];
  return {
    since: iso(since),
    until: iso(now),
    complete,
    raised: raised.length,
    ended: ended.length,
    by_policy: ended.filter(({ by }) => by?.kind === "policy").length,
    time_to_decide: spread(decideTimes(raised)),
    outcomes: outcomesOf(ended),
    sla: slaFigures(raised, now),
    rounds: roundsOf(raised),
    kinds: grouped(raised, ({ kind }) => kind)
      .map(([kind, all]) => ({
        kind,
        raised: all.length,
        ...outcomeCounts(all),
        time_to_decide: spread(decideTimes(all)),
      }))
      .sort((a, b) => b.raised - a.raised || (a.kind < b.kind ? -1 : 1)),
    approvers: approversOf(raised),
    agents: agentsOf(known, raised, now),
    pending: {
      count: pending.length,
      overdue: pending.filter((each) => isOverdue(each, now)).length,
      oldest: oldestOf(pending, now),
      waiting_for: waitingFor(pending, now),
    },
    deliveries,
  };
}

/** Of what people decided; what a policy ended, at once or by silence, says nothing about how fast anybody is. */
function decideTimes(all: readonly Facts[]): number[] {
  return all.flatMap(({ by, created_at, ended_at }) =>
    by?.kind === "person" && ended_at !== null ? [ended_at - created_at] : [],
  );
}

/** From ms to seconds. A percentile is the nearest rank: always a time that somebody really took. */
function spread(times: readonly number[]): StatsView["time_to_decide"] {
  const sorted = times.toSorted((a, b) => a - b);
  const rank = (share: number) => seconds(sorted[Math.ceil(sorted.length * share) - 1]);
  const sum = sorted.reduce((total, each) => total + each, 0);
  return {
    count: sorted.length,
    mean: sorted.length === 0 ? null : seconds(sum / sorted.length),
    p50: rank(0.5),
    p95: rank(0.95),
  };
}

function seconds(ms: number): number;
function seconds(ms: number | undefined): number | null;
function seconds(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms) / 1_000;
}

function outcomesOf(ended: readonly Facts[]): StatsView["outcomes"] {
  const counts = outcomeCounts(ended);
  const of = (outcome: (typeof OUTCOMES)[number]) => ({
    count: counts[outcome],
    rate: ended.length === 0 ? null : share(counts[outcome], ended.length),
  });
  return {
    approved: of("approved"),
    changes: of("changes"),
    rejected: of("rejected"),
    answered: of("answered"),
    timed_out: of("timed_out"),
    withdrawn: of("withdrawn"),
  };
}

function outcomeCounts(all: readonly Facts[]): Record<(typeof OUTCOMES)[number], number> {
  const counts = { approved: 0, changes: 0, rejected: 0, answered: 0, timed_out: 0, withdrawn: 0 };
  for (const { outcome } of all) if (outcome !== null) counts[outcome] += 1;
  return counts;
}

/** A task is a chain of checkpoints, each raised after the one before; its rounds are the number of its last one. */
function roundsOf(raised: readonly Facts[]): StatsView["rounds"] {
  const continued = new Set(raised.map(({ previous }) => previous));
  const rounds = raised.filter(({ id }) => !continued.has(id)).map(({ round }) => round);
  const sum = rounds.reduce((total, each) => total + each, 0);
  return {
    tasks: rounds.length,
    mean: rounds.length === 0 ? null : share(sum, rounds.length),
    most: rounds.length === 0 ? null : Math.max(...rounds),
    tasks_by_rounds: grouped(rounds, (round) => round)
      .sort(([a], [b]) => a - b)
      .map(([count, all]) => ({ rounds: count, tasks: all.length })),
  };
}

function approversOf(raised: readonly Facts[]): StatsView["approvers"] {
  const acts = raised.flatMap((each) => each.acts.map((act) => ({ ...act, of: each })));
  return grouped(acts, ({ person }) => person)
    .map(([person, own]) => ({
      person,
      decisions: own.filter(({ of }) => of.by?.kind === "person" && of.by.person === person).length,
      responses: own.length,
      response_time: spread(own.map(({ at, of }) => at - of.created_at)),
    }))
    .sort((a, b) => b.responses - a.responses || (a.person < b.person ? -1 : 1))
    .slice(0, MOST);
}

/** Whoever has waited longest in all comes first. */
function agentsOf(known: readonly Facts[], raised: readonly Facts[], now: number): StatsView["agents"] {
  const recent = new Set(raised.map(({ id }) => id));
  return grouped(known, ({ agent }) => agent)
    .map(([agent, all]) => {
      const own = all.filter(({ id }) => recent.has(id));
      const open = all.filter(({ ended_at }) => ended_at === null);
      return {
        agent,
        raised: own.length,
        ...outcomeCounts(own),
        pending: open.length,
        overdue: open.filter((each) => isOverdue(each, now)).length,
        oldest_pending: oldestOf(open, now)?.age ?? null,
        waited: seconds(all.reduce((total, each) => total + (each.ended_at ?? now) - each.created_at, 0)),
        time_to_decide: spread(decideTimes(own)),
      };
    })
    .sort((a, b) => b.waited - a.waited || (a.agent < b.agent ? -1 : 1))
    .slice(0, MOST);
}

function waitingFor(pending: readonly Facts[], now: number): StatsView["pending"]["waiting_for"] {
  const each = pending.flatMap((facts) => [...new Set(facts.approvers)].map((ref) => ({ ref, facts })));
  return grouped(each, ({ ref }) => ref)
    .map(([approver, all]) => {
      const own = all.map(({ facts }) => facts);
      return { approver, pending: own.length, oldest_pending: oldestOf(own, now)?.age ?? null };
    })
    .sort((a, b) => b.pending - a.pending || (a.approver < b.approver ? -1 : 1))
    .slice(0, MOST);
}

function oldestOf(pending: readonly Facts[], now: number): StatsView["pending"]["oldest"] {
  if (pending.length === 0) return null;
  const { id, title, kind, agent, created_at } = pending.reduce((a, b) => (b.created_at < a.created_at ? b : a));
  return { id, title, kind, agent, created_at: iso(created_at), age: seconds(now - created_at) };
}

function isOverdue({ late_at }: Facts, now: number): boolean {
  return late_at !== null && late_at <= now;
}

/** Of what its policy sets a time for: how much took, or takes, longer. What the agent took back does not count. */
function slaFigures(raised: readonly Facts[], now: number): StatsView["sla"] {
  const counted = raised.filter(({ sla_at, outcome }) => sla_at !== null && outcome !== "withdrawn");
  const missed = counted.filter(({ sla_at, ended_at }) => (ended_at ?? now) > (sla_at ?? now));
  return { count: counted.length, missed: missed.length };
}

function share(part: number, whole: number): number {
  return Math.round((part / whole) * 1_000) / 1_000;
}

function grouped<T, K>(all: readonly T[], keyOf: (each: T) => K): [K, T[]][] {
  const groups = new Map<K, T[]>();
  for (const each of all) {
    const key = keyOf(each);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  return [...groups];
}
