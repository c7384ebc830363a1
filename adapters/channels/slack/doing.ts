/**
 * What presses, submissions and replies have in common: the person is looked up, the desk is asked under one key and
 * within the time that Slack leaves, and what comes of it is a sentence. Nothing is decided in this adapter.
 */
import { type Actor, asCaller, asWitness } from "../../../src/access.ts";
import type { Act, Card, Form } from "../../../src/card.ts";
import { type Checkpoint, isApproving } from "../../../src/checkpoint.ts";
import type { Denied } from "../../../src/desk.ts";
import { isSelf, mayDecide } from "../../../src/policy/approvers.ts";
import type { Presser } from "./parse.ts";
import { cardFor, groupsFor, type Parts, signFor } from "./parts.ts";
import { placementAt, slackPlacements, writePlace } from "./places.ts";
import { render } from "./render.ts";
import { settled } from "./say.ts";
import { within } from "./within.ts";

/** Of the 2.5 s in which Slack is answered; looking somebody up has the rest. */
const COMMIT_WITHIN = 2_000;
const READ_WITHIN = 800;
export const ORIGIN = { surface: "slack" } as const;

export type Whoever = { type: "actor"; actor: Actor } | { type: "nobody"; why: string };

export async function actorOf(parts: Parts, by: Presser, checkpoint?: Checkpoint): Promise<Whoever> {
  const who = await parts.people.who(by, groupsFor(parts, checkpoint));
  if (who.type === "nobody") return who;
  const { name, ...account } = who.account;
  // Whom the settings know is called as they say; the name that somebody gave themselves is for all others.
  const known = parts.directory.ownerOf(account) !== undefined;
  return { type: "actor", actor: parts.access.account(known || name === undefined ? account : { ...account, name }) };
}

export function recordWithin(parts: Parts, id: string): Promise<Checkpoint | undefined> {
  return within(READ_WITHIN, parts.record(id));
}

export type Done =
  | { type: "told"; text: string; checkpoint: Checkpoint | undefined; stood: boolean }
  /** Something is missing that a form can ask for. */
  | { type: "form"; form: Form }
  | { type: "faulty"; denied: Denied };

export async function attempt(
  { desk, clock }: Parts,
  actor: Actor,
  checkpoint: Checkpoint,
  act: Act,
  { key, shown, saw }: { key: string; shown?: { shown: number; of: number }; saw: boolean },
): Promise<Done> {
  const caller = saw ? asWitness(actor, checkpoint.id) : asCaller(actor);
  const done = await within(
    COMMIT_WITHIN,
    desk.act(caller, checkpoint.id, act, { key, origin: ORIGIN, ...(shown === undefined ? {} : { shown }) }),
  );
  if (done.type === "settled")
    return {
      type: "told",
      text: settled(done.result, done.checkpoint, clock()),
      checkpoint: done.checkpoint,
      stood: true,
    };
  if (done.form !== undefined) return { type: "form", form: done.form };
  if (done.errors !== undefined && done.code.startsWith("invalid_")) return { type: "faulty", denied: done };
  const text = done.code === "not_an_approver" ? (noApprovers(checkpoint, actor) ?? done.detail) : done.detail;
  return { type: "told", text, checkpoint: done.checkpoint, stood: false };
}

/** Why a form need not be opened for them; the desk has the last word when it is sent. */
export function barred(checkpoint: Checkpoint, actor: Actor, action: Act["action"]): string | null {
  const { approvers, policy, requesters } = checkpoint;
  if (!mayDecide(approvers, actor))
    return noApprovers(checkpoint, actor) ?? `You are ${actor.person}; ${approvers.join(", ")} may decide this.`;
  if (isApproving(action) && !policy.self_approval && isSelf(requesters, actor))
    return "This is your own request: somebody else has to approve it.";
  return null;
}

/** Where nobody was named, whoever presses first learns what to set, with the id to set it to. */
function noApprovers({ approvers }: Checkpoint, { by }: Actor): string | null {
  if (approvers.length > 0) return null;
  return `Nobody may decide this in Slack yet; your id is ${by.id}: set HITL_APPROVERS=slack:${by.id}, or approvers: in a policy.`;
}

/** Brings the very message that was pressed up to date, also one that no record knows. */
export async function mend(parts: Parts, checkpoint: Checkpoint, channel: string, ts: string): Promise<Card> {
  const card = await cardFor(parts, checkpoint);
  const { message } = render(card, signFor(parts, card));
  await parts.wire.call("chat.update", { channel, ts, ...message, parse: "none", link_names: false });
  return card;
}

/** As `placementAt`; Slack does not tell the names of private channels, so what a route calls them is looked up. */
export async function placementFor(
  { places }: Parts,
  checkpoint: Checkpoint,
  at: { channel: string; ts: string; name: string },
  user: string,
): Promise<ReturnType<typeof placementAt>> {
  const found = placementAt(checkpoint, at, user);
  if (found !== undefined) return found;
  for (const placement of slackPlacements(checkpoint)) {
    const channel = await within(READ_WITHIN, places.find(placement.conversation)).catch(() => undefined);
    if (channel === at.channel) return { placement, known: false };
  }
  return undefined;
}

/** A card whose post was never recorded: from now on it is the one that is kept up to date. */
export async function adopt(
  parts: Parts,
  checkpoint: Checkpoint,
  at: { channel: string; ts: string; name: string; thread: string | null },
  user: string,
): Promise<boolean> {
  const found = await placementFor(parts, checkpoint, at, user);
  if (found === undefined || found.known) return false;
  if (found.placement.message !== undefined) return true;
  const { conversation } = found.placement;
  await parts.desk.placed(checkpoint.id, {
    ...{ type: "placed", channel: "slack", conversation, revision: 0 },
    result: { type: "shown", message: writePlace(at) },
  });
  return true;
}
