/** A further round stands in the thread of the one before, and replies find their checkpoint by either. */
import type { Checkpoint } from "../../../src/checkpoint.ts";
import type { Parts } from "./parts.ts";
import { discordPlacements, type Place, readPlace } from "./places.ts";
import { nonceOf, patiently } from "./say.ts";
import { noteView } from "./views.ts";

/** Of the round before, in the same conversation. */
export async function placeBefore(
  parts: Parts,
  { previous: id }: Checkpoint,
  conversation: string,
  channel: string,
): Promise<{ place: Place; title: string } | null> {
  const previous = id === null ? undefined : await parts.record(id);
  if (previous === undefined) return null;
  const places = discordPlacements(previous).flatMap((each) => {
    const place = readPlace(each.message);
    return place !== undefined && (each.conversation === conversation || place.channel === channel) ? [place] : [];
  });
  const place = places.find((each) => each.channel === channel);
  return place === undefined ? null : { place, title: previous.title };
}

/** A question that waits is seen in the channel as well, not only by who follows the thread. */
export function announce(
  parts: Parts,
  { channel, message, thread }: Place,
  { id, round, title, status }: Checkpoint,
): void {
  if (status !== "pending") return;
  parts.later("a line about the next round", async () => {
    const words = `Round ${round} of "${title}" was asked in the thread.`;
    const more = { nonce: nonceOf(`round ${id} ${channel}`), replyTo: thread ?? message };
    const line = await patiently(() => parts.wire.createMessage(channel, noteView(words, id), more));
    await parts.shelf.set(aboutKey(line.id), id, ABOUT_KEPT);
  });
}

/** What that message is about, where it is no card: what somebody said below one, or a line of our own. */
export function aboutKey(message: string): string {
  return `discord:about:${message}`;
}

/** Who answers something later than that has to name the card. */
export const ABOUT_KEPT = 30 * 24 * 3_600_000;

/** Where replies find their checkpoint: by a card's message, or by its thread, which bears the first card's id. */
export function threadKey(message: string): string {
  return `discord:thread:${message}`;
}
