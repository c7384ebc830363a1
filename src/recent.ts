/**
 * What happened lately, by `seq`, for everybody who follows: each entry and its record are read once, whoever asks
 * first, and kept for a while. Bounded by count and by the size of the records; what fell out is read again.
 */
import type { Checkpoint } from "./checkpoint.ts";
import { type EntryType, type Logged, type Store, StoreUnavailable } from "./ports.ts";

/** An entry of the log without what only the timeline shows. */
export interface Line {
  seq: number;
  id: string;
  type: EntryType;
  at: number;
}

/** Shared by all who see it, so that what is made of it (a frame on the wire) can be made once, too. */
export interface Happening {
  seq: number;
  type: EntryType;
  at: number;
  /** As it stood when the event was first read here: of the event's revision, or newer. */
  checkpoint: Checkpoint;
}

interface Held {
  id: string;
  /** null: still being read. */
  size: number | null;
  made: Promise<Happening | null>;
}

/** About 150 bytes each. */
const MAX_LINES = 4_096;
/** Characters of JSON; as objects they take about three times as much. */
const MAX_SIZE = 8 * 1024 * 1024;
/** Entries read from the log in one go, for those who are behind. */
const PAGE = 256;

export class Recent {
  readonly #store: Pick<Store, "log" | "read">;
  readonly #lines = new Map<number, Line>();
  readonly #pages = new Map<number, Promise<Line | undefined>>();
  readonly #happenings = new Map<number, Held>();
  #size = 0;

  constructor(store: Pick<Store, "log" | "read">) {
    this.#store = store;
  }

  /** The log has lost its end, and gives its numbers anew. */
  clear(): void {
    this.#lines.clear();
    this.#pages.clear();
    this.#happenings.clear();
    this.#size = 0;
  }

  add({ seq, entry }: Logged): void {
    this.#lines.delete(seq);
    this.#lines.set(seq, { seq, id: entry.id, type: entry.type, at: entry.at });
    if (entry.type === "checkpoint.erased") this.#forget(entry.id);
    for (const oldest of this.#lines.keys()) {
      if (this.#lines.size <= MAX_LINES) return;
      this.#lines.delete(oldest);
    }
  }

  /** The entry after that one, if it is at hand. */
  line(seq: number): Line | undefined {
    return this.#lines.get(seq + 1);
  }

  /** The entry after that one, which the caller knows to be there. */
  async lineAfter(seq: number): Promise<Line> {
    const line = this.line(seq) ?? (await this.#page(seq));
    if (line === undefined) throw new StoreUnavailable(`The log ended at ${seq}, before its end.`);
    return line;
  }

  /** With the record; null where that is no longer kept. */
  happening(line: Line): Promise<Happening | null> {
    const known = this.#happenings.get(line.seq);
    if (known !== undefined) return known.made;
    const held: Held = { id: line.id, size: null, made: this.#make(line) };
    this.#happenings.set(line.seq, held);
    held.made.then(
      (happening) => this.#weigh(line.seq, held, happening),
      // A fault is everybody's who asked meanwhile; the next one asks anew.
      () => this.#drop(line.seq, held),
    );
    return held.made;
  }

  /** What was erased must not be told again from here. */
  #forget(id: string): void {
    for (const [seq, held] of this.#happenings) if (held.id === id) this.#drop(seq, held);
  }

  async #make({ seq, id, type, at }: Line): Promise<Happening | null> {
    const stored = await this.#store.read(id);
    return stored === undefined ? null : { seq, type, at, checkpoint: stored.record };
  }

  #weigh(seq: number, held: Held, happening: Happening | null): void {
    if (this.#happenings.get(seq) !== held) return;
    held.size = happening === null ? 0 : JSON.stringify(happening.checkpoint).length;
    this.#size += held.size;
    for (const [oldest, each] of this.#happenings) {
      if (this.#size <= MAX_SIZE && this.#happenings.size <= MAX_LINES) return;
      // One that is still being read has its readers; its turn comes.
      if (each.size !== null) this.#drop(oldest, each);
    }
  }

  #drop(seq: number, held: Held): void {
    if (this.#happenings.get(seq) !== held) return;
    this.#happenings.delete(seq);
    this.#size -= held.size ?? 0;
  }

  #page(after: number): Promise<Line | undefined> {
    const under = this.#pages.get(after);
    if (under !== undefined) return under;
    const page = this.#read(after).finally(() => this.#pages.delete(after));
    this.#pages.set(after, page);
    return page;
  }

  async #read(after: number): Promise<Line | undefined> {
    let first: Line | undefined;
    let count = 0;
    for await (const logged of this.#store.log({ after })) {
      this.add(logged);
      first ??= this.#lines.get(logged.seq);
      count += 1;
      if (count === PAGE) break;
    }
    return first;
  }
}
