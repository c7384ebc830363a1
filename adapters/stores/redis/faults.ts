/** What Redis's errors mean to the core: it is out of reach, it is busy for a moment, or the program made a mistake. */
import { StoreUnavailable } from "../../../src/ports.ts";

/** Error replies after which nothing was written, and that pass by themselves. */
const PASSING = /\b(LOADING|BUSY|MASTERDOWN|TRYAGAIN|CLUSTERDOWN)\b/;

/** Error replies after which nothing was written, and that somebody has to do something about. */
const REFUSED: readonly [RegExp, string][] = [
  [/\bOOM\b/, "its memory is full"],
  [/\bREADONLY\b/, "it has become a replica, which may only be read"],
  [/\bMISCONF\b/, "it cannot write to its disk"],
  [/\bNOREPLICAS\b/, "too few of its replicas are there"],
  [/\b(NOAUTH|WRONGPASS|NOPERM)\b/, "it does not let this user in"],
  [/\b(MOVED|ASK|CROSSSLOT)\b/, "it is a cluster, which this version cannot use"],
  [/\bWRONGTYPE\b/, "one of its keys holds something that this program never wrote"],
];

export type Fault =
  /** It said no, and nothing happened. */
  | { type: "passing" | "refused"; reason: string }
  /** No word came back: it may have happened or not. */
  | { type: "lost"; reason: string }
  | { type: "mistake" };

/** Redis begins its errors with a word in capitals; those of the connection begin like any sentence. */
export function isReply(error: unknown): error is Error {
  return error instanceof Error && /^[A-Z]{3,}\b/.test(error.message);
}

export function faultOf(error: unknown): Fault {
  if (!isReply(error)) return { type: "lost", reason: "the connection broke" };
  if (PASSING.test(error.message)) return { type: "passing", reason: "it is starting or busy" };
  const [, reason] = REFUSED.find(([words]) => words.test(error.message)) ?? [];
  return reason === undefined ? { type: "mistake" } : { type: "refused", reason };
}

export function closed(): StoreUnavailable {
  return new StoreUnavailable("The store is closed: nothing was recorded.");
}
