/**
 * Action handles: what a button carries, `h1.<action letter>.<id>.<16 characters of MAC>`. The MAC covers everything
 * that the press means, so that a handle of another checkpoint, payload, action or workspace is only a stale card.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { ActionName, Surface } from "./checkpoint.ts";
import { canonical } from "./json.ts";

export interface Handle {
  id: string;
  /** Of what the card shows. */
  digest: string;
  action: ActionName;
  surface: Surface;
  /** The Slack workspace or Discord guild; null where there is none. */
  workspace: string | null;
}

const LETTERS: Record<ActionName, string> = {
  proceed: "p",
  revise: "r",
  refine: "f",
  reject: "j",
  cancel: "c",
  answer: "a",
  edit: "e",
};
const ACTION_OF = new Map(Object.entries(LETTERS).map(([action, letter]) => [letter, action as ActionName]));

/** An id has at most 64 characters, which makes 86: Discord takes 100. */
const SHAPE = /^h1\.([a-z])\.([A-Za-z0-9_-]{8,64})\.([A-Za-z0-9_-]{16})$/;

export function signHandle(key: Uint8Array, handle: Handle): string {
  return `h1.${LETTERS[handle.action]}.${handle.id}.${macOf(key, handle)}`;
}

/** What a handle says; nothing of it is to be trusted before `verifyHandle`. */
export function readHandle(text: string): { action: ActionName; id: string; mac: string } | undefined {
  const [, letter = "", id = "", mac = ""] = SHAPE.exec(text) ?? [];
  const action = ACTION_OF.get(letter);
  return action === undefined ? undefined : { action, id, mac };
}

/** Whether `text` is the handle of exactly this; never throws. */
export function verifyHandle(key: Uint8Array, text: string, handle: Handle): boolean {
  const read = readHandle(text);
  if (read === undefined || read.id !== handle.id || read.action !== handle.action) return false;
  return timingSafeEqual(Buffer.from(read.mac), Buffer.from(macOf(key, handle)));
}

/** 96 bits: 16 characters of base64url without one to spare. */
function macOf(key: Uint8Array, { id, digest, action, surface, workspace }: Handle): string {
  const covered = canonical(["h1", id, digest, action, surface, workspace]);
  return createHmac("sha256", key).update(covered).digest().subarray(0, 12).toString("base64url");
}
