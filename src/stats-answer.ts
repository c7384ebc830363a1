/** The figures that the API answers, as a schema: tally.ts makes a value of it. */
import { z } from "zod";
import { time } from "./answers.ts";
import { KINDS } from "./checkpoint.ts";

const secondsOr = (otherwise: string) =>
  z
    .number()
    .nullable()
    .meta({ description: `seconds; null: ${otherwise}` });
const count = z.int().min(0);
const spread = z.object({
  count,
  mean: secondsOr("there was none"),
  p50: secondsOr("there was none").meta({ description: "seconds, nearest rank" }),
  p95: secondsOr("there was none").meta({ description: "seconds, nearest rank" }),
});
const outcomeCounts = {
  approved: count,
  changes: count,
  rejected: count,
  answered: count,
  timed_out: count,
  withdrawn: count,
};
const rated = z.object({
  count,
  rate: z.number().nullable().meta({ description: "of all that ended; null: none did" }),
});

export const statsAnswer = z
  .object({
    since: time.meta({ description: "Figures are of checkpoints raised since then." }),
    until: time,
    complete: z
      .boolean()
      .meta({ description: "false: there was more to read than one answer reads; the newest count." }),
    raised: count,
    ended: count,
    by_policy: count.meta({ description: "Ended by a policy: on a timeout, or without asking anybody." }),
    time_to_decide: spread.meta({ description: "From the raise to a person's decision." }),
    outcomes: z.object({
      approved: rated,
      changes: rated,
      rejected: rated,
      answered: rated,
      timed_out: rated,
      withdrawn: rated,
    }),
    sla: z
      .object({ count, missed: count })
      .meta({ description: "Of what its policy sets a time for: how much took, or takes, longer." }),
    rounds: z.object({
      tasks: count.meta({ description: "Checkpoints that follow each other by `previous` are one task." }),
      mean: z.number().nullable(),
      most: z.int().nullable(),
      tasks_by_rounds: z.array(z.object({ rounds: z.int(), tasks: count })),
    }),
    kinds: z.array(z.object({ kind: z.enum(KINDS), raised: count, ...outcomeCounts, time_to_decide: spread })),
    approvers: z
      .array(
        z.object({
          person: z.string(),
          decisions: count.meta({ description: "Checkpoints that they ended." }),
          responses: count.meta({ description: "Checkpoints that they acted on, votes included." }),
          response_time: spread.meta({ description: "From the raise to their first act." }),
        }),
      )
      .meta({ description: "The busiest first; at most 50." }),
    agents: z
      .array(
        z.object({
          agent: z.string(),
          raised: count,
          ...outcomeCounts,
          pending: count,
          overdue: count,
          oldest_pending: secondsOr("nothing is pending"),
          waited: z
            .number()
            .meta({ description: "seconds in all, for people, of what was raised since or is pending" }),
          time_to_decide: spread,
        }),
      )
      .meta({ description: "Who waited longest in all first; at most 50." }),
    pending: z.object({
      count,
      overdue: count,
      oldest: z
        .object({
          id: z.string(),
          title: z.string(),
          kind: z.enum(KINDS),
          agent: z.string(),
          created_at: time,
          age: z.number(),
        })
        .nullable(),
      waiting_for: z
        .array(z.object({ approver: z.string(), pending: count, oldest_pending: secondsOr("nothing is pending") }))
        .meta({ description: "Whom most waits for first; at most 50." }),
    }),
    deliveries: z
      .object({ waiting: count, dead: count })
      .meta({ description: "Agents that are still to be called back, or could not be." }),
  })
  .meta({ id: "Stats", description: "Of what the token may see; times in seconds." });
export type StatsView = z.output<typeof statsAnswer>;
