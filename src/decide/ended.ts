/** What whoever comes too late is told: who, what, when. */
import { type Refusal, refuse } from "../card.ts";
import type { By, Checkpoint } from "../checkpoint.ts";
import { formatDuration, iso } from "../time.ts";

export function endedRefusal(checkpoint: Checkpoint): Refusal {
  const { status, decision, withdrawn } = checkpoint;
  if (status === "withdrawn" && withdrawn !== null)
    return refuse("withdrawn", `${nameOf(withdrawn.by)} withdrew it at ${minute(withdrawn.at)}: ${withdrawn.reason}`);
  if (status === "expired" && decision !== null) {
    const after = formatDuration(decision.at - checkpoint.created_at);
    return refuse("expired", `It timed out at ${minute(decision.at)}, after ${after}: nobody decided in time.`);
  }
  if (decision === null) return refuse("already_resolved", "It has already ended.");
  return refuse(
    "already_resolved",
    `Already resolved by ${nameOf(decision.by)} at ${minute(decision.at)}: ${decision.action}.`,
  );
}

export function nameOf(by: By): string {
  if (by.kind === "person") return by.name ?? by.person;
  return by.kind === "policy" ? `policy ${by.name}` : by.name;
}

function minute(ms: number): string {
  return `${iso(ms).slice(0, 16).replace("T", " ")} UTC`;
}
