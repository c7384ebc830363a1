/** What each piece of work means, rendered from the record as it is at the moment of sending. */
import type { Note } from "./card.ts";
import type { Checkpoint, Ref } from "./checkpoint.ts";
import { PROBE_MS } from "./decide/called.ts";
import { endedRefusal } from "./decide/ended.ts";
import type { Desk } from "./desk.ts";
import type { House } from "./house.ts";
import {
  type Callback,
  type Channel,
  type Errand,
  NotYet,
  type Page,
  type Posted,
  type Store,
  type Undeliverable,
  type Work,
  type WorkResult,
} from "./ports.ts";
import { formatDuration } from "./time.ts";

/** A card that could not be posted for about four hours is undeliverable, and the fallback is tried. */
const SHOW_ATTEMPTS = 30;

export interface ErrandParts {
  store: Store;
  house: House;
  channels: ReadonlyMap<string, Channel>;
  callback: Callback | null;
  desk: Pick<Desk, "look" | "placed" | "cardOf" | "called" | "recall">;
  clock: () => number;
}

export interface Errands {
  /** Throws when another try may help. */
  carry(work: Work): Promise<WorkResult>;
}

/** Until a call that found no place comes again, longer each time: a long queue must not keep the store busy. */
const BUSY_MS = 1_000;
const LONGEST_BUSY = 30;

/** Of the waiting calls to an endpoint, how many a probe chooses from. */
const PROBED = 20;

const FINISHED: WorkResult = { type: "finished" };

export function makeErrands(parts: ErrandParts): Errands {
  return {
    async carry(work) {
      const { task } = work;
      if (task.do === "look") {
        const at = await parts.desk.look(task.id);
        return at === null ? FINISHED : { type: "again", at };
      }
      if (task.do === "probe") return probe(parts, task.endpoint, work.attempt);
      const stored = await parts.store.read(task.id);
      return stored === undefined ? FINISHED : carryOut(parts, task, stored.record, work.attempt);
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
      await show(parts, task, checkpoint, attempt);
      return FINISHED;
    case "tell":
      await tell(parts, task.to, noteOf(checkpoint, task.note, parts.clock()));
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
  attempt: number,
): Promise<void> {
  const placement = checkpoint.placements.find(
    (each) => each.channel === channel && each.conversation === conversation,
  );
  const adapter = parts.channels.get(channel);
  if (placement === undefined || adapter === undefined || placement.state === "undeliverable") return;
  const card = await parts.desk.cardOf(checkpoint);
  let result: Posted | Undeliverable;
  try {
    result =
      placement.state === "queued"
        ? await adapter.post({ channel, id: conversation }, card, key)
        : await adapter.update(placement, card);
  } catch (error) {
    if (attempt < SHOW_ATTEMPTS || error instanceof NotYet) throw error;
    result = { type: "undeliverable", reason: `gave up after ${attempt} attempts` };
  }
  const { revision, digest } = checkpoint;
  await parts.desk.placed(id, {
    type: "placed",
    ...{ channel, conversation, revision, digest, result },
    at: parts.clock(),
  });
}

/** On every account that the reference reaches, on the channels that are started; a platform's group by its own name. */
async function tell({ house, channels }: ErrandParts, to: Ref, note: Note): Promise<void> {
  const reached = house.accounts(to);
  const accounts = reached.length > 0 ? reached : [to];
  await Promise.all(accounts.map((account) => channels.get(account.split(/[-:]/)[0] ?? "")?.tell(account, note)));
}

function noteOf(checkpoint: Checkpoint, type: Note["type"], now: number): Note {
  const { id: checkpointId, title, status, due_at } = checkpoint;
  const left = due_at === null ? "" : `, ${formatDuration(due_at - now)} left`;
  const text =
    status === "pending"
      ? `${type === "escalated" ? "Escalated to you" : "Still waiting"}: ${title}${left}`
      : `${title}: ${endedRefusal(checkpoint).detail}`;
  return { type, checkpoint: checkpointId, text };
}
