/**
 * What an action is called on a card. A raiser may add words of its own, but never instead of the kind's: an agent that
 * calls `proceed` "Deny" would turn the person's no into a yes.
 */
import type { OfferedAction } from "./checkpoint.ts";
import type { Kind } from "./kinds/kind.ts";
import { oneLine } from "./text.ts";

/** Slack's and the terminal's buttons take more; Discord's take 80 characters. */
const LONGEST = 60;

export function labelOn(kind: Kind, { action, label }: OfferedAction): string {
  const own = kind.actions.find((each) => each.action === action)?.label ?? action;
  return oneLine(label.trim().toLowerCase() === own.toLowerCase() ? own : `${own}: ${label}`, LONGEST);
}
