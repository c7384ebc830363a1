/**
 * Everything a memory store holds. Values are kept as JSON text, as every other store keeps them: nobody outside
 * shares an object with the store, and what JSON cannot carry is refused here too.
 */
import type { Checkpoint } from "../../../src/checkpoint.ts";
import type { Operation, Sight, Work } from "../../../src/ports.ts";

export interface State {
  records: Map<string, Kept>;
  operations: Map<string, Operation>;
  /** The entry with `seq` n is at n - 1. */
  log: { id: string; entry: string }[];
  work: Map<string, Held>;
  /** The newest fence given out. */
  fence: number;
}

export interface Kept {
  /** What is handed out is parsed from this, anew each time. */
  text: string;
  /** The same, to look things up in; never handed out. */
  own: Checkpoint;
  sight: Sight;
}

/** Work with its task as text; fence 0: nobody holds it. */
export interface Held extends Omit<Work, "task"> {
  task: string;
}

export function emptyState(): State {
  return { records: new Map(), operations: new Map(), log: [], work: new Map(), fence: 0 };
}
