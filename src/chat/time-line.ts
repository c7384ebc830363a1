/** What time has done to a checkpoint, as a line below its card: where everybody reads who is still waited for. */
import type { Entry } from "../ports.ts";
import { refNames } from "../state-line.ts";

export function timeLine({ type, data }: Pick<Entry, "type" | "data">): string | null {
  const to = Array.isArray(data.to) ? data.to.filter((ref) => typeof ref === "string") : [];
  if (type === "checkpoint.reminded") return to.length === 0 ? null : `A reminder: it still waits for ${refNames(to)}.`;
  return type === "checkpoint.escalated" ? `Nobody has decided yet, so it goes to ${refNames(to)} as well.` : null;
}
