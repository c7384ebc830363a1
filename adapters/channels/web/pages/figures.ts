/** The figures of a team as a page: how long deciding takes, what comes out, who waits for whom. */
import type { StatsView } from "../../../../src/stats-answer.ts";
import { count } from "../../../../src/text.ts";
import { formatDuration } from "../../../../src/time.ts";
import { type Content, type Html, html, nothing } from "../markup.ts";
import { type Fill, type Plot, plot } from "./plots.ts";

export const PERIODS = { "24h": "a day", "7d": "a week", "30d": "a month", "90d": "three months" } as const;
export type Period = keyof typeof PERIODS;

export function periodIn(word: string | null): Period {
  return Object.keys(PERIODS).includes(word ?? "") ? (word as Period) : "7d";
}

export function figuresPage(stats: StatsView, period: Period): Html {
  return html`<div class="listing">
<div class="title-row"><h1>Figures</h1><nav class="periods" aria-label="Time">${Object.entries(PERIODS).map(
    ([word, label]) =>
      html`<a href="${`/figures?since=${word}`}"${word === period ? html` aria-current="page"` : nothing}>${label}</a> `,
  )}</nav></div>
<p class="calm">Of what was raised in the last ${PERIODS[period].replace(/^an? /, "")} and what you may see.${stats.complete ? "" : " There is more than is counted at once; these are the newest."}</p>
${tiles(stats)}
<div class="plots">${[decideTimes(stats), outcomes(stats), people(stats), agents(stats), rounds(stats), waiting(stats)].map(plot)}</div>
</div>`;
}

function tiles({ pending, time_to_decide, outcomes, rounds, sla, raised, ended }: StatsView): Html {
  const { oldest } = pending;
  const tile = (label: string, value: Content, more: Content) =>
    html`<div><dt>${label}</dt><dd>${value}</dd><dd class="more-of">${more}</dd></div>`;
  return html`<dl class="tiles">
${tile("Waiting now", count(pending.count), pending.overdue > 0 ? `${count(pending.overdue)} overdue` : "none overdue")}
${tile("Longest wait", oldest === null ? "–" : time(oldest.age), oldest === null ? "nothing waits" : html`<a href="${`/checkpoints/${oldest.id}`}"><bdi>${oldest.title}</bdi></a>`)}
${tile("Time to decide", time(time_to_decide.p50), `19 of 20 within ${time(time_to_decide.p95)}`)}
${tile("Approved", rate(outcomes.approved.rate), `of ${count(ended)} that ended, ${count(raised)} raised`)}
${tile("Sent back", rate(outcomes.changes.rate), `${count(outcomes.changes.count)} asked for changes`)}
${tile("Rejected", rate(outcomes.rejected.rate), `${count(outcomes.rejected.count)}, and ${count(outcomes.timed_out.count)} timed out`)}
${tile("Rounds a task", decimal(rounds.mean), rounds.most === null ? "no tasks" : `${rounds.most} at most`)}
${sla.count === 0 ? nothing : tile("In time", `${count(sla.count - sla.missed)} of ${count(sla.count)}`, "that a policy sets a time for")}
</dl>`;
}

const SPREAD = [
  { fill: "accent", label: "half within" },
  { fill: "soft", label: "19 of 20 within" },
] as const;

type Spread = StatsView["time_to_decide"];

/** Longer times first drawn, so that shorter ones lie upon them. */
function spreadParts({ p50, p95 }: Spread): { fill: Fill; value: number }[] {
  return [
    { fill: "soft", value: p95 ?? 0 },
    { fill: "accent", value: p50 ?? 0 },
  ];
}

function decideTimes({ kinds, time_to_decide }: StatsView): Plot {
  const timed = kinds.filter((each) => each.time_to_decide.count > 0);
  return {
    title: "Time to decide, by kind",
    says:
      time_to_decide.count === 0
        ? "Nobody has decided anything yet."
        : `${count(time_to_decide.count)} decisions of people, on average after ${time(time_to_decide.mean)}.`,
    legend: SPREAD,
    over: true,
    bars: timed.map((each) => ({
      label: each.kind,
      parts: spreadParts(each.time_to_decide),
      value: time(each.time_to_decide.p50),
    })),
    columns: ["Kind", "Decisions", "Half within", "19 of 20 within", "Average"],
    rows: timed.map(({ kind, time_to_decide: { count: all, p50, p95, mean } }) => [
      kind,
      count(all),
      time(p50),
      time(p95),
      time(mean),
    ]),
  };
}

const OUTCOMES = [
  { key: "approved", fill: "approve", label: "approved" },
  { key: "answered", fill: "answer", label: "answered" },
  { key: "changes", fill: "change", label: "changes" },
  { key: "rejected", fill: "reject", label: "rejected" },
  { key: "timed_out", fill: "off", label: "timed out" },
  { key: "withdrawn", fill: "gone", label: "withdrawn" },
] as const;

function outcomes({ kinds, by_policy }: StatsView): Plot {
  const ended = kinds.filter((each) => OUTCOMES.some(({ key }) => each[key] > 0));
  return {
    title: "What came out, by kind",
    says:
      by_policy === 0 ? "All of it decided by people." : `${count(by_policy)} ended by a policy, the rest by people.`,
    legend: OUTCOMES,
    bars: ended.map((each) => ({
      label: each.kind,
      parts: OUTCOMES.map(({ key, fill }) => ({ fill, value: each[key] })),
      value: count(OUTCOMES.reduce((sum, { key }) => sum + each[key], 0)),
    })),
    columns: ["Kind", ...OUTCOMES.map(({ label }) => label)],
    rows: ended.map((each) => [each.kind, ...OUTCOMES.map(({ key }) => count(each[key]))]),
  };
}

function people({ approvers }: StatsView): Plot {
  return {
    title: "Time to respond, by person",
    says: approvers.length === 0 ? "Nobody has responded yet." : "From the raise to their first word on it.",
    legend: SPREAD,
    over: true,
    bars: approvers.map((each) => ({
      label: each.person,
      parts: spreadParts(each.response_time),
      value: time(each.response_time.p50),
    })),
    columns: ["Person", "Responses", "Decisions", "Half within", "19 of 20 within"],
    rows: approvers.map(({ person, responses, decisions, response_time: { p50, p95 } }) => [
      person,
      count(responses),
      count(decisions),
      time(p50),
      time(p95),
    ]),
  };
}

function agents({ agents }: StatsView): Plot {
  const [first] = agents;
  return {
    title: "Time spent waiting, by agent",
    says:
      first === undefined
        ? "No agent has waited."
        : "All waiting for people added up: where a faster answer would help most.",
    bars: agents.map((each) => ({
      label: each.agent,
      parts: [{ fill: "accent", value: each.waited }],
      value: time(each.waited),
    })),
    columns: ["Agent", "Raised", "Waiting now", "Overdue", "Longest wait now", "Waited in all"],
    rows: agents.map((each) => [
      each.agent,
      count(each.raised),
      count(each.pending),
      count(each.overdue),
      time(each.oldest_pending),
      time(each.waited),
    ]),
  };
}

function rounds({ rounds }: StatsView): Plot {
  const { tasks_by_rounds: all } = rounds;
  const name = (each: number) => (each === 1 ? "1 round" : `${each} rounds`);
  return {
    title: "Rounds a task takes",
    says:
      rounds.tasks === 0 ? "No tasks yet." : `${count(rounds.tasks)} tasks, ${decimal(rounds.mean)} rounds on average.`,
    bars: all.map((each) => ({
      label: name(each.rounds),
      parts: [{ fill: "accent", value: each.tasks }],
      value: count(each.tasks),
    })),
    columns: ["Rounds", "Tasks"],
    rows: all.map((each) => [String(each.rounds), count(each.tasks)]),
  };
}

function waiting({ pending }: StatsView): Plot {
  const all = pending.waiting_for;
  return {
    title: "Who is waited for now",
    says: all.length === 0 ? "Nobody: nothing waits." : "What several may decide counts for each of them.",
    bars: all.map((each) => ({
      label: each.approver,
      parts: [{ fill: "accent", value: each.pending }],
      value: count(each.pending),
    })),
    columns: ["Approver", "Waiting", "Longest wait"],
    rows: all.map((each) => [each.approver, count(each.pending), time(each.oldest_pending)]),
  };
}

function time(seconds: number | null): string {
  return seconds === null ? "–" : formatDuration(seconds < 1 ? 1_000 : seconds * 1_000);
}

function decimal(value: number | null): string {
  return value === null ? "–" : value.toFixed(1);
}

function rate(share: number | null): string {
  return share === null ? "–" : `${Math.round(share * 100)} %`;
}
