/** Whether something waits for this caller: they may decide it, and have not had their say yet. */
import type { CheckpointView, Whoami } from "./checks.ts";

export function mine(me: Whoami, { approvers, votes, digest }: CheckpointView): boolean {
  if (me.role === "agent") return false;
  const may = approvers.length === 0 ? me.refs.includes("admin") : approvers.some((ref) => me.refs.includes(ref));
  // A vote on what stood there before an edit does not count for what stands there now.
  const voted = votes.some(
    (vote) => vote.digest === digest && vote.by.kind === "person" && vote.by.person === me.person,
  );
  return may && !voted;
}
