/** What each piece of work means, rendered from the record as it is at the moment of sending. */
import type { Note } from "./card.ts";
import type { Checkpoint, Ref } from "./checkpoint.ts";
import { endedRefusal } from "./decide/ended.ts";
import type { Desk } from "./desk.ts";
import type { House } from "./house.ts";
import type { Callback, Channel, Errand, Posted, Store, Undeliverable, Work, WorkResult } from "./ports.ts";
import { formatDuration } from "./time.ts";

/** A card that could not be posted for about four hours is undeliverable, and the fallback is tried. */
const SHOW_ATTEMPTS = 30;

export interface ErrandParts {
  store: Store;
  house: House;
  channels: ReadonlyMap<string, Channel>;
  callback: Callback | null;
  desk: Pick<Desk, "look" | "placed" | "cardOf">;
  clock: () => number;
}

export interface Errands {
  /** Throws when another try may help. */
  carry(work: Work): Promise<WorkResult>;
}

const FINISHED: WorkResult = { type: "finished" };

export function makeErrands(parts: ErrandParts): Errands {
  return {
    async carry(work) {
      const { task } = work;
      if (task.do === "look") {
        const at = await parts.desk.look(task.id);
        return at === null ? FINISHED : { type: "again", at };
      }
      const stored = await parts.store.read(task.id);
      if (stored === undefined) return FINISHED;
      await carryOut(parts, task, stored.record, work.attempt);
      return FINISHED;
    },
  };
}

async function carryOut(parts: ErrandParts, task: Errand, checkpoint: Checkpoint, attempt: number): Promise<void> {
  switch (task.do) {
    case "show":
      return show(parts, task, checkpoint, attempt);
    case "tell":
      return tell(parts, task.to, noteOf(checkpoint, task.note, parts.clock()));
    case "call":
      if (parts.callback !== null) await parts.callback.call(checkpoint, `${task.key}:${checkpoint.revision}`);
  }
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
    if (attempt < SHOW_ATTEMPTS) throw error;
    result = { type: "undeliverable", reason: `gave up after ${attempt} attempts` };
  }
  await parts.desk.placed(id, { type: "placed", channel, conversation, revision: checkpoint.revision, result });
}

/** To the account of each person named, on the channels that are started; a person on two is told on both. */
async function tell({ house, channels }: ErrandParts, to: Ref, note: Note): Promise<void> {
  const accounts = to.startsWith("person:") || to.startsWith("group:") ? house.people(to).flatMap(accountsOf) : [to];
  await Promise.all(accounts.map((account) => channels.get(account.split(":")[0] ?? "")?.tell(account, note)));
}

function accountsOf({ slack, discord }: { slack?: string; discord?: string }): Ref[] {
  return [slack === undefined ? [] : [`slack:${slack}`], discord === undefined ? [] : [`discord:${discord}`]].flat();
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
