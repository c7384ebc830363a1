/**
 * What was said or voted, told in the card's thread: comments from other places, and each vote. It is on the record
 * and on the card anyway, so this is tried once, by one replica, and a message that fails is let go.
 */
import { setTimeout as pause } from "node:timers/promises";
import { once } from "../../../src/chat/once.ts";
import { timeLine } from "../../../src/chat/time-line.ts";
import type { By } from "../../../src/checkpoint.ts";
import { type Logged, NotYet } from "../../../src/ports.ts";
import { nameOf } from "../../../src/state-line.ts";
import { QUIET } from "./delivery.ts";
import { notification, section } from "./literal.ts";
import type { Parts } from "./parts.ts";
import { type Place, readPlace, slackPlacements } from "./places.ts";

/** Longer than that nobody waits for what they can read on the card. */
const PATIENCE = 10_000;

export async function retell(parts: Parts, { seq, entry }: Logged): Promise<void> {
  const text = lineOf(entry);
  if (text === null) return;
  const checkpoint = await parts.record(entry.id);
  if (checkpoint === undefined) return;
  for (const { message } of slackPlacements(checkpoint)) {
    const place = readPlace(message);
    if (place !== undefined) await once(parts.shelf, `slack:talk:${seq}:${message}`, () => say(parts, place, text));
  }
}

function lineOf({ type, by, data }: Logged["entry"]): string | null {
  if (type === "checkpoint.commented" && !isHere(by)) return `${nameOf(by)}: ${String(data.text ?? "")}`;
  if (type === "checkpoint.voted") return `${nameOf(by)} approved: ${String(data.given)} of ${String(data.needed)}.`;
  return timeLine({ type, data });
}

/** It stands in the thread where it was written. */
function isHere(by: By): boolean {
  return by.kind === "person" && by.surface === "slack";
}

async function say({ gate, wire }: Parts, { channel, ts, thread }: Place, text: string): Promise<void> {
  try {
    gate.take("post", channel, false);
  } catch (error) {
    if (!(error instanceof NotYet) || error.after > PATIENCE) throw error;
    await pause(error.after, undefined, { ref: false });
  }
  await wire.call("chat.postMessage", {
    ...{ channel, thread_ts: thread ?? ts, text: notification(text), blocks: [section(text)] },
    ...QUIET,
  });
}
