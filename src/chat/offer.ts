/**
 * What was left open below a card: a comment that its author may send as feedback with one press, and the quarter of an
 * hour after pressing Revise in which a plain reply is the feedback. Kept on the shelf, so that a restart forgets none.
 */
import { randomBytes } from "node:crypto";
import type { Actor } from "../access.ts";
import type { Act } from "../card.ts";
import { type Checkpoint, personOf } from "../checkpoint.ts";
import type { Shelf } from "../ports.ts";

export const REPLY_WITHIN = 15 * 60_000;
const OFFER_WITHIN = 24 * 3_600_000;

interface Kept {
  id: string;
  digest: string;
  user: string;
  act: Act;
}

/** `user` with whatever else tells one account from another there. */
export function pressedKey(surface: string, id: string, user: string): string {
  return `${surface}:pressed:${id}:${user}`;
}

/** What stands on the shelf under that key. */
export function writePressed(action: "revise" | "refine", now: number): string {
  return `${action} ${now}`;
}

/** The change that they were about to ask for; nothing, once they have approved since, wherever they did. */
export function readPressed(
  text: string | undefined,
  { votes }: Pick<Checkpoint, "votes">,
  { person }: Pick<Actor, "person">,
): "revise" | "refine" | null {
  const [action, at = "0"] = (text ?? "").split(" ");
  if (action !== "revise" && action !== "refine") return null;
  return votes.some((vote) => vote.at >= Number(at) && personOf(vote.by) === person) ? null : action;
}

/** The token that the offer's button carries. */
export async function keepOffer(
  shelf: Pick<Shelf, "set">,
  surface: string,
  { id, digest }: Pick<Checkpoint, "id" | "digest">,
  user: string,
  act: Act,
): Promise<string> {
  const token = randomBytes(16).toString("base64url");
  const kept: Kept = { id, digest, user, act };
  await shelf.set(`${surface}:offer:${token}`, JSON.stringify(kept), OFFER_WITHIN);
  return token;
}

export type Taken =
  | { type: "none"; why: string }
  /** The key makes pressing twice one act. */
  | { type: "taken"; checkpoint: Checkpoint; act: Act; key: string };

/** Only its author's press makes something of it; `find`: the checkpoint, if this channel shows it. */
export async function takeOffer(
  shelf: Pick<Shelf, "get">,
  surface: string,
  token: string,
  user: string,
  find: (id: string) => Promise<Checkpoint | undefined>,
): Promise<Taken> {
  const text = await shelf.get(`${surface}:offer:${token}`);
  const kept = text === undefined ? undefined : (JSON.parse(text) as Kept);
  if (kept !== undefined && kept.user !== user) return { type: "none", why: "Only who wrote this may send it on." };
  const checkpoint = kept === undefined ? undefined : await find(kept.id);
  if (kept === undefined || checkpoint === undefined)
    return { type: "none", why: "This offer has had its time: reply again below the card." };
  return { type: "taken", checkpoint, act: { ...kept.act, digest: kept.digest }, key: `offer:${token}` };
}
