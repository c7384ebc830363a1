/**
 * Read, decide, one atomic commit, and again for whoever lost a race: how every change of a checkpoint gets into the
 * store. Only the desk calls it.
 */
import { randomUUID } from "node:crypto";
import { type Caller, mayRead, type Origin } from "./access.ts";
import { signEntry } from "./audit.ts";
import { type Refusal, refuse } from "./card.ts";
import type { By, Checkpoint } from "./checkpoint.ts";
import { nextLook } from "./decide/look.ts";
import { decide } from "./decide.ts";
import type { Denied } from "./desk-port.ts";
import type { Feed } from "./feed.ts";
import type { House } from "./house.ts";
import type { Keys } from "./keys.ts";
import { Known } from "./known.ts";
import { sightOfRecord } from "./policy/sight.ts";
import { type Opened, type Operation, StoreUnavailable, type Write } from "./ports.ts";
import type { Amendment, Event } from "./ruling.ts";
import { Turns } from "./turns.ts";

/** Races lost in a row before a call gives up; a checkpoint ends once, so a loser rarely loses twice. */
export const TRIES = 8;

/** The program itself, on nobody's behalf. */
export const RELAY: Origin = { surface: "api" };

/** Of records; a newer program's are refused, not guessed. */
const VERSION = 1;

export type Changed = { type: "changed"; checkpoint: Checkpoint; replay: Operation | null } | Denied;

export interface CommitParts {
  opened: Pick<Opened, "store" | "clock" | "epoch">;
  house: House;
  keys: Keys;
  feed: Feed;
  /** This host's own clock, for the record. */
  hostClock: () => number;
  /** After a commit stood: the relay is woken, figures are counted. */
  onCommitted: (writes: readonly Write[]) => void;
}

export class Commits {
  readonly #parts: CommitParts;
  readonly #turns = new Turns();
  readonly #known = new Known();
  /** Of what is known. */
  #epoch: number | undefined;

  constructor(parts: CommitParts) {
    this.#parts = parts;
    parts.feed.onEntry(({ entry }) => this.#known.hear(entry));
  }

  /** As this process committed it last, if it was pending then and nobody was heard to have changed it since. */
  guess(id: string): Checkpoint | undefined {
    const epoch = this.epoch();
    if (epoch !== this.#epoch) this.#known.clear();
    this.#epoch = epoch;
    return this.#known.get(id);
  }

  /** To be asked before what a commit is made from is read, and handed to it. */
  epoch(): number | undefined {
    return this.#parts.opened.epoch?.();
  }

  async change(
    caller: Caller | null,
    id: string,
    event: Event,
    origin: Origin,
    operation: Operation = { id: `once:${randomUUID()}`, hash: "", answer: "" },
  ): Promise<Changed> {
    return this.#turns.take(id, async () => {
      const guessed = await this.#byGuess(caller, id, event, origin, operation);
      if (guessed !== undefined) return guessed;
      for (let attempt = 0; attempt < TRIES; attempt += 1) {
        const epoch = this.epoch();
        const stored = await this.#parts.opened.store.read(id, operation.id);
        if (stored === undefined || (caller !== null && !mayRead(caller, stored.record))) return notFound();
        assertKnown(stored.record);
        if (stored.replay !== null) return replayed(stored.replay, operation, stored.record);
        const settled = await this.#settle(stored.record, event, operation, origin, epoch);
        if (settled !== "lost") return settled;
      }
      throw tooBusy();
    });
  }

  /** As it ended, where a commit of this process is about to bring that about. */
  ending(id: string): Promise<Checkpoint | undefined> {
    return this.#known.ending(id);
  }

  /** Undefined, and nothing has happened, unless the store has found that the guess was right. */
  async #byGuess(
    caller: Caller | null,
    id: string,
    event: Event,
    origin: Origin,
    operation: Operation,
  ): Promise<Changed | undefined> {
    const record = this.guess(id);
    if (record === undefined || (caller !== null && !mayRead(caller, record))) return undefined;
    const settled = await this.#settle(record, event, operation, origin, this.#epoch);
    if (settled !== "lost" && settled.type === "changed") return settled;
    this.#known.drop(id);
    return undefined;
  }

  /** Decides and commits, as often as time itself has to be dealt with first; "lost": somebody else was faster. */
  async #settle(
    record: Checkpoint,
    event: Event,
    operation: Operation,
    origin: Origin,
    epoch: number | undefined,
  ): Promise<Changed | "lost"> {
    let checkpoint = record;
    for (;;) {
      const now = this.#parts.opened.clock();
      const ruling = decide(checkpoint, event, now, this.#parts.house);
      if (ruling.type === "refused") return { ...ruling, checkpoint };
      if (ruling.type === "form") return { ...ruling.refusal, form: ruling.form, checkpoint };
      if (ruling.type === "wait") return { ...refuse("not_found", "Nothing was due."), checkpoint };
      const own = ruling.again
        ? { id: `look:${checkpoint.id}:${checkpoint.revision}`, hash: "", answer: "" }
        : { ...operation, answer: resultOf(ruling.next) };
      // Whoever met an overdue checkpoint did not make it expire.
      const done = await this.commit([ruling], own, now, ruling.again ? RELAY : origin, epoch);
      // Replayed: another replica carried it out in between; what became of it is in the store.
      if (done.type !== "committed") return "lost";
      if (!ruling.again) return { type: "changed", checkpoint: ruling.next, replay: null };
      checkpoint = ruling.next;
    }
  }

  async commit(amendments: Amendment[], operation: Operation, now: number, origin: Origin, epoch?: number) {
    const writes = amendments.map((amendment) => this.#writeOf(amendment, now, origin));
    const flights = writes.map(({ record }) => this.#known.launch(record));
    const land = (stood: boolean) => {
      for (const flight of flights) flight.land(stood);
    };
    const done = await this.#parts.opened.store.commit({ operation, writes, epoch }).catch((error: unknown) => {
      land(false);
      this.#known.clear();
      if (error instanceof StoreUnavailable) error.mayStand = true;
      throw error;
    });
    land(done.type === "committed");
    if (done.type !== "committed") return done;
    for (const { record } of writes) if (record.status !== "pending") this.#parts.feed.tell(record);
    this.#parts.onCommitted(writes);
    return done;
  }

  #writeOf({ next, news, errands, from, until, erase }: Amendment, now: number, origin: Origin): Write {
    const { keys, house, hostClock } = this.#parts;
    const host = hostClock();
    const { id, revision, digest } = next;
    const entries = news.map((each) =>
      signEntry({ id, revision, at: now, host, digest, ...addressOf(each.by, origin), ...each }, keys.audit),
    );
    return {
      record: next,
      expect: revision - 1,
      from,
      until,
      look: nextLook(next, house),
      outbox: errands,
      entries,
      sight: sightOfRecord(next),
      ...(erase === true ? { erase } : {}),
    };
  }
}

function assertKnown({ v, id }: Checkpoint): void {
  if (v !== VERSION) throw new Error(`${id} was written by a newer version of hitl-bot: run that one.`);
}

function replayed(first: Operation, operation: Operation, checkpoint: Checkpoint): Changed {
  if (first.hash === operation.hash) return { type: "changed", checkpoint, replay: first };
  return refuse("idempotency_mismatch", "This Idempotency-Key came before with another act; use a new one.");
}

export function resultOf(checkpoint: Checkpoint): "resolved" | "recorded" {
  return checkpoint.status === "pending" ? "recorded" : "resolved";
}

/** What a policy or the program does has no address, also where somebody's request brought it about. */
function addressOf(by: By, { address }: Origin): { address?: string } {
  return address === undefined || by.kind === "policy" || by.kind === "system" ? {} : { address };
}

export function notFound(): Refusal {
  return refuse("not_found", "There is no such checkpoint, or it is not yours to see.");
}

export function tooBusy(): StoreUnavailable {
  return new StoreUnavailable("The checkpoint is being changed by many at once; try again.");
}
