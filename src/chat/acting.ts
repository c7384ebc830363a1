/**
 * What presses, submissions and replies of every chat have in common: the desk is asked under one key and within the
 * time that the platform leaves, and what comes of it is a sentence. Nothing is decided here.
 */
import { type Actor, asCaller, asWitness } from "../access.ts";
import type { Act, Form } from "../card.ts";
import { type Checkpoint, isApproving, type Surface } from "../checkpoint.ts";
import type { Denied, DeskPort } from "../desk-port.ts";
import { isSelf, mayDecide } from "../policy/approvers.ts";
import type { Clock } from "../ports.ts";
import { settled } from "./sentences.ts";
import { within } from "./within.ts";

/** Of the 2.5 s in which the platform is answered; looking somebody up has the rest. */
const COMMIT_WITHIN = 2_000;
export const READ_WITHIN = 800;

/** Somebody whom the platform has just vouched for, or why they are nobody here. */
export type Whoever = { type: "actor"; actor: Actor } | { type: "nobody"; why: string };

export type Done =
  | { type: "told"; text: string; checkpoint: Checkpoint | undefined; stood: boolean }
  /** Something is missing that a form can ask for. */
  | { type: "form"; form: Form }
  | { type: "faulty"; denied: Denied };

export interface Desked {
  desk: Pick<DeskPort, "act">;
  clock: Clock;
}

/** `saw`: the card is before them. */
export async function attempt(
  { desk, clock }: Desked,
  actor: Actor,
  checkpoint: Checkpoint,
  act: Act,
  { key, shown, saw }: { key: string; shown?: { shown: number; of: number }; saw: boolean },
): Promise<Done> {
  const caller = saw ? asWitness(actor, checkpoint.id) : asCaller(actor);
  const origin = { surface: actor.by.surface };
  const done = await within(
    COMMIT_WITHIN,
    desk.act(caller, checkpoint.id, act, { key, origin, ...(shown === undefined ? {} : { shown }) }),
  );
  if (done.type === "settled")
    return {
      type: "told",
      text: settled(done.result, done.checkpoint, clock()),
      checkpoint: done.checkpoint,
      stood: true,
    };
  if (done.code === "idempotency_mismatch") return { type: "told", text: FIRST, checkpoint: undefined, stood: true };
  if (done.form !== undefined) return { type: "form", form: done.form };
  if (done.errors !== undefined && done.code.startsWith("invalid_")) return { type: "faulty", denied: done };
  const text = done.code === "not_an_approver" ? (noApprovers(checkpoint, actor) ?? done.detail) : done.detail;
  return { type: "told", text, checkpoint: done.checkpoint, stood: false };
}

/** The same form sent again with other words, where the answer to the first came too late. */
const FIRST = "What you sent first was recorded, and stands. What you sent now was not taken: look at the card.";

/** Why a form need not be opened for them; the desk has the last word when it is sent. */
export function barred(checkpoint: Checkpoint, actor: Actor, action: Act["action"]): string | null {
  const { approvers, policy, requesters } = checkpoint;
  if (!mayDecide(approvers, actor))
    return noApprovers(checkpoint, actor) ?? `You are ${actor.person}; ${approvers.join(", ")} may decide this.`;
  if (isApproving(action) && !policy.self_approval && isSelf(requesters, actor))
    return "This is your own request: somebody else has to approve it.";
  return null;
}

const NAMES: Partial<Record<Surface, string>> = { slack: "Slack", discord: "Discord" };

/** Where nobody was named, whoever presses first learns what to set, with the id to set it to. */
function noApprovers({ approvers }: Checkpoint, { by }: Actor): string | null {
  if (approvers.length > 0) return null;
  const { surface, id } = by;
  return `Nobody may decide this in ${NAMES[surface] ?? surface} yet; your id is ${id}: set HITL_APPROVERS=${surface}:${id}, or approvers: in a policy.`;
}
