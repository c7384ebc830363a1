/**
 * What somebody has filled in of a form and not sent yet: the steps of a long one, or all of one in which something was
 * wrong. Kept on the shelf, so that neither a restart nor a window closed by mistake loses a word; and in this process
 * first, so that a shelf that cannot be reached loses none either.
 */
import { READ_WITHIN } from "../../../src/chat/acting.ts";
import { within } from "../../../src/chat/within.ts";
import { readHandle } from "../../../src/handle.ts";
import type { Shelf } from "../../../src/ports.ts";
import type { Filled } from "./fields.ts";

export interface Chain {
  /** All that this person has filled in of the form that the handle opens. */
  filled(user: string, handle: string): Promise<Filled>;
  /** In this process alone, until it is kept or dropped. */
  hold(user: string, handle: string, filled: Filled): void;
  /** Throws when it does not outlive this process. */
  keep(user: string, handle: string, filled: Filled): Promise<void>;
  drop(user: string, handle: string): Promise<void>;
}

const KEPT = 24 * 3_600_000;
/** Of all people together; the oldest go first. */
const MOST = 500;

export function makeChain(shelf: Shelf): Chain {
  const held = new Map<string, Filled>();

  return {
    async filled(user, handle) {
      const key = keyOf(user, handle);
      const kept = await within(READ_WITHIN, shelf.get(key));
      return { ...(kept === undefined ? {} : (JSON.parse(kept) as Filled)), ...held.get(key) };
    },
    hold(user, handle, filled) {
      const key = keyOf(user, handle);
      const before = held.get(key);
      held.delete(key);
      held.set(key, { ...before, ...filled });
      for (const oldest of held.keys()) {
        if (held.size <= MOST) break;
        held.delete(oldest);
      }
    },
    async keep(user, handle, filled) {
      const key = keyOf(user, handle);
      await within(READ_WITHIN, shelf.set(key, JSON.stringify(filled), KEPT));
      held.delete(key);
    },
    async drop(user, handle) {
      const key = keyOf(user, handle);
      held.delete(key);
      await shelf.take(key);
    },
  };
}

/** Words about something outlive a change of it; an edit of what it was does not. */
function keyOf(user: string, handle: string): string {
  const read = readHandle(handle);
  const about = read === undefined || read.action === "edit" ? handle : `${read.id}:${read.action}`;
  return `discord:draft:${user}:${about}`;
}
