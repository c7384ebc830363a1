/** What each piece of work means, rendered from the record as it is at the moment of sending. */
import type { Note } from "./card.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { PROBE_MS } from "./decide/called.ts";
import { endedRefusal } from "./decide/ended.ts";
import { channelOf, waitingFor } from "./decide/telling.ts";
import type { Desk } from "./desk.ts";
import type { House } from "./house.ts";
import {
  type Callback,
  type Channel,
  type Errand,
  NotYet,
  type Page,
  type Posted,
  type Shelf,
  type Store,
  StoreUnavailable,
  type Undeliverable,
  type Work,
  type WorkResult,
} from "./ports.ts";
import { formatDuration } from "./time.ts";
import { Turns } from "./turns.ts";

/**
 * Failures after which a card or a note is given up: about four hours of them; two and a half minutes where another
 * conversation is named for that case. A platform that is away as a whole throws NotYet, and none of that counts.
 */
const GIVEN_UP = 30;
const GIVEN_UP_FOR_FALLBACK = 5;
/** Longer than any pause between two attempts. What did not fail for so long begins anew. */
const FAILURES_KEPT = 3_600_000;

export interface ErrandParts {
  store: Store;
  /** Where failures are counted. */
  shelf: Pick<Shelf, "get" | "set">;
  house: House;
  channels: ReadonlyMap<string, Channel>;
  callback: Callback | null;
  desk: Pick<Desk, "look" | "placed" | "cardOf" | "called" | "recall" | "untold">;
  clock: () => number;
}

export interface Errands {
  /** Throws when another try may help. */
  carry(work: Work): Promise<WorkResult>;
}

/** Thrown for what failed and is tried again: `times` failures so far, however often it was only put off. */
export class Failed extends Error {
  override readonly name = "Failed";
  readonly times: number;

  constructor(times: number, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.times = times;
  }
}

/** Until a call that found no place comes again, longer each time: a long queue must not keep the store busy. */
const BUSY_MS = 1_000;
const LONGEST_BUSY = 30;

/** Of the waiting calls to an endpoint, how many a probe chooses from. */
const PROBED = 20;

const FINISHED: WorkResult = { type: "finished" };

export function makeErrands(parts: ErrandParts): Errands {
  const turns = new Turns();
  return {
    async carry(work) {
      const { task } = work;
      if (task.do === "look") {
        const at = await parts.desk.look(task.id);
        return at === null ? FINISHED : { type: "again", at };
      }
      if (task.do === "probe") return probe(parts, task.endpoint, work.attempt);
      // One at a time for each card, and read when it is its turn: what is sent later shows what came later.
      return turns.take(task.key, async () => {
        const stored = await parts.store.read(task.id);
        return stored === undefined ? FINISHED : carryOut(parts, task, stored.record, work.attempt);
      });
    },
  };
}

async function carryOut(
  parts: ErrandParts,
  task: Exclude<Errand, { do: "probe" }>,
  checkpoint: Checkpoint,
  attempt: number,
): Promise<WorkResult> {
  switch (task.do) {
    case "show":
      await show(parts, task, checkpoint);
      return FINISHED;
    case "tell":
      await tell(parts, task, checkpoint);
      return FINISHED;
    case "call":
      return call(parts, checkpoint, attempt);
  }
}

async function call(parts: ErrandParts, checkpoint: Checkpoint, attempt: number): Promise<WorkResult> {
  const { callback, desk, clock } = parts;
  if (callback === null || checkpoint.callback?.state !== "waiting") return FINISHED;
  const result = await callback.call(checkpoint);
  if (result.type === "busy") {
    const pause = result.after ?? BUSY_MS * Math.min(attempt, LONGEST_BUSY);
    // Scattered, or all that found no place at once would come again at once.
    return { type: "again", at: clock() + pause * (0.5 + Math.random()) };
  }
  const at = await desk.called(checkpoint.id, result);
  if (result.type === "delivered") await callback.forget?.(checkpoint.id);
  return at === null ? FINISHED : { type: "again", at };
}

/**
 * One of the calls that wait for the endpoint goes first; if it gets through, all others follow at once. They take
 * turns at it, so that one which the receiver can never take does not hold up the rest.
 */
async function probe(parts: ErrandParts, endpoint: string, attempt: number): Promise<WorkResult> {
  const { store, callback, desk, clock } = parts;
  const waiting = { delivery: "waiting", endpoint } as const;
  const { items } = await store.list({ ...waiting, limit: PROBED });
  const one = items[attempt % items.length];
  if (one === undefined || callback === null) return FINISHED;
  const result = await callback.call(one);
  if (result.type === "delivered" || (result.type === "failed" && result.gone)) await desk.called(one.id, result);
  if (result.type !== "delivered") return { type: "again", at: clock() + PROBE_MS };
  await callback.forget?.(one.id);
  let cursor: string | null = null;
  do {
    const page: Page = await store.list({ ...waiting, limit: 200, ...(cursor === null ? {} : { cursor }) });
    for (const each of page.items) await desk.recall(each.id);
    cursor = page.next;
  } while (cursor !== null);
  return FINISHED;
}

async function show(
  parts: ErrandParts,
  { id, channel, conversation, key }: Extract<Errand, { do: "show" }>,
  checkpoint: Checkpoint,
): Promise<void> {
  const placement = checkpoint.placements.find(
    (each) => each.channel === channel && each.conversation === conversation,
  );
  const adapter = parts.channels.get(channel);
  if (placement === undefined || placement.state === "undeliverable") return;
  const card = await parts.desk.cardOf(checkpoint);
  let result: Posted | Undeliverable;
  try {
    // Another replica may have it, and takes the errand then; where none has, it is given up like what fails.
    if (adapter === undefined) throw new Error(`${channel} is not set up here`);
    result =
      placement.state === "queued"
        ? await adapter.post({ channel, id: conversation }, card, key)
        : await adapter.update(placement, card);
  } catch (error) {
    const { fallback } = checkpoint.policy;
    const elsewhere = placement.state === "queued" && fallback !== null && fallback !== `${channel}:${conversation}`;
    // What only this replica cannot do says nothing of the conversation, and counts apart.
    const times =
      adapter === undefined
        ? await countFailure(parts, `${key} without its channel`, error, GIVEN_UP)
        : await countFailure(parts, key, error, elsewhere ? GIVEN_UP_FOR_FALLBACK : GIVEN_UP);
    result = { type: "undeliverable", reason: `gave up after ${times} failures: ${messageOf(error)}` };
  }
  const { revision, digest } = checkpoint;
  await parts.desk.placed(id, {
    type: "placed",
    ...{ channel, conversation, revision, digest, result },
    at: parts.clock(),
  });
}

/** Answers how often it failed, this time included, once that is enough; throws what the relay is to make of it until then. */
async function countFailure({ shelf }: ErrandParts, key: string, error: unknown, most: number): Promise<number> {
  if (error instanceof NotYet || error instanceof StoreUnavailable) throw error;
  const times = Number((await shelf.get(`failures:${key}`)) ?? 0) + 1;
  if (times >= most) return times;
  await shelf.set(`failures:${key}`, String(times), FAILURES_KEPT);
  throw new Failed(times, error);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * On the accounts of the channel that the errand names. Whoever cannot be told for good is named in the record; what
 * only failed is let go in the end: it stands on the record and on the cards anyway.
 */
async function tell(
  parts: ErrandParts,
  { id, to, key, note, channel }: Extract<Errand, { do: "tell" }>,
  checkpoint: Checkpoint,
): Promise<void> {
  const { house, desk } = parts;
  if (note !== "outcome" && checkpoint.status !== "pending") return;
  // What was held back until now may have become pointless.
  if (note === "reminded" && !waitingFor(checkpoint, house).singles.includes(to)) return;
  const accounts = house.accounts(to).filter((account) => channel === undefined || channelOf(account) === channel);
  const words = noteOf(checkpoint, note, parts.clock(), house);
  const told = await Promise.allSettled(
    accounts.map(async (account) => {
      const adapter = parts.channels.get(channelOf(account));
      // As with cards: another replica may have it.
      if (adapter === undefined) throw new Error(`${channelOf(account)} is not set up here`);
      const result = await adapter.tell(account, words);
      if (result.type === "undeliverable")
        await desk.untold(id, { type: "untold", to, channel: channelOf(account), note, reason: result.reason });
    }),
  );
  const failed = told.find((each) => each.status === "rejected");
  if (failed !== undefined) await countFailure(parts, key, failed.reason, GIVEN_UP);
}

function noteOf(checkpoint: Checkpoint, type: Note["type"], now: number, house: House): Note {
  const { id: checkpointId, title, status, due_at } = checkpoint;
  const left = due_at === null ? "" : `, ${formatDuration(due_at - now)} left`;
  const text =
    status === "pending"
      ? `${type === "escalated" ? "Escalated to you" : "Still waiting"}: ${title}${left}`
      : `${title}: ${endedRefusal(checkpoint, house.redaction(checkpoint.policy.name)).detail}`;
  return { type, checkpoint: checkpointId, text };
}
