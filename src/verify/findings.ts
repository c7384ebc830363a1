/** What can be wrong with the record, each with a sentence for whoever has to act on it. */

export type What =
  /** An entry is not the one that was written. */
  | "edited"
  /** The store files an entry under another checkpoint than its own. */
  | "misfiled"
  | "missing"
  /** An entry comes twice, or after a later one of its checkpoint. */
  | "repeated"
  /** Data is gone that no retention has erased. */
  | "erased"
  /** The entries of a stretch are not those that were sealed, or not in that order. */
  | "altered"
  /** A seal is missing, or was not made with this secret. */
  | "seal"
  /** The end of the log is missing. */
  | "truncated"
  /** An older copy of the store was put back. */
  | "rolled_back"
  /** The store's own head of the chain is missing or was not made with this secret. */
  | "head"
  /** A head that is kept outside is missing, was not made with this secret, or belongs to another log. */
  | "anchor";

export interface Finding {
  what: What;
  /** The entry, or the first of those that it is about; null: none in particular. */
  seq: number | null;
  text: string;
}

/** A wrong secret makes as many findings as there are entries. */
const KEPT = 1_000;

export interface Findings {
  add(what: What, seq: number | null, text: string): void;
  readonly list: Finding[];
  readonly found: number;
}

export function makeFindings(): Findings {
  const list: Finding[] = [];
  let found = 0;
  return {
    add(what, seq, text) {
      found += 1;
      if (list.length < KEPT) list.push({ what, seq, text });
    },
    list,
    get found() {
      return found;
    },
  };
}

/** `entry 7`, `entries 7 to 9` */
export function span(from: number, to: number): string {
  return from === to ? `entry ${from}` : `entries ${from} to ${to}`;
}

export function many(count: number, one: string, several: string): string {
  return `${count} ${count === 1 ? one : several}`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
