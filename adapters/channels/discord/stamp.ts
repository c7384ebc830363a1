/**
 * How a card is known again. Discord tells no nonce of a message that is there, and the card of an ended checkpoint has
 * no buttons left; but the id of a message's first component can be chosen, and stays.
 */
import { createHash } from "node:crypto";
import type { Card } from "../../../src/card.ts";
import { type Parts, signFor } from "./parts.ts";
import { render } from "./render.ts";
import type { Message, MessageBody } from "./wire.ts";

/** Pages of 100 messages that are searched for a card. */
const LOOKUP_PAGES = 10;
/** Discord's clock and ours. */
const SKEW = 120_000;
/** The card that an earlier attempt may have posted. */
export async function lookUp(
  { wire }: Parts,
  room: string,
  { since, stamp }: { since: number; stamp: number },
): Promise<string | undefined> {
  let after = idAt(since - SKEW);
  for (let page = 0; page < LOOKUP_PAGES; page += 1) {
    const messages = await wire.messages(room, { after, limit: 100 });
    const found = messages.find((each) => each.author.id === wire.home.bot && bears(each, stamp));
    if (found !== undefined || messages.length < 100) return found?.id;
    after = messages.map(({ id }) => id).reduce((a, b) => (BigInt(a) > BigInt(b) ? a : b));
  }
  return undefined;
}

function bears({ components = [] }: Message, stamp: number): boolean {
  return components.some(({ id }) => id === stamp);
}

/** Ids hold the time: ms since 2015, above 22 other bits. */
const EPOCH = 1_420_070_400_000;

function idAt(time: number): string {
  return (BigInt(Math.max(0, Math.floor(time) - EPOCH)) << 22n).toString();
}

/** When a message was written, by Discord's clock. */
export function writtenAt(id: string): number {
  return Number(BigInt(id) >> 22n) + EPOCH;
}

export function pictureOf(parts: Parts, card: Card, conversation: string): MessageBody {
  const { message } = render(card, signFor(parts, card));
  const [first, ...rest] = message.components ?? [];
  return first === undefined
    ? message
    : { ...message, components: [{ ...first, id: stampOf(card.id, conversation) }, ...rest] };
}

/** 31 bits, and none of the small numbers that Discord gives to all other components. */
export function stampOf(id: string, conversation: string): number {
  const hash = createHash("sha256").update(`${id} ${conversation}`).digest();
  return 1_000 + (hash.readUInt32BE(0) % (2 ** 31 - 1_001));
}
