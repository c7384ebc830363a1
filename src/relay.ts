/**
 * Carries out what commits have left to do: looks at checkpoints that are due, brings cards up to date, tells people,
 * calls agents. It may run on any replica and may do anything twice; a claim lasts as long as its lease.
 *
 * Looks have a lane of their own: however many cards hang in a chat that does not answer, what is due is due.
 */
import { setTimeout as pause } from "node:timers/promises";
import { type Errands, Failed } from "./errands.ts";
import { type Clock, NotYet, type Store, type Work, type WorkResult, type Write } from "./ports.ts";

/** A claim that is not finished by then is somebody else's to take. */
const LEASE_MS = 30_000;
const CLAIM = 64;
/** Other processes' work shows up at the latest after this; one's own wakes the relay at once. */
const POLL_MS = 1_000;
const FAULT_PAUSE_MS = 500;
/** Where what is due is the other lane's to take. */
const BREATH_MS = 20;

/** Growing pauses between attempts, in seconds; the last one repeats. */
const PAUSES = [1, 5, 30, 120, 600];

export interface RelayParts {
  store: Store;
  clock: Clock;
  errands: Errands;
  onFault: (error: unknown, work?: Work) => void;
  onDone: (work: Work, result: WorkResult["type"] | "overtaken") => void;
}

export class Relay {
  readonly #clock: Clock;
  readonly #lanes: readonly Lane[];

  constructor(parts: RelayParts) {
    this.#clock = parts.clock;
    this.#lanes = [new Lane(parts, "looks"), new Lane(parts)];
  }

  start(): void {
    for (const lane of this.#lanes) lane.start();
  }

  /** A commit stood. What it leaves to do later than the next poll is found by that poll, and wakes nobody. */
  wakeFor(writes: readonly Pick<Write, "outbox" | "look">[]): void {
    const soon = this.#clock() + POLL_MS;
    const isSoon = ({ outbox, look }: Pick<Write, "outbox" | "look">) =>
      outbox.some(({ after = 0 }) => after < POLL_MS) || (look !== null && look <= soon);
    if (writes.some(isSoon)) for (const lane of this.#lanes) lane.wake();
  }

  /** Claims nothing more and finishes what is in hand. */
  async stop(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.stop()));
  }
}

class Lane {
  readonly #only: "looks" | undefined;
  readonly #parts: RelayParts;
  readonly #stop = new AbortController();
  readonly #inHand = new Set<Promise<void>>();
  #alarm = new AbortController();
  #running: Promise<void> | undefined;

  constructor(parts: RelayParts, only?: "looks") {
    this.#parts = parts;
    this.#only = only;
  }

  start(): void {
    this.#running = this.#run();
  }

  wake(): void {
    this.#alarm.abort();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.wake();
    await this.#running;
    await Promise.all(this.#inHand);
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      // Before claiming, so that what becomes due meanwhile is not slept over.
      this.#alarm = new AbortController();
      const wait = await this.#round().catch((error: unknown) => {
        this.#parts.onFault(error);
        return FAULT_PAUSE_MS;
      });
      if (wait > 0) await pause(wait, undefined, { signal: this.#alarm.signal }).catch(() => {});
    }
  }

  /** Claims and begins what is due; answers how long there is nothing to do. */
  async #round(): Promise<number> {
    const { store, clock } = this.#parts;
    const room = CLAIM - this.#inHand.size;
    if (room <= 0) {
      await Promise.race(this.#inHand);
      return 0;
    }
    const { work, next } = await store.due(room, LEASE_MS, this.#only);
    for (const each of work) {
      const carried: Promise<void> = this.#carry(each).finally(() => this.#inHand.delete(carried));
      this.#inHand.add(carried);
    }
    if (work.length === room) return 0;
    return next === null ? POLL_MS : Math.min(Math.max(next - clock(), work.length > 0 ? 0 : BREATH_MS), POLL_MS);
  }

  async #carry(work: Work): Promise<void> {
    const { store, clock, errands, onFault, onDone } = this.#parts;
    let result: WorkResult;
    try {
      result = await errands.carry(work);
    } catch (error) {
      const after =
        error instanceof NotYet ? error.after : pauseAfter(error instanceof Failed ? error.times : work.attempt);
      if (!(error instanceof NotYet)) onFault(error, work);
      result = { type: "again", at: clock() + after };
    }
    try {
      const mine = await store.done(work, result);
      onDone(work, mine ? result.type : "overtaken");
    } catch (error) {
      // The lease runs out and the work is done again; everything here may be repeated.
      onFault(error, work);
    }
  }
}

export function pauseAfter(attempt: number): number {
  return (PAUSES[Math.min(attempt, PAUSES.length) - 1] ?? 600) * 1_000;
}
