/**
 * From a token, a session or an account on a platform to a caller: who may raise, who may see, who may act.
 * Identity comes from what was verified here, never from a request's body.
 */
import type { By, Ref, Surface } from "./checkpoint.ts";

/** A person at the moment of acting, with all that names them now. */
export interface Actor {
  /** Id from the settings, `admin`, or the account itself (`slack:T1/U9`) when `people` does not know it. */
  person: string;
  /** Every reference this person meets: `person:alice`, linked accounts, `group:…`, `anyone`, `admin`. */
  refs: ReadonlySet<Ref>;
  /** Linked in the settings; an unknown account does not vote in a quorum unless it is named itself. */
  known: boolean;
  by: Extract<By, { kind: "person" }>;
}

export type Caller =
  | { role: "agent"; name: string; agents: readonly string[] | "any"; person: string | null }
  | { role: "approver"; name: string; actor: Actor }
  | { role: "admin"; name: string; actor: Actor };

/** Where a request came from; goes into the audit. */
export interface Origin {
  surface: Surface;
  /** Remote address of API and web requests. */
  address?: string;
}
