/**
 * What the entries of one checkpoint say together: it begins with the raise, its revisions only grow, nothing happens
 * twice, and data is gone only where the record itself says that it was erased. Catches genuine entries that were
 * copied, moved or emptied, also where nothing is sealed yet.
 */
import { isErased } from "../audit.ts";
import { ENTRY_TYPES, type Entry } from "../ports.ts";
import type { Findings } from "./findings.ts";

/** Room for one bit for each type of entry below the revision, in one number a checkpoint. */
const TYPES = 2 ** 16;

export interface Story {
  take(seq: number, entry: Entry): void;
  /** An entry that cannot be trusted is told about by itself; what follows it needs no second beginning. */
  excuse(id: string): void;
  end(): void;
  /** Entries whose data was erased as it should be. */
  readonly erased: number;
}

export function makeStory(findings: Findings): Story {
  const known = new Map<string, number>();
  const emptied = new Map<string, number[]>();
  let erased = 0;

  function inOrder(seq: number, { id, type, revision }: Entry): void {
    const bit = 2 ** ENTRY_TYPES.findIndex((each) => type === `checkpoint.${each}`);
    const before = known.get(id);
    const [last, seen] = before === undefined ? [0, 0] : [Math.floor(before / TYPES), before % TYPES];
    if (before === undefined && type !== "checkpoint.raised")
      findings.add("missing", seq, `Entry ${seq} goes on with ${id}, whose beginning is not in the log.`);
    if (revision < last || (revision === last && Math.floor(seen / bit) % 2 === 1)) {
      const text = `Entry ${seq} (${type} of ${id}) comes twice, or after a later one: it was copied or moved.`;
      findings.add("repeated", seq, text);
    } else known.set(id, revision * TYPES + (revision === last ? seen : 0) + bit);
  }

  return {
    take(seq, entry) {
      inOrder(seq, entry);
      const { id } = entry;
      if (isErased(entry)) emptied.set(id, [...(emptied.get(id) ?? []), seq]);
      else if (entry.type === "checkpoint.erased") {
        erased += emptied.get(id)?.length ?? 0;
        emptied.delete(id);
      }
    },
    excuse(id) {
      if (!known.has(id)) known.set(id, 0);
    },
    end() {
      for (const [id, seqs] of emptied) {
        for (const seq of seqs)
          findings.add("erased", seq, `Entry ${seq}: its data is gone, although ${id} was never erased.`);
      }
    },
    get erased() {
      return erased;
    },
  };
}
