/**
 * What somebody had typed when their session was over: carried through the sign-in page in hidden fields, sealed, so
 * that nobody else can have put words into it. It opens the form again and decides nothing.
 */
import { createHmac } from "node:crypto";
import { isSame } from "./csrf.ts";
import type { Fields } from "./parse.ts";

export interface Carried {
  /** Of the checkpoint. */
  id: string;
  /** The last part of the path that it was sent to: `act`, `review`, `comments`, … */
  verb: string;
  fields: Fields;
}

const MAX_AGE = 24 * 3_600_000;

export function seal({ id, verb, fields }: Carried, now: number, key: Buffer): { carry: string; seal: string } {
  const carry = JSON.stringify([now, id, verb, [...fields]]);
  return { carry, seal: macOf(carry, key) };
}

export function unseal(fields: Fields, now: number, key: Buffer): Carried | undefined {
  const carry = fields.get("carry");
  if (carry === undefined || !isSame(fields.get("seal"), macOf(carry, key))) return undefined;
  const [at, id, verb, entries] = JSON.parse(carry) as [number, string, string, [string, string][]];
  return now - at > MAX_AGE ? undefined : { id, verb, fields: new Map(entries) };
}

function macOf(carry: string, key: Buffer): string {
  return createHmac("sha256", key).update(`carry ${carry}`).digest("base64url");
}
