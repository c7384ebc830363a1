/**
 * Who is told what, by which way: in the chats that somebody has an account in, by mail where the checkpoint goes by
 * mail or no chat reaches them. Outside their hours people are left alone, unless it is critical or would be too late.
 */
import type { Note } from "../card.ts";
import { type Checkpoint, personOf, type Ref } from "../checkpoint.ts";
import type { House } from "../house.ts";
import { workingMoment } from "../policy/hours.ts";
import type { Errand } from "../ports.ts";

export const MAIL = "email";

type Told = Exclude<Note["type"], "commented" | "undeliverable">;

/** Who may decide, as references to one person or account each; platforms' groups stay as they are. */
export interface Waiting {
  singles: Ref[];
  groups: Ref[];
}

export type Asked = Pick<Checkpoint, "approvers" | "quorum" | "votes" | "digest" | "requesters"> & {
  policy: Pick<Checkpoint["policy"], "self_approval">;
};

/** Whom it still waits for: not who has voted on what is on the table, nor who may not approve it. */
export function waitingFor(asked: Asked, house: House): Waiting {
  const { quorum, votes, digest, requesters, policy } = asked;
  const approvers = approversOf(asked);
  const voted = votes.filter((vote) => vote.digest === digest).map(({ by }) => refOf(personOf(by)));
  const own = policy.self_approval ? [] : requesters.flatMap((ref) => house.singles(ref));
  const done = new Set([...voted, ...own]);
  const mayVote = (ref: Ref) => quorum < 2 || ref.startsWith("person:") || approvers.includes(ref);
  const singles = [...new Set(approvers.flatMap((ref) => house.singles(ref)))];
  return {
    singles: singles.filter((ref) => !done.has(ref) && mayVote(ref)),
    groups: groupsIn(approvers, house),
  };
}

/** Groups that only their platform can open. */
export function groupsIn(refs: readonly Ref[], house: House): Ref[] {
  return [...new Set(refs.flatMap((ref) => house.members(ref)))].filter((ref) => house.singles(ref).length === 0);
}

export function approversOf({ approvers }: Pick<Checkpoint, "approvers">): readonly Ref[] {
  return approvers.length === 0 ? ["admin"] : approvers;
}

/**
 * `key` tells this telling from others of its kind; the same again takes the place of what is still held back. Without
 * a time nothing is held back.
 */
export function tell(
  checkpoint: Checkpoint,
  singles: readonly Ref[],
  note: Told,
  { key, now, house }: { key: string; now: number | null; house: House },
): Errand[] {
  const { id } = checkpoint;
  return singles.flatMap((to) => {
    const after = now === null ? 0 : heldBack(checkpoint, to, note, now, house);
    const ways = byMail(checkpoint, to, house) ? [...chatsOf(to, house), MAIL] : chatsOf(to, house);
    return ways.map((channel): Errand => {
      const errand = { key: `tell:${id}:${key}:${to}:${channel}`, id, do: "tell", to, note, channel } as const;
      return after > 0 ? { ...errand, after } : errand;
    });
  });
}

/** Ms until their day begins; 0 at work. A call for help that would come after the end comes at once. */
function heldBack({ priority, due_at }: Checkpoint, to: Ref, note: Told, now: number, house: House): number {
  if (priority === "critical") return 0;
  const morning = workingMoment(house.people(to), now);
  return note === "escalated" && due_at !== null && morning >= due_at ? 0 : morning - now;
}

/** Started chats that they have an account in. */
function chatsOf(to: Ref, house: House): string[] {
  const channels = new Set(house.accounts(to).map(channelOf));
  return [...channels].filter((channel) => channel !== MAIL && house.channels.has(channel));
}

/** Whether this person hears of it by mail. */
export function byMail(checkpoint: Checkpoint, to: Ref, house: House): boolean {
  if (!house.channels.has(MAIL) || !hasAddress(to, house)) return false;
  if (chatsOf(to, house).length === 0) return true;
  if (checkpoint.placements.some((placement) => isMailTo(placement.conversation, placement.channel, to, house)))
    return true;
  return checkpoint.route.includes(MAIL) && approversOf(checkpoint).some((ref) => house.singles(ref).includes(to));
}

export function hasAddress(to: Ref, house: House): boolean {
  return house.accounts(to).some((account) => channelOf(account) === MAIL);
}

/** `bob@example.com` and `person:bob` are the same mailbox. */
export function mailRef(conversation: string): Ref {
  return conversation.includes("@") && !conversation.includes(":") ? `${MAIL}:${conversation}` : conversation;
}

function isMailTo(conversation: string, channel: string, to: Ref, house: House): boolean {
  return channel === MAIL && house.singles(mailRef(conversation)).includes(to);
}

/** After the end: whoever asked, and those who were reminded or called for help by mail and hold no card of it. */
export function tellOutcome(checkpoint: Checkpoint, house: House): Errand[] {
  const { requested_by, placements, progress, policy } = checkpoint;
  const asked = requested_by === null ? [] : house.singles(requested_by);
  const added = checkpoint.approvers.filter((ref) => !policy.approvers.includes(ref));
  const bothered = progress.reminded > 0 ? approversOf(checkpoint) : added;
  const others = [...new Set(bothered.flatMap((ref) => house.singles(ref)))].filter(
    (to) =>
      !asked.includes(to) &&
      byMail(checkpoint, to, house) &&
      !placements.some(({ channel, conversation }) => isMailTo(conversation, channel, to, house)),
  );
  // At once, whatever the hour: there is nothing to do about it any more.
  const options = { key: "outcome", now: null, house };
  const mails = tell(checkpoint, others, "outcome", options).filter(isMail);
  return [...tell(checkpoint, asked, "outcome", options), ...mails];
}

function isMail(errand: Errand): boolean {
  return errand.do === "tell" && errand.channel === MAIL;
}

export function channelOf(account: Ref): string {
  return account.split(":")[0] ?? "";
}

function refOf(person: string): Ref {
  return person.includes(":") ? person : `person:${person}`;
}
