/** `stats`: the figures of a while, as a few short tables. */
import type { StatsView } from "../client.ts";
import { oneLine } from "../text.ts";
import { formatDuration } from "../time.ts";
import { tell, type Verb } from "./verb.ts";

const ROWS = 10;
const NAME = 40;

export const stats: Verb = {
  name: "stats",
  usage: "stats [--since 7d]",
  summary: "how long deciding takes, what comes out, who waits for whom",
  options: {
    since: { type: "string", value: "TIME", help: "of what was raised since: 24h, 7d, 2026-11-20T00:00:00Z" },
  },
  words: [0, 0],
  more: "Of what you may see. --json has all of it, in seconds.",
  async run(given, world) {
    const counted = await world.bot().stats(given.text("since"), { signal: world.signal });
    return tell(given, world, counted, drawn(counted));
  },
};

function drawn(stats: StatsView): string {
  const { raised, ended, by_policy, time_to_decide, outcomes, rounds, sla, pending, deliveries, complete } = stats;
  const { count, p50, p95 } = time_to_decide;
  const came = Object.entries(outcomes)
    .filter(([, { count }]) => count > 0)
    .map(([outcome, { count, rate }]) => `${outcome.replace("_", " ")} ${count} (${Math.round((rate ?? 0) * 100)}%)`);
  const oldest =
    pending.oldest === null
      ? ""
      : `, the oldest for ${duration(pending.oldest.age)}: ${oneLine(pending.oldest.title, NAME)}`;
  const sections = [
    [
      `Since ${stats.since.slice(0, 16).replace("T", " ")} UTC: ${raised} raised, ${ended} ended, ${by_policy} of them by a policy.`,
      count === 0 ? "" : `People took ${duration(p50)} (median); 95 of 100 were decided within ${duration(p95)}.`,
      came.length === 0 ? "" : `Outcomes: ${came.join(", ")}.`,
      rounds.tasks === 0 ? "" : `Rounds: ${rounds.mean} a task, at most ${rounds.most}.`,
      sla.count === 0 ? "" : `In the time that policies ask for: ${sla.count - sla.missed} of ${sla.count}.`,
      `Pending: ${pending.count}, overdue ${pending.overdue}${oldest}`,
      deliveries.dead + deliveries.waiting === 0
        ? ""
        : `Agents to be called: ${deliveries.waiting}, given up: ${deliveries.dead}.`,
      complete ? "" : "There was more than one answer reads: the newest were counted.",
    ].filter((line) => line !== ""),
    table(
      "Approver",
      ["decided", "responded", "median"],
      stats.approvers.map((each) => [each.person, each.decisions, each.responses, duration(each.response_time.p50)]),
    ),
    table(
      "Agent",
      ["raised", "pending", "overdue", "waited"],
      stats.agents.map((each) => [each.agent, each.raised, each.pending, each.overdue, duration(each.waited)]),
    ),
    table(
      "Waiting for",
      ["pending", "oldest"],
      pending.waiting_for.map((each) => [each.approver, each.pending, duration(each.oldest_pending)]),
    ),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function duration(seconds: number | null): string {
  return seconds === null ? "–" : formatDuration(seconds * 1_000);
}

/** Names to the left, figures to the right. Empty where there are no rows. */
function table(name: string, columns: string[], rows: (string | number)[][]): string[] {
  if (rows.length === 0) return [];
  const cells = [
    [name, ...columns],
    ...rows.slice(0, ROWS).map((row) => row.map((cell) => oneLine(String(cell), NAME))),
  ];
  const widths = [name, ...columns].map((_, column) => Math.max(...cells.map((row) => (row[column] ?? "").length)));
  const more = rows.length > ROWS ? [`and ${rows.length - ROWS} more (--json)`] : [];
  return [
    ...cells.map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join("  "),
    ),
    ...more,
  ];
}
