/** What waits and what has ended, two lines each: the title, then what tells one from the other. */
import type { CheckpointView } from "../../../src/client/checks.ts";
import { formatDuration } from "../../../src/time.ts";
import { oneLine } from "./literal.ts";
import { age, endedSentence } from "./outcome.ts";

/** `states`: what the cards say of those that have ended, by id: without the secrets that people wrote. */
export function renderList(
  items: readonly CheckpointView[],
  now: number,
  states: ReadonlyMap<string, string> = new Map(),
): string[] {
  return items.flatMap((item) => [
    oneLine(item.title),
    `  ${[item.id, ...marksOf(item, now, states.get(item.id))].join(" · ")}`,
  ]);
}

function marksOf(item: CheckpointView, now: number, state: string | undefined): string[] {
  const { kind, source, priority, quorum, status } = item;
  const urgent = priority === "normal" ? [] : [priority];
  if (status !== "pending")
    return [kind, oneLine(source.agent), state === undefined ? endedSentence(item) : oneLine(state)];
  const votes = quorum.needed > 1 ? [`${quorum.given} of ${quorum.needed}`] : [];
  return [
    ...urgent,
    kind,
    oneLine(source.agent),
    `${age(item.created_at, now)} old`,
    ...(item.sla_at !== null && Date.parse(item.sla_at) < now ? ["overdue"] : [dueIn(item.due_at, now)]),
    ...votes,
  ];
}

function dueIn(due: string | null, now: number): string {
  if (due === null) return "no time limit";
  const left = Date.parse(due) - now;
  return left <= 0 ? "overdue" : `${formatDuration(left)} left`;
}
