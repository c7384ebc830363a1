/** Who may decide, whose approval counts as a vote, and who would be approving their own request. */
import type { Actor } from "../access.ts";
import type { Ref } from "../checkpoint.ts";
import { type Directory, isAccount } from "./directory.ts";

/** Nobody is an approver by accident: an empty list leaves it to the admin. */
export function mayDecide(approvers: readonly Ref[], actor: Pick<Actor, "refs">): boolean {
  return approvers.length === 0 ? actor.refs.has("admin") : approvers.some((ref) => actor.refs.has(ref));
}

/**
 * Where several people have to agree, one human with several unlinked accounts must not count twice: an account that
 * the settings do not know votes only if the approvers name that very account.
 */
export function mayVote(approvers: readonly Ref[], quorum: number, actor: Pick<Actor, "refs" | "known">): boolean {
  if (!mayDecide(approvers, actor)) return false;
  return quorum < 2 || actor.known || approvers.some((ref) => isAccount(ref) && actor.refs.has(ref));
}

/** Errs on the side of "self": workspace and letter case of an account are not compared, since this only restricts. */
export function isSelf(requesters: readonly Ref[], actor: Pick<Actor, "refs">): boolean {
  if (requesters.some((ref) => actor.refs.has(ref))) return true;
  const accounts = new Set([...actor.refs].filter(isAccount).map(loosely));
  return requesters.some((ref) => isAccount(ref) && accounts.has(loosely(ref)));
}

function loosely(account: Ref): string {
  return account.toLowerCase().replace(/^slack:[^/]*\//, "slack:");
}

function isSingle(ref: Ref): boolean {
  return ref === "admin" || ref.startsWith("person:") || isAccount(ref);
}

/** Everybody whose vote could ever count where the quorum is two or more. */
export function voters(approvers: readonly Ref[], directory: Directory): ReadonlySet<string> {
  const linked = (on: "slack" | "discord") => directory.people.filter((person) => person[on] !== undefined);
  const named = approvers.filter(isSingle).flatMap((ref) => directory.expand(ref));
  const grouped = approvers
    .flatMap((ref) => directory.members(ref))
    .flatMap((ref) => {
      if (ref === "anyone") return [...linked("slack"), ...linked("discord")].map((person) => person.id);
      if (ref.startsWith("slack-group:")) return linked("slack").map((person) => person.id);
      if (ref.startsWith("discord-role:")) return linked("discord").map((person) => person.id);
      return directory.expand(ref).filter((id) => !id.includes(":"));
    });
  return new Set([...named, ...grouped]);
}
