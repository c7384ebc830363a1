import type { Caller, Origin } from "./access.ts";
import type { Act, Card, Refusal } from "./card.ts";
import type { Checkpoint, KindName, Status } from "./checkpoint.ts";
import type { Logged, Page } from "./ports.ts";
import type { RaiseRequest } from "./request.ts";

/** A refusal that shows the checkpoint as it stands, so that a loser is told who won. */
export type Denied = Refusal & { checkpoint?: Checkpoint };

export interface ListRequest {
  status?: Status;
  kind?: KindName;
  agent?: string;
  session?: string;
  /** A reference: what that person or group may decide. */
  approver?: string;
  overdue?: boolean;
  limit: number;
  cursor?: string;
}

export interface DeskPort {
  raise(
    caller: Caller,
    request: RaiseRequest,
    options: { key?: string; origin: Origin },
  ): Promise<{ type: "raised"; created: boolean; checkpoint: Checkpoint } | Denied>;
  act(
    caller: Caller,
    id: string,
    act: Act,
    options: { key?: string; origin: Origin; shown?: { shown: number; of: number } },
  ): Promise<{ type: "settled"; result: "resolved" | "recorded"; checkpoint: Checkpoint } | Denied>;
  comment(
    caller: Caller,
    id: string,
    text: string,
    origin: Origin,
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
}
