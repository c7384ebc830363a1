/**
 * The gateway's session as it is kept on the shelf, for whoever connects next: here after a restart, or another replica.
 * What it names as seen was dealt with to its end; the rest comes again, since everything may come twice.
 */
import { randomUUID } from "node:crypto";
import type { JsonObject } from "../../../src/json.ts";
import type { Shelf } from "../../../src/ports.ts";
import type { Session } from "./socket.ts";

export interface Kept {
  /** To be resumed by this process, which has all in hand that was begun; null: identify. */
  session(): Session | null;
  opened(session: Session): void;
  begun(seq: number): void;
  done(seq: number): void;
  /** Discord does not know it any more. */
  forget(): void;
  /** As far as all is done. */
  save(): Promise<void>;
}

/** Discord says itself when it is too old. */
const TTL = 86_400_000;
const SAVE_EVERY = 500;

export async function keepSession(
  shelf: Pick<Shelf, "get" | "set" | "take">,
  key: string,
  report: (what: string, error?: unknown) => void,
): Promise<Kept> {
  const found = await shelf.get(key);
  /** Tells what this process wrote from what the next holder did, to whom all was left that was found. */
  const me = randomUUID();
  let session = read(found);
  const inHand = new Set<number>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let saving = Promise.resolve();
  /** Of the session: opened here and not kept yet, tried in vain, or as it was found or kept. */
  let stage: "new" | "tried" | "kept" = "kept";

  function save(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    saving = saving.then(write).catch((error: unknown) => report("the session could not be kept", error));
    return saving;
  }

  async function write(): Promise<void> {
    // Who was cut off and has come back does not put an old session over the one that took its place.
    if (stage !== "new" && !isOurs(await shelf.get(key))) return;
    if (session === null) return void (await shelf.take(key));
    if (stage === "new") stage = "tried";
    const seq = inHand.size === 0 ? session.seq : Math.min(...inHand) - 1;
    await shelf.set(key, JSON.stringify({ ...session, seq, by: me }), TTL);
    stage = "kept";
  }

  function isOurs(there: string | undefined): boolean {
    if (there === undefined || there === found || writerOf(there) === me) return true;
    // On its way out the former holder notes once more how far it came.
    return stage === "tried" && found !== undefined && writerOf(there) !== null && writerOf(there) === writerOf(found);
  }

  function soon(): void {
    timer ??= setTimeout(save, SAVE_EVERY).unref();
  }

  return {
    session: () => session,
    opened(opened) {
      session = opened;
      stage = "new";
      void save();
    },
    begun(seq) {
      inHand.add(seq);
      if (session !== null && seq > session.seq) session = { ...session, seq };
    },
    done(seq) {
      inHand.delete(seq);
      soon();
    },
    forget() {
      session = null;
      stage = "kept";
      inHand.clear();
      void save();
    },
    save,
  };
}

function writerOf(text: string): unknown {
  try {
    return (Object(JSON.parse(text)) as JsonObject).by;
  } catch {
    return undefined;
  }
}

function read(text: string | undefined): Session | null {
  try {
    const { id, url, seq } = Object(JSON.parse(text ?? "null")) as JsonObject;
    return typeof id === "string" && typeof url === "string" && typeof seq === "number" ? { id, url, seq } : null;
  } catch {
    return null;
  }
}
