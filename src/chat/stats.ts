/** A team's figures in a few lines, of what the asker may see. */

import { roughly } from "../state-line.ts";
import type { StatsView } from "../stats-answer.ts";

/** What they are about when nobody says otherwise. */
export const PERIOD = "7d";

export function wordsOf({ raised, ended, outcomes, time_to_decide, pending, complete }: StatsView): string {
  const { approved, changes, rejected, answered, timed_out, withdrawn } = outcomes;
  const { p50, p95 } = time_to_decide;
  return [
    `Of the last ${PERIOD}, as far as you may see it${complete ? "" : " (the newest only)"}:`,
    `${raised} raised, ${ended} ended, ${pending.count} waiting${oldest(pending.oldest?.age)}`,
    `${approved.count} approved, ${changes.count} sent back, ${rejected.count} rejected, ${answered.count} answered, ${timed_out.count} timed out, ${withdrawn.count} withdrawn`,
    ...(p50 === null || p95 === null
      ? []
      : [`Half of the decisions came within ${roughly(p50 * 1_000)}, 95% within ${roughly(p95 * 1_000)}`]),
  ].join("\n");
}

function oldest(age: number | undefined): string {
  return age === undefined ? "" : `, the oldest for ${roughly(age * 1_000)}`;
}
