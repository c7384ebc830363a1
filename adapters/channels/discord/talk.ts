/**
 * What was said or voted, told below the card: comments from other places, and each vote. It is on the record and on
 * the card anyway, so this is tried once, by one replica, and a message that fails is let go. The thread of a card is
 * begun by the first thing that is to be said in it.
 */
import { once } from "../../../src/chat/once.ts";
import { timeLine } from "../../../src/chat/time-line.ts";
import type { By, Checkpoint } from "../../../src/checkpoint.ts";
import type { Logged } from "../../../src/ports.ts";
import { nameOf } from "../../../src/state-line.ts";
import { oneLine } from "../../../src/text.ts";
import { codeOf } from "./faults.ts";
import type { Parts } from "./parts.ts";
import { discordPlacements, type Place, readPlace, roomOf, writePlace } from "./places.ts";
import { nonceOf, patiently } from "./say.ts";
import { notice } from "./views.ts";

export async function retell(parts: Parts, { seq, entry }: Logged): Promise<void> {
  const text = lineOf(entry);
  if (text === null) return;
  const checkpoint = await parts.record(entry.id);
  if (checkpoint === undefined) return;
  for (const { message } of discordPlacements(checkpoint)) {
    const place = readPlace(message);
    if (place === undefined) continue;
    await once(parts.shelf, `discord:talk:${seq}:${message}`, () => say(parts, checkpoint, place, text, seq));
  }
}

function lineOf({ type, by, data }: Logged["entry"]): string | null {
  if (type === "checkpoint.commented" && !isHere(by)) return `${nameOf(by)}: ${String(data.text ?? "")}`;
  if (type === "checkpoint.voted") return `${nameOf(by)} approved: ${String(data.given)} of ${String(data.needed)}.`;
  return timeLine({ type, data });
}

/** It stands where it was written. */
function isHere(by: By): boolean {
  return by.kind === "person" && by.surface === "discord";
}

async function say(parts: Parts, checkpoint: Checkpoint, place: Place, text: string, seq: number): Promise<void> {
  const { channel, replyTo } = await below(parts, place, checkpoint.title);
  await patiently(async () => {
    parts.gate.take("post", channel, false);
    const nonce = nonceOf(`line ${seq} ${writePlace(place)}`);
    await parts.wire.createMessage(channel, notice(text), { nonce, ...(replyTo === null ? {} : { replyTo }) });
  });
}

/** Where something is said about a card: in its thread, or as a reply to it where there can be none. */
export async function below(
  { wire }: Pick<Parts, "wire">,
  place: Place,
  title: string,
): Promise<{ channel: string; replyTo: string | null }> {
  if (place.thread !== null) return { channel: roomOf(place), replyTo: null };
  try {
    const thread = await wire.startThread(place.channel, place.message, oneLine(title, 90) || "Checkpoint");
    return { channel: thread.id, replyTo: null };
  } catch (error) {
    if (!THREADLESS.includes(codeOf(error))) throw error;
    return { channel: place.channel, replyTo: place.message };
  }
}

/** The bot may not, or the place has none, as direct messages. */
const THREADLESS = [50_001, 50_013, 50_024];
