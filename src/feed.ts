/**
 * One reader of the store's log per process, however many wait: long-polls hang on it here. A wait that is registered
 * before the record is read cannot miss the end.
 */

import { setTimeout as pause } from "node:timers/promises";
import type { Logged, Store } from "./ports.ts";

const ENDS: ReadonlySet<string> = new Set(["checkpoint.resolved", "checkpoint.expired", "checkpoint.withdrawn"]);
/** After a fault of the store; reading resumes behind the last entry seen. */
const RETRY_MS = 250;

export class Feed {
  readonly #store: Store;
  readonly #onFault: (error: unknown) => void;
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #stop = new AbortController();
  #reading: Promise<void> | undefined;

  constructor(store: Store, onFault: (error: unknown) => void) {
    this.#store = store;
    this.#onFault = onFault;
  }

  start(): void {
    this.#reading = this.#read();
  }

  /** Calls `ended` when the checkpoint ends, or when the feed stops; the answer unregisters. */
  onEnd(id: string, ended: () => void): () => void {
    const all = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, all.add(ended));
    return () => {
      all.delete(ended);
      if (all.size === 0 && this.#waiting.get(id) === all) this.#waiting.delete(id);
    };
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Lets everybody who waits go, with the state as it is. */
  async stop(): Promise<void> {
    this.#stop.abort();
    for (const id of [...this.#waiting.keys()]) this.#wake(id);
    await this.#reading;
  }

  async #read(): Promise<void> {
    let after: number | "head" = "head";
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        for await (const logged of this.#store.log({ after, follow: true }, signal)) {
          after = logged.seq;
          this.#take(logged);
        }
      } catch (error) {
        if (signal.aborted) return;
        this.#onFault(error);
      }
      // The log was cut: whoever waits reads the record again rather than trust what may have been missed.
      for (const id of [...this.#waiting.keys()]) this.#wake(id);
      await pause(RETRY_MS, undefined, { signal }).catch(() => {});
    }
  }

  #take({ entry }: Logged): void {
    if (ENDS.has(entry.type)) this.#wake(entry.id);
  }

  #wake(id: string): void {
    const all = this.#waiting.get(id);
    this.#waiting.delete(id);
    for (const ended of all ?? []) ended();
  }
}
