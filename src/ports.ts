/**
 * The ports: what the core needs from the outside, each narrow enough that its fake fits on a screen.
 * Every member says what must be true, including when it is called twice. One contract suite a port: test/contract/.
 */
import type { Card, Note } from "./card.ts";
import type { By, Checkpoint, Delivery, KindName, Placement, Ref, Status } from "./checkpoint.ts";
import type { JsonObject } from "./json.ts";

/* ---- Store: where it is kept ------------------------------------------------------------------------------ */

/** Milliseconds since 1970 by the store's clock, which every replica shares. */
export type Clock = () => number;

/** A store is opened by its adapter's factory, which also brings the clock that due times are compared with. */
export interface Opened {
  store: Store;
  shelf: Shelf;
  clock: Clock;
  /**
   * Counts the connections to it. What was read over a former one may have been lost since, and its revisions given
   * anew: a commit that names the epoch of its reading is refused as a conflict in any other. Absent: there is only one.
   */
  epoch?(): number;
  /** What the operator should know of how safely it keeps, in a sentence. */
  warning?: string;
  close(): Promise<void>;
}

/** The store is out of reach or gave up. A commit that met it may have happened or not: the same operation again tells. */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
  /** It was a commit that met it. */
  mayStand = false;
  /** In words for anybody: without addresses, paths and names. */
  readonly reason: string | undefined;

  constructor(message: string, { reason, ...options }: ErrorOptions & { reason?: string } = {}) {
    super(message, options);
    this.reason = reason;
  }
}

/** A store that fails throws: a fault never reads as "not found", "free" or "done". */
export interface Store {
  /** All of a change in one atomic step, or nothing. The same operation again gets the first answer. */
  commit(change: Change): Promise<Committed | Replayed | Conflict>;
  /** The record as last committed, and the answer of `operation` if that was already carried out. */
  read(id: string, operation?: string): Promise<Stored | undefined>;
  /** Newest first; every record that stayed in the query while paging is met exactly once. */
  list(query: Query): Promise<Page>;
  /**
   * The log in order of `seq`, without gaps. Ends at its head, or goes on as entries are written when `follow` is
   * set, also by other processes and over reconnects, until `signal` aborts.
   */
  log(query: LogQuery, signal?: AbortSignal): AsyncIterable<Logged>;
  /**
   * Up to `limit` pieces of work that are due, mine alone until their lease (`leaseOf`) has passed. `only` looks: so
   * that time never waits for errands; `next` speaks of all work all the same.
   */
  due(limit: number, lease: number, only?: "looks"): Promise<Due>;
  /** Ends or puts off claimed work. False, and nothing happens, when the lease was taken over or the work renewed. */
  done(work: Work, result: WorkResult): Promise<boolean>;
}

export interface Change {
  operation: Operation;
  /** One record, or two when a raise supersedes its previous round. */
  writes: Write[];
  /** `Opened.epoch` when what the writes were made from was read. */
  epoch?: number | undefined;
}

export interface Operation {
  id: string;
  /** Tells a repeat from another request under the same id. */
  hash: string;
  /** What a repeat is told. */
  answer: string;
}

export interface Write {
  record: Checkpoint;
  /** The revision that this replaces; 0: the id must be free. */
  expect: number;
  /** The commit stands only while `from` ≤ the store's time < `until`; how a late click can never beat the timer. */
  from?: number | null;
  until?: number | null;
  /** When to look at the checkpoint next (replaces the former entry); null: never. */
  look: number | null;
  /** Work to add. A key that is already there is renewed, its claim void, or left as it is where the errand says so. */
  outbox: Errand[];
  /** Appended to the log, each with the next `seq`. */
  entries: Entry[];
  /** Who may find it in lists. */
  sight: Sight;
  /** Empties `data` of every former entry of this checkpoint (retention). */
  erase?: true;
}

export interface Sight {
  /** Approver references, for "what may I decide". */
  decide: Ref[];
  /** Others who may see it: requesters, voters, `token:<name>` of the agent. */
  see: Ref[];
}

export interface Committed {
  type: "committed";
  /** The `seq` of the last entry written. */
  seq: number;
}

export interface Replayed {
  type: "replayed";
  operation: Operation;
}

export interface Conflict {
  type: "conflict";
  /** Which record's check failed. */
  id: string;
  /** revision: it moved on; exists: the id is taken; early, late: outside the window. */
  why: "revision" | "exists" | "early" | "late";
}

export interface Stored {
  record: Checkpoint;
  replay: Operation | null;
}

export interface Query {
  status?: Status;
  kind?: KindName;
  agent?: string;
  session?: string;
  /** Overdue at this time (`lateFrom`), and still pending. */
  dueBefore?: number;
  /** Records whose agent is still to be called back, or cannot be; with `endpoint`, there. */
  delivery?: Delivery["state"];
  endpoint?: string;
  /** Ended at or before this time. */
  endedBefore?: number;
  /** Records that one of these references may decide. */
  decide?: Ref[];
  /** Records that one of these references may decide or see; absent: all. */
  sight?: Ref[];
  limit: number;
  /** From a former page's `next`. */
  cursor?: string;
}

export interface Page {
  items: Checkpoint[];
  next: string | null;
}

export interface LogQuery {
  /** Only of this checkpoint. */
  id?: string;
  /** Entries after this `seq` (0: from the beginning); `head`: only what is written from now on. */
  after: number | "head";
  follow?: boolean;
}

export const ENTRY_TYPES = [
  "raised",
  "commented",
  "voted",
  "reminded",
  "escalated",
  "resolved",
  "expired",
  "withdrawn",
  "delivered",
  "undeliverable",
  "erased",
] as const;
export type EntryType = `checkpoint.${(typeof ENTRY_TYPES)[number]}`;

/** One line of the record of what happened; also what event streams are made of. */
export interface Entry {
  id: string;
  type: EntryType;
  revision: number;
  /** By the store's clock, and by the clock of the host that made the entry. */
  at: number;
  host: number;
  by: By;
  /** What was on the table. */
  digest: string;
  /** Remote address of an act over the API or the web. */
  address?: string;
  data: JsonObject;
  /** `sha256:` of `data`, which retention may erase while the entry stays provable. */
  content: string;
  /** Message authentication code over all the rest but `data` (audit.ts). */
  mac: string;
}

export interface Logged {
  seq: number;
  entry: Entry;
}

/**
 * What must still be carried out, as a reference: rendered from the record when sent, so repeating is harmless.
 * Due at once, or `after` ms later; `keep` leaves an errand that is already there under the key as it is.
 */
export type Errand = { key: string; id: string; after?: number; keep?: true } & (
  | { do: "show"; channel: string; conversation: string }
  /** `channel`: there alone. */
  | { do: "tell"; to: Ref; note: Note["type"]; channel?: string }
  | { do: "call" }
  /** Tries one waiting call to an endpoint that fails, and brings all others forward when it is back. */
  | { do: "probe"; endpoint: string }
);

export interface Work {
  /** An errand of the outbox, or a checkpoint whose agenda says to look now. */
  task: Errand | { do: "look"; key: string; id: string };
  due: number;
  /** How often it was claimed, this time included. */
  attempt: number;
  /** Only the holder of the newest fence may finish it. */
  fence: number;
}

/**
 * Ms that a claim lasts. A look is quick and may be taken twice; were it held as long as an errand, a checkpoint whose
 * claimer was killed would expire late.
 */
export function leaseOf(task: Work["task"], lease: number): number {
  return task.do === "look" ? Math.min(lease, LOOK_LEASE_MS) : lease;
}

const LOOK_LEASE_MS = 500;

export interface Due {
  work: Work[];
  /** When the next piece becomes due, if any is left. */
  next: number | null;
}

export type WorkResult = { type: "finished" } | { type: "again"; at: number };

/** Plain key-value with time to live: sessions, drafts, directory, installations. */
export interface Shelf {
  get(key: string): Promise<string | undefined>;
  /** `ttl` in ms; absent: kept. */
  set(key: string, value: string, ttl?: number): Promise<void>;
  /** Sets only a free key, and answers whether it did. */
  add(key: string, value: string, ttl?: number): Promise<boolean>;
  /** Removes and answers what was there; of several callers one gets it. */
  take(key: string): Promise<string | undefined>;
}

/* ---- Channel: where people decide -------------------------------------------------------------------------- */

export interface Conversation {
  channel: string;
  /** `C0123`, `#deploys`, `@U0123`: in the channel's own words. */
  id: string;
}

/** `again`: it may have stood there before, and shown something else until now. */
export type Posted = { type: "shown"; message: string; url?: string; again?: true };
/** For good: another try would not help. Everything that may pass is thrown instead, and tried again. */
export type Undeliverable = { type: "undeliverable"; reason: string };

/** Thrown instead of waiting where the platform wants to be asked later: no fault, and nothing is given up over it. */
export class NotYet extends Error {
  override readonly name = "NotYet";
  /** Ms until it may be tried again. */
  readonly after: number;

  constructor(after: number) {
    super(`not before ${after} ms have passed`);
    this.after = after;
  }
}

export interface Channel {
  readonly name: string;
  start(): Promise<void>;
  /** The same key twice is one card where the platform can tell. */
  post(to: Conversation, card: Card, key: string): Promise<Posted | Undeliverable>;
  /** May be called twice with the same card. */
  update(placement: Placement, card: Card): Promise<Posted | Undeliverable>;
  /** To a person's account or a conversation. */
  tell(to: Ref, note: Note): Promise<Posted | Undeliverable>;
  stop(): Promise<void>;
}

/* ---- Callback: how an agent is called back ------------------------------------------------------------------ */

export type Called =
  /** `remark`: it was told, and answered that it makes nothing of it (`ignored`, 409). */
  | { type: "delivered"; remark?: string }
  /** `gone`: for good, another try is not wanted. */
  | { type: "failed"; reason: string; gone?: true }
  /** No verdict, come again (`after` ms): too many calls are under way, or the program is ending. */
  | { type: "busy"; after?: number };

export interface Callback {
  /** Why an agent must not be called there; null when it may. Asked at the raise, before any name is resolved. */
  fault(url: string): string | null;
  /** One attempt to tell the agent how its checkpoint ended. The receiver sees the same id and bytes each time. */
  call(checkpoint: Checkpoint): Promise<Called>;
  /** The delivery is on record, or the record erased: what was kept so that another attempt sends the same may go. */
  forget?(id: string): Promise<void>;
}
