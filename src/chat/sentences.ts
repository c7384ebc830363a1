/** What a person is told of their act, the same in every chat. */
import type { Actor } from "../access.ts";
import { approvalsGiven, type Checkpoint, votersOf } from "../checkpoint.ts";
import { endedRefusal } from "../decide/ended.ts";
import type { Rules } from "../policy/redact/rules.ts";
import { StoreUnavailable } from "../ports.ts";
import { stateLine } from "../state-line.ts";
import { isBlank } from "../text.ts";
import { Late } from "./within.ts";

/** After an act that stood. */
export function settled(result: "resolved" | "recorded", checkpoint: Checkpoint, now: number): string {
  if (result === "resolved") return stateLine(checkpoint, now);
  const given = approvalsGiven(checkpoint);
  const missing = checkpoint.quorum - given;
  const wait = missing === 1 ? "One more person has" : `${missing} more people have`;
  return `Recorded: ${given} of ${checkpoint.quorum}. ${wait} to approve.`;
}

/** Of a card that was pressed, or a form that was sent, after it had changed; `actor`: whoever sent the form. */
export function outdated(checkpoint: Checkpoint, rules: Rules, actor?: Actor): string {
  if (checkpoint.status !== "pending") return endedRefusal(checkpoint, rules).detail;
  // It may be this very form, whose first answer came too late.
  if (actor !== undefined && votersOf(checkpoint).has(actor.person))
    return "You are on record here already, and that stands. What you sent now was not taken: look at the card.";
  return "This card was out of date, and nothing was recorded. It is being brought up to date: read it again and press then.";
}

/** What was typed into a form that came to nothing: nobody has to think of it twice. */
export function handedBack(text: string, typed: readonly string[]): string {
  const words = typed.filter((each) => !isBlank(each));
  return words.length === 0 ? text : `${text}\n\nWhat you wrote:\n${words.join("\n")}`;
}

/** A fault of ours, in a sentence that promises nothing. */
export function troubled(error: unknown): string {
  if (error instanceof StoreUnavailable && error.mayStand)
    return "The store did not answer, and it is not certain that this was recorded: look at the card, and press again if it still waits.";
  if (error instanceof StoreUnavailable)
    return "Not recorded: what is decided cannot be kept at the moment. Press again soon.";
  if (error instanceof Late)
    return "This takes too long, and it is not certain that it was recorded: look at the card, and press again if it still waits.";
  return "Not recorded: something went wrong here. Press again in a moment, and tell your admin if it stays like this.";
}
