/**
 * What this process committed lately and is still pending: a first guess at what the store holds, which saves a read.
 * Whatever is made of it must bear that it may be out of date: a commit does, because the store compares the revision;
 * a refusal does not, and is never given on it.
 */
import type { Checkpoint } from "./checkpoint.ts";
import type { Entry } from "./ports.ts";

/** A commit that has not been answered yet. */
export interface Flight {
  readonly record: Checkpoint;
  /** Whether it stood. */
  land(stood: boolean): void;
}

interface Flying extends Flight {
  stood: Promise<boolean>;
  /** Somebody's later revision was heard of before the answer. */
  overtaken: boolean;
}

/** At most so many, each with no more than that of what agents and people wrote: all together stay below 50 MB. */
const COUNT = 1_024;
const SIZE = 16_384;

export class Known {
  /** Oldest first. */
  readonly #records = new Map<string, Checkpoint>();
  readonly #flying = new Map<string, Flying[]>();

  get(id: string): Checkpoint | undefined {
    return this.#records.get(id);
  }

  /** A commit of this process begins. */
  launch(record: Checkpoint): Flight {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const flight: Flying = {
      record,
      stood: promise,
      overtaken: false,
      land: (stood) => {
        const others = this.#flying.get(record.id)?.filter((each) => each !== flight) ?? [];
        if (others.length > 0) this.#flying.set(record.id, others);
        else this.#flying.delete(record.id);
        if (stood) this.#keep(flight);
        resolve(stood);
      },
    };
    const before = this.#flying.get(record.id);
    this.#flying.set(record.id, before === undefined ? [flight] : [...before, flight]);
    return flight;
  }

  /** As a commit under way is ending it; of the end one may hear before its own commit is answered. */
  async ending(id: string): Promise<Checkpoint | undefined> {
    const flight = this.#flying.get(id)?.find(({ record }) => record.status !== "pending");
    return flight !== undefined && (await flight.stood) ? flight.record : undefined;
  }

  /** It turned out to be out of date. */
  drop(id: string): void {
    this.#records.delete(id);
  }

  /** The store was out of reach: what it holds now may be older than what is known here. */
  clear(): void {
    this.#records.clear();
  }

  /** Somebody's commit was heard of; only of another process can it be news. */
  hear({ id, revision }: Pick<Entry, "id" | "revision">): void {
    const known = this.#records.get(id);
    if (known !== undefined && known.revision < revision) this.#records.delete(id);
    for (const each of this.#flying.get(id) ?? []) if (each.record.revision < revision) each.overtaken = true;
  }

  #keep({ record, overtaken }: Flying): void {
    this.#records.delete(record.id);
    if (overtaken || record.status !== "pending" || !isSmall(record)) return;
    this.#records.set(record.id, record);
    if (this.#records.size <= COUNT) return;
    const [oldest = ""] = this.#records.keys();
    this.#records.delete(oldest);
  }
}

function isSmall({ payload, edited, state, metadata, comments, votes }: Checkpoint): boolean {
  return JSON.stringify([payload, edited, state, metadata, comments, votes]).length <= SIZE;
}
