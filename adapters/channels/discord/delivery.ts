/**
 * Cards out to Discord: posted once, kept up to date, with every refusal told apart into "never" and "not now". A post
 * whose answer got lost is looked for in the channel before it is sent again, and sent again under the same nonce.
 */
import type { Card, Note } from "../../../src/card.ts";
import { isAwaited } from "../../../src/chat/gate.ts";
import type { Checkpoint, Placement, Ref } from "../../../src/checkpoint.ts";
import { isSelf, mayDecide } from "../../../src/policy/approvers.ts";
import { type Conversation, NotYet, type Posted, type Undeliverable } from "../../../src/ports.ts";
import { codeOf, forGood, isAmbiguous } from "./faults.ts";
import type { Parts } from "./parts.ts";
import { type Place, readPlace, roomOf, userIn, writePlace } from "./places.ts";
import { announce, placeBefore, threadKey } from "./rounds.ts";
import { nonceOf, patiently } from "./say.ts";
import { lookUp, pictureOf, stampOf } from "./stamp.ts";
import { below } from "./talk.ts";
import { noteView, notice } from "./views.ts";

const DAY = 86_400_000;
/** A longer wait is about old messages only, of whose edits Discord takes few an hour: others need not share it. */
const CHANNEL_WAIT = 60_000;

export async function post(parts: Parts, to: Conversation, card: Card, key: string): Promise<Posted | Undeliverable> {
  const checkpoint = await parts.record(card.id);
  if (checkpoint === undefined) return never("the checkpoint is not there");
  const user = userIn(to.id);
  return delivered(parts, to.id, key, async () => {
    if (user !== undefined && !(await mayBeAsked(parts, user, checkpoint)))
      return never("only approvers and whoever asked get a direct message");
    const channel = await parts.places.find(to.id);
    const before = await placeBefore(parts, checkpoint, to.id, channel);
    const spot = before === null ? { channel, replyTo: null } : await below(parts, before.place, before.title);
    try {
      const { place, again } = await postAt(parts, spot, { channel, to: to.id, card, key });
      if (place.thread !== null && before !== null) announce(parts, before.place, checkpoint);
      return { ...(await shown(parts, place)), ...again };
    } catch (error) {
      // A thread that was closed or deleted does not keep a question from being asked.
      if (spot.channel === channel || !THREAD_GONE.includes(codeOf(error))) throw error;
      const { place, again } = await postAt(parts, { channel, replyTo: null }, { channel, to: to.id, card, key });
      return { ...(await shown(parts, place)), ...again };
    }
  });
}

const THREAD_GONE = [10_003, 50_001, 50_013, 50_083];

interface Posting {
  channel: string;
  to: string;
  card: Card;
  key: string;
}

/** One message there, however often this is called with the same key. */
async function postAt(
  parts: Parts,
  { channel: room, replyTo }: { channel: string; replyTo: string | null },
  { channel, to, card, key }: Posting,
): Promise<{ place: Place; again: Pick<Posted, "again"> }> {
  const { wire, shelf, clock, gate } = parts;
  const mark = `discord:posting:${key}`;
  const before = await shelf.get(mark);
  const body = pictureOf(parts, card, to);
  const thread = room === channel ? null : room;
  const since = Number(before);
  let message = before === undefined ? undefined : await lookUp(parts, room, { since, stamp: stampOf(card.id, to) });
  if (message === undefined) {
    gate.take("post", room, card.status !== "expired");
    await shelf.set(mark, String(clock()), DAY);
    // Before it is sent: whoever answers at once answers this round.
    if (thread !== null) await shelf.set(threadKey(thread), card.id);
    const more = { nonce: nonceOf(key), ...(replyTo === null ? {} : { replyTo }) };
    ({ id: message } = await limited(parts, "post", room, async () => {
      try {
        return await wire.createMessage(room, body, more);
      } catch (error) {
        // What was certainly not posted need not be looked for.
        if (!isAmbiguous(error)) await shelf.take(mark);
        throw error;
      }
    }));
  }
  // What was found, or what the nonce brought back, may be as the card once was.
  if (before !== undefined) await wire.editMessage(room, message, body);
  await shelf.set(threadKey(message), card.id);
  return { place: { channel, message, thread }, again: before === undefined ? {} : { again: true } };
}

export async function update(parts: Parts, placement: Placement, card: Card): Promise<Posted | Undeliverable> {
  const place = readPlace(placement.message);
  if (place === undefined) return never("the message is not known");
  const room = roomOf(place);
  const body = pictureOf(parts, card, placement.conversation);
  const edit = () => limited(parts, "update", room, () => parts.wire.editMessage(room, place.message, body));
  const checkpoint = await parts.record(card.id);
  const awaited = checkpoint !== undefined && isAwaited(checkpoint);
  const result = await delivered(parts, placement.conversation, placement.message ?? "", async () => {
    parts.gate.take("update", room, awaited);
    await edit().catch(async (error: unknown) => {
      if (error instanceof NotYet && error.after > CHANNEL_WAIT && isMisleading(placement, card))
        parts.later("a line about a card that cannot be changed yet", () => excuse(parts, place, card));
      // Archived after days of silence; in a closed one nothing can be changed.
      if (codeOf(error) !== ARCHIVED || place.thread === null) throw error;
      await parts.wire.reopenThread(place.thread);
      await edit();
    });
    return shown(parts, place);
  });
  if (result.type === "undeliverable") await correct(parts, room, card);
  return result;
}

/** Votes are told below the card anyway; what it is about, and whether it still waits, must not be told wrongly. */
function isMisleading({ digest }: Placement, card: Card): boolean {
  return card.status !== "pending" || digest !== card.digest;
}

/** For up to an hour the card of an older message tells what is not so any more: a line below it says what is. */
async function excuse({ wire, shelf, gate }: Parts, place: Place, card: Card): Promise<void> {
  const key = `late ${place.message} ${card.digest} ${card.status}`;
  if (!(await shelf.add(`discord:${key}`, "1", DAY))) return;
  const room = roomOf(place);
  const body = noteView(
    `The card of "${card.title}" will be brought up to date within the hour. ${card.state}`,
    card.id,
  );
  await patiently(async () => {
    gate.take("post", room, false);
    await wire.createMessage(room, body, { nonce: nonceOf(key), replyTo: place.message });
  });
}

const ARCHIVED = 50_083;

/** A card that can no longer be changed must not go on telling what is not so. */
async function correct({ wire, report }: Parts, room: string, card: Card): Promise<void> {
  const body = notice(`The card of "${card.title}" can no longer be changed. ${card.state}`);
  const nonce = nonceOf(`correction ${card.id} ${room} ${card.state}`);
  await wire
    .createMessage(room, body, { nonce })
    .catch((error: unknown) => report("a correction could not be posted", error));
}

/** To an account: a line, and a button that opens what it is about. */
export async function tell(parts: Parts, to: Ref, note: Note): Promise<Posted | Undeliverable> {
  const user = /^discord:(\d{1,25})$/.exec(to)?.[1];
  if (user === undefined) return never("Discord does not say who holds a role, so only its card tells them");
  return delivered(parts, `@${user}`, `${to} ${note.checkpoint} ${note.type}`, async () => {
    const channel = await parts.places.find(`@${user}`);
    parts.gate.take("post", channel, note.type !== "reminded");
    const nonce = nonceOf(JSON.stringify([to, note.checkpoint, note.text]));
    const body = noteView(note.text, note.checkpoint);
    const { id } = await limited(parts, "post", channel, () => parts.wire.createMessage(channel, body, { nonce }));
    return { type: "shown", message: writePlace({ channel, message: id, thread: null }) };
  });
}

/** Discord's refusals as results, its limits as times; everything else is thrown, and tried again. */
async function delivered(
  { places, pulse }: Parts,
  conversation: string,
  about: string,
  work: () => Promise<Posted | Undeliverable>,
): Promise<Posted | Undeliverable> {
  try {
    // While Discord itself is away nothing is given up, and little is tried.
    return await pulse.through(about, work, isAmbiguous);
  } catch (error) {
    const reason = forGood(error);
    if (reason === undefined) throw error;
    places.forget(conversation);
    return never(reason);
  }
}

/** Where Discord says to come later, nothing else is sent there before. */
async function limited<T>({ gate }: Parts, kind: "post" | "update", room: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof NotYet)) throw error;
    if (error.after <= CHANNEL_WAIT) gate.block(kind, room, error.after);
    // Not all at the same moment.
    throw new NotYet(error.after + Math.random() * 1_000);
  }
}

/** A direct message goes to an approver or to whoever asked, and to nobody else. */
async function mayBeAsked(parts: Parts, user: string, checkpoint: Checkpoint): Promise<boolean> {
  const who = await parts.people.who({ user, guild: null, member: null, name: null, bot: false });
  if (who.type === "nobody") return false;
  const actor = parts.access.account(who.account);
  return mayDecide(checkpoint.approvers, actor) || isSelf(checkpoint.requesters, actor);
}

async function shown({ places }: Parts, place: Place): Promise<Posted> {
  const room = roomOf(place);
  const made: Posted = { type: "shown", message: writePlace(place) };
  const guild = await places.guildOf(room).catch(() => undefined);
  if (guild === undefined) return made;
  return { ...made, url: `https://discord.com/channels/${guild ?? "@me"}/${room}/${place.message}` };
}

function never(reason: string): Undeliverable {
  return { type: "undeliverable", reason };
}
