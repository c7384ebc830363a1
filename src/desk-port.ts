/** What the desk does for everybody who comes to it, and how it says no. */
import type { Caller, Origin } from "./access.ts";
import type { Act, Card, Form, Refusal } from "./card.ts";
import type { Checkpoint, KindName, Ref, Status } from "./checkpoint.ts";
import type { Entry } from "./decide/raise.ts";
import type { Logged, Page } from "./ports.ts";
import type { Stretch } from "./record.ts";
import type { RaiseRequest } from "./request.ts";
import type { Followed, FollowRequest } from "./stream.ts";
import type { Tally } from "./tally.ts";

/** A refusal that shows the checkpoint as it stands, so that a loser is told who won, and asks for what is missing. */
export type Denied = Refusal & { checkpoint?: Checkpoint; form?: Form };

export interface ListRequest {
  status?: Status;
  kind?: KindName;
  agent?: string;
  session?: string;
  /** A reference: what that person or group may decide. */
  approver?: Ref;
  overdue?: boolean;
  /** Only what is no longer pending. */
  ended?: boolean;
  limit: number;
  cursor?: string;
}

export interface ActOptions {
  /** The caller's Idempotency-Key: the same act again gets its first answer. */
  key?: string;
  origin: Origin;
  shown?: { shown: number; of: number };
}

export interface RaiseOptions {
  key?: string;
  origin: Origin;
  /** The door that it came in by. */
  entry?: Entry;
}

export interface DeskPort {
  raise(
    caller: Caller,
    request: RaiseRequest,
    options: RaiseOptions,
  ): Promise<{ type: "raised"; created: boolean; checkpoint: Checkpoint } | Denied>;
  act(
    caller: Caller,
    id: string,
    act: Act,
    options: ActOptions,
  ): Promise<{ type: "settled"; result: "resolved" | "recorded"; checkpoint: Checkpoint } | Denied>;
  /** The same `key` again is the same comment. */
  comment(
    caller: Caller,
    id: string,
    text: string,
    origin: Origin,
    key?: string,
  ): Promise<{ type: "commented"; checkpoint: Checkpoint } | Denied>;
  withdraw(
    caller: Caller,
    id: string,
    reason: string,
    origin: Origin,
  ): Promise<{ type: "withdrawn"; checkpoint: Checkpoint } | Denied>;
  /** A checkpoint that the caller may not see answers exactly as one that does not exist. */
  read(caller: Caller, id: string): Promise<Checkpoint | Denied>;
  /** As `read`, but answers only once it has ended or `ms` have passed or `signal` aborts. */
  wait(caller: Caller, id: string, ms: number, signal?: AbortSignal): Promise<Checkpoint | Denied>;
  card(caller: Caller, id: string): Promise<Card | Denied>;
  list(caller: Caller, request: ListRequest): Promise<(Page & { type: "page" }) | Denied>;
  timeline(caller: Caller, id: string): Promise<{ type: "timeline"; items: Logged[] } | Denied>;
  /** Everything that happens to what the caller may see, as it happens, until `signal` aborts. */
  follow(caller: Caller, request: FollowRequest, signal: AbortSignal): Promise<Followed | Denied>;
  /** Figures of what the caller may see, of what was raised since; `tally.ts`. */
  stats: Tally["stats"];
  /** For the admin: calls to agents that wait, and dead letters. */
  deliveries(
    caller: Caller,
    state: "waiting" | "dead",
    limit: number,
    cursor?: string,
  ): Promise<(Page & { type: "page" }) | Denied>;
  /** A dead letter gets all its attempts again, beginning now; a call that waits is tried now. */
  redeliver(caller: Caller, id: string): Promise<{ type: "queued"; checkpoint: Checkpoint } | Denied>;
  /** For the admin: the log of a stretch of time, oldest first. Throws while it is read when the store fails. */
  audit(
    caller: Caller,
    stretch: Stretch,
    signal: AbortSignal,
  ): { type: "record"; entries: AsyncIterable<Logged> } | Denied;
}
