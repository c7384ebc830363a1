/**
 * One reader of the store's log per process, however many wait or follow: long-polls hang on it (`onEnd`), and event
 * streams are woken by it (`news`). A wait that is registered before the record is read cannot miss the end; of what
 * ended in this process it is told at once, with the record (`tell`).
 */

import { setTimeout as pause } from "node:timers/promises";
import type { Checkpoint } from "./checkpoint.ts";
import { headOf } from "./head.ts";
import { type Logged, type Store, StoreUnavailable } from "./ports.ts";

const ENDS: ReadonlySet<string> = new Set(["checkpoint.resolved", "checkpoint.expired", "checkpoint.withdrawn"]);
/** After a fault of the store; reading resumes behind the last entry seen. */
const RETRY_MS = 250;

/** Where reading stands: the entry there, by its MAC, as its number may be given to another one. */
interface Place {
  seq: number;
  mac: string | undefined;
}

/** With the record as it ended, where that is at hand; otherwise it is to be read. */
type Ended = (record?: Checkpoint) => void;

export class Feed {
  readonly #store: Pick<Store, "log">;
  readonly #onFault: (error: unknown) => void;
  readonly #waiting = new Map<string, Set<Ended>>();
  readonly #listening = new Set<() => void>();
  readonly #stop = new AbortController();
  readonly #ready = Promise.withResolvers<void>();
  readonly #hearing: ((logged: Logged) => void)[] = [];
  readonly #rewound: (() => void)[] = [];
  #place: Place | undefined;
  #rewinds = 0;
  #hears = false;
  #reading: Promise<void> | undefined;

  constructor(store: Pick<Store, "log">, onFault: (error: unknown) => void) {
    this.#store = store;
    this.#onFault = onFault;
  }

  start(): void {
    this.#reading = this.#read();
  }

  /** Resolves once it is known where the log began for this process, or that it never will be. */
  ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** The newest `seq` that was read here; known once ready. Other processes may have written beyond it. */
  get head(): number {
    return this.#place?.seq ?? 0;
  }

  /** Aborts when the feed stops: whoever waits or follows is to be let go. */
  get stopping(): AbortSignal {
    return this.#stop.signal;
  }

  /** Hands on every entry from now on, in order, before anybody is woken. */
  onEntry(hear: (logged: Logged) => void): void {
    this.#hearing.push(hear);
  }

  /** Calls `rewound` when the store has lost the end of its log, and gives its numbers anew. */
  onRewind(rewound: () => void): void {
    this.#rewound.push(rewound);
  }

  /** How often that came about: a number that was read before means another entry now. */
  get rewinds(): number {
    return this.#rewinds;
  }

  /** Calls `ended` when the checkpoint ends, or when the feed stops; the answer unregisters. */
  onEnd(id: string, ended: Ended): () => void {
    if (this.stopping.aborted) ended();
    const all = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, all.add(ended));
    return () => {
      all.delete(ended);
      if (all.size === 0 && this.#waiting.get(id) === all) this.#waiting.delete(id);
    };
  }

  /** A commit of this process ended it, so whoever waits for it here need neither wait for the log nor read. */
  tell(record: Checkpoint): void {
    this.#wake(record.id, record);
  }

  /** Calls `heard` whenever the head has moved, and when the feed stops; the answer unregisters. */
  onNews(heard: () => void): () => void {
    this.#listening.add(heard);
    return () => this.#listening.delete(heard);
  }

  /** Resolves when the head has moved, `ms` have passed, `signal` aborts, or the feed stops. */
  news(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.stopping.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        forget();
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      const forget = this.onNews(done);
      signal.addEventListener("abort", done);
    });
  }

  /** Whether what others commit is being heard, and so cannot be missed. */
  get hears(): boolean {
    return this.#hears;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Lets everybody who waits or follows go, with the state as it is. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#ready.resolve();
    for (const id of [...this.#waiting.keys()]) this.#wake(id);
    this.#tell();
    await this.#reading;
  }

  async #read(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        if (await this.#isLost()) this.#rewind(await this.#begin());
        this.#place ??= await this.#begin();
        this.#ready.resolve();
        this.#hears = true;
        // From the entry that was read last, to see that it is still that one, and so that the store holds on to it.
        const after = Math.max(0, this.#place.seq - 1);
        for await (const logged of this.#store.log({ after, follow: true }, signal)) this.#take(logged);
      } catch (error) {
        if (signal.aborted) return;
        this.#onFault(error);
      }
      this.#hears = false;
      // The log was cut: whoever waits reads the record again rather than trust what may have been missed.
      for (const id of [...this.#waiting.keys()]) this.#wake(id);
      await pause(RETRY_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** Whether the store no longer has the newest entry that was read here. */
  async #isLost(): Promise<boolean> {
    return this.#place !== undefined && (await this.#macAt(this.#place.seq)) !== this.#place.mac;
  }

  async #macAt(seq: number): Promise<string | undefined> {
    if (seq > 0)
      for await (const logged of this.#store.log({ after: seq - 1 }))
        return logged.seq === seq ? logged.entry.mac : undefined;
    return undefined;
  }

  /** Only once it is known where to: whoever begins to follow until then would be told all of the past. */
  #rewind(place: Place): void {
    this.#place = place;
    this.#rewinds += 1;
    for (const rewound of this.#rewound) rewound();
    this.#tell();
  }

  /** Who began to wait before it was known where reading begins may have missed the end: it lies before that. */
  async #begin(): Promise<Place> {
    const seq = await headOf(this.#store);
    const mac = await this.#macAt(seq);
    if (seq > 0 && mac === undefined) throw new StoreUnavailable("The log has lost its end while it was looked for.");
    for (const id of [...this.#waiting.keys()])
      for await (const { entry } of this.#store.log({ id, after: 0 })) if (ENDS.has(entry.type)) this.#wake(id);
    return { seq, mac };
  }

  #take(logged: Logged): void {
    const { seq, entry } = logged;
    if (seq === this.#place?.seq) {
      if (entry.mac === this.#place.mac) return;
      throw new StoreUnavailable("The newest entry that was read of the log is no longer there.");
    }
    this.#place = { seq, mac: entry.mac };
    for (const hear of this.#hearing) hear(logged);
    if (ENDS.has(entry.type)) this.#wake(entry.id);
    this.#tell();
  }

  #tell(): void {
    for (const heard of [...this.#listening]) heard();
  }

  #wake(id: string, record?: Checkpoint): void {
    const all = this.#waiting.get(id);
    this.#waiting.delete(id);
    for (const ended of all ?? []) ended(record);
  }
}
