/** The lists that `/hitl` and the home tab show, out of what the desk lets a person see. */
import { type Actor, asCaller } from "../access.ts";
import { type Checkpoint, personOf, type Status } from "../checkpoint.ts";
import type { Command } from "../commands.ts";
import type { DeskPort, ListRequest } from "../desk-port.ts";
import { missedSla } from "../overdue.ts";
import { isSelf, mayDecide } from "../policy/approvers.ts";
import type { Clock } from "../ports.ts";

export interface Asking {
  desk: Pick<DeskPort, "list">;
  clock: Clock;
}

/** Of the newest that are looked at; a list in a chat is no archive. */
const MOST = 400;

type Filter = Pick<ListRequest, "status" | "kind" | "agent">;

export async function seen({ desk }: Pick<Asking, "desk">, actor: Actor, filter: Filter = {}): Promise<Checkpoint[]> {
  const items: Checkpoint[] = [];
  let cursor: string | null = null;
  do {
    const page = await desk.list(asCaller(actor), {
      ...filter,
      limit: 200,
      ...(cursor === null ? {} : { cursor }),
    });
    if (page.type === "refused") return items;
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== null && items.length < MOST);
  return items;
}

/**
 * mine: I may decide it and have not voted; team: a group of mine may; overdue: due within the rest of its last tenth,
 * or past it; all: whatever I may see. The longest waiting come first.
 */
export async function mineOf(
  parts: Asking,
  actor: Actor,
  { scope, kind, agent }: Extract<Command, { verb: "pending" }>,
): Promise<Checkpoint[]> {
  const filter = { ...(kind === undefined ? {} : { kind }), ...(agent === undefined ? {} : { agent }) };
  const waiting = (await seen(parts, actor, { status: "pending", ...filter })).toReversed();
  switch (scope) {
    case "all":
      return waiting;
    case "mine":
      return waiting.filter((each) => waitsFor(each, actor));
    case "team":
      return waiting.filter(({ approvers }) => approvers.some((ref) => isGroup(ref) && actor.refs.has(ref)));
    case "overdue": {
      const now = parts.clock();
      return waiting.filter((each) => isLate(each, now));
    }
  }
}

export function waitsFor({ approvers, votes, digest }: Checkpoint, actor: Actor): boolean {
  const voted = votes.some((vote) => vote.digest === digest && personOf(vote.by) === actor.person);
  return mayDecide(approvers, actor) && !voted;
}

function isGroup(ref: string): boolean {
  return /^(group|slack-group|discord-role):/.test(ref);
}

/** What is past its time expires by itself; so overdue is what is about to, or has been escalated or reminded of. */
function isLate(checkpoint: Checkpoint, now: number): boolean {
  const { due_at, created_at, progress } = checkpoint;
  if (progress.reminded > 0 || progress.rungs > 0 || missedSla(checkpoint, now)) return true;
  return due_at !== null && now >= due_at - (due_at - created_at) / 10;
}

const ENDED: readonly Status[] = ["resolved", "expired", "withdrawn"];

/** The latest to end first. */
export async function lately(parts: Asking, actor: Actor): Promise<Checkpoint[]> {
  const all = await seen(parts, actor);
  return all
    .filter(({ status }) => ENDED.includes(status))
    .sort((one, other) => (other.ended_at ?? 0) - (one.ended_at ?? 0));
}

export function askedBy({ requesters }: Checkpoint, actor: Actor): boolean {
  return isSelf(requesters, actor);
}

export function decidedBy({ decision }: Checkpoint, actor: Actor): boolean {
  return decision !== null && personOf(decision.by) === actor.person;
}
