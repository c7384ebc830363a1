/** What waits and what has ended, two lines each: the title, then what tells one from the other. */
import type { CheckpointView } from "../../../src/client/checks.ts";
import { formatDuration } from "../../../src/time.ts";
import { oneLine } from "./literal.ts";
import { age, endedSentence } from "./outcome.ts";

export function renderList(items: readonly CheckpointView[], now: number): string[] {
  return items.flatMap((item) => [oneLine(item.title), `  ${[item.id, ...marksOf(item, now)].join(" · ")}`]);
}

function marksOf(item: CheckpointView, now: number): string[] {
  const { kind, source, priority, quorum, status } = item;
  const urgent = priority === "normal" ? [] : [priority];
  if (status !== "pending") return [kind, oneLine(source.agent), endedSentence(item)];
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
