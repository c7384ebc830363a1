/** What came of it, in one sentence each. */
import type { CheckpointView } from "../../../src/client/checks.ts";
import { hiddenIn, hiddenText } from "../../../src/policy/redact/raise.ts";
import { DEFAULT_RULES } from "../../../src/policy/redact/rules.ts";
import { formatDuration } from "../../../src/time.ts";
import { oneLine } from "./literal.ts";

export function actedSentence({
  result,
  checkpoint,
}: {
  result: "resolved" | "recorded";
  checkpoint: CheckpointView;
}): string {
  const { needed, given } = checkpoint.quorum;
  if (result === "recorded") {
    const missing = needed - given;
    return `Recorded: ${given} of ${needed}. ${missing === 1 ? "One more person has" : `${missing} more people have`} to approve.`;
  }
  const votes = needed > 1 && checkpoint.decision?.outcome === "approved" ? ` (${given} of ${needed})` : "";
  return `Done${votes}: ${endedSentence(checkpoint)}`;
}

/** `proceed by Bob at 2026-11-20 14:03 UTC`; for a pending one, how long it has waited. */
export function endedSentence({ status, decision, withdrawn, ended_at }: CheckpointView): string {
  const at = ended_at === null ? "" : ` at ${minute(ended_at)}`;
  if (status === "pending") return "still pending";
  if (status === "withdrawn") return `withdrawn by ${withdrawn ? nameOf(withdrawn.by) : "the agent"}${at}`;
  if (status === "expired" || decision === null) return `timed out${at}, nobody decided`;
  const words = wordsOf(decision);
  return `${decision.action} by ${nameOf(decision.by)}${at}${words ? `: ${oneLine(words)}` : ""}`;
}

/** The agent alone gets the secrets in them; the rules of the settings are the bot's, and it tells them in cards only. */
function wordsOf({ feedback, reason, answers }: NonNullable<CheckpointView["decision"]>): string {
  const said = feedback ?? reason;
  if (said !== undefined) return hiddenText(said, DEFAULT_RULES);
  return Object.values(hiddenIn({ ...answers }, ["answers"], DEFAULT_RULES) ?? {}).join("; ");
}

export function age(since: string, now: number): string {
  return formatDuration(now - Date.parse(since)).split(" ")[0] ?? "0s";
}

function nameOf(by: CheckpointView["votes"][number]["by"]): string {
  if (by.kind === "person") return oneLine(by.name ?? by.person);
  return by.kind === "policy" ? `policy ${oneLine(by.name)}` : oneLine(by.name);
}

/** `2026-11-20 14:03 UTC` */
export function minute(at: string): string {
  return `${at.slice(0, 16).replace("T", " ")} UTC`;
}
