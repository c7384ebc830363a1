/**
 * What was left open below a card: a comment that its author may send as feedback with one press, and the quarter of an
 * hour after pressing Revise in which a plain reply is the feedback. Kept on the shelf, so that a restart forgets none.
 */
import { randomBytes } from "node:crypto";
import type { Act } from "../card.ts";
import type { Checkpoint } from "../checkpoint.ts";
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
