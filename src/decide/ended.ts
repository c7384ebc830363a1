/** What whoever comes too late is told: who, what, when. */
import { type Refusal, refuse } from "../card.ts";
import type { Checkpoint } from "../checkpoint.ts";
import { hiddenText } from "../policy/redact/raise.ts";
import type { Rules } from "../policy/redact/rules.ts";
import { moment, nameOf } from "../state-line.ts";
import { formatDuration } from "../time.ts";

/** `rules`: of the checkpoint's policy, for what people wrote. */
export function endedRefusal(checkpoint: Checkpoint, rules: Rules): Refusal {
  const { status, decision, withdrawn } = checkpoint;
  if (status === "withdrawn" && withdrawn !== null)
    return refuse(
      "withdrawn",
      `${nameOf(withdrawn.by)} withdrew it at ${moment(withdrawn.at)}: ${hiddenText(withdrawn.reason, rules)}`,
    );
  if (status === "expired" && decision !== null) {
    const after = formatDuration(decision.at - checkpoint.created_at);
    return refuse("expired", `It timed out at ${moment(decision.at)}, after ${after}: nobody decided in time.`);
  }
  if (decision === null) return refuse("already_resolved", "It has already ended.");
  return refuse(
    "already_resolved",
    `Already resolved by ${nameOf(decision.by)} at ${moment(decision.at)}: ${decision.action}.`,
  );
}
