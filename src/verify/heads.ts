/** The heads of the chain: the store's own, and those that are kept outside of it, each held against the log. */
import { type Head, readHead } from "../seal.ts";
import { iso } from "../time.ts";
import { capital, type Findings, many, span } from "./findings.ts";

export interface Kept {
  /** How it is called in a sentence: `audit.head`. */
  name: string;
  line: string | undefined;
}

/** Heads that say the same are one. */
interface Said extends Head {
  names: string[];
  inStore: boolean;
}

export interface Heads {
  /** In order, those that this secret has made. */
  readonly genuine: readonly Said[];
  /** As far as any of them says that the log was sealed. */
  readonly claimed: number;
  /** The newest one that holds. */
  readonly held: number;
  /** `from`: the first entry that nothing else vouches for. */
  compare(said: Said, hash: string, from: number): void;
  /** Those beyond the end of the log. */
  end(last: number): void;
  notes(): string[];
}

const STORE = "the store's head";

export function readHeads(
  inStore: string | undefined,
  anchors: readonly Kept[],
  key: Buffer,
  findings: Findings,
): Heads {
  const genuine: Said[] = [];
  for (const { name, line } of [{ name: STORE, line: inStore }, ...anchors]) {
    if (line === undefined) continue;
    const head = readHead(line, key);
    if (head === undefined) {
      const text = `${subject(name)} was not written by this program with this secret.`;
      findings.add(name === STORE ? "head" : "anchor", null, text);
      continue;
    }
    const same = genuine.find(({ seq, hash }) => seq === head.seq && hash === head.hash);
    if (same === undefined) genuine.push({ ...head, names: [name], inStore: name === STORE });
    else same.names.push(name);
  }
  genuine.sort((a, b) => a.seq - b.seq);
  const claimed = Math.max(0, ...genuine.map(({ seq }) => seq));
  missing(inStore, anchors, claimed, findings);
  const held: Said[] = [];

  return {
    genuine,
    claimed,
    get held() {
      return held.at(-1)?.seq ?? 0;
    },
    compare(said, hash, from) {
      if (said.hash === hash) {
        held.push(said);
        return;
      }
      const names = subject(said.names.join(" and "));
      const text = said.inStore
        ? `${capital(span(Math.min(from, said.seq), said.seq))} are not those, or not in the order, that were sealed at ${iso(said.at)}.`
        : `${names} of ${iso(said.at)} does not fit ${span(1, said.seq)}: they were altered, an older copy of the store was put back and written on, or it belongs to another log.`;
      findings.add(said.inStore ? "altered" : "anchor", Math.min(from, said.seq), text);
    },
    end(last) {
      const own = held.find((each) => each.inStore);
      for (const { seq, at, names, inStore: isOwn } of genuine.filter((each) => each.seq > last)) {
        const reach = `${names.join(" and ")} of ${iso(at)} ${names.length === 1 ? "reaches" : "reach"} to entry ${seq}`;
        if (isOwn || own === undefined)
          findings.add("truncated", last + 1, `The log ends with entry ${last}, but ${reach}: its end was cut off.`);
        else {
          const sealed = `The store ends with entry ${last} and was last sealed at ${iso(own.at)}`;
          findings.add("rolled_back", last + 1, `${sealed}, but ${reach}: an older copy of it was put back.`);
        }
      }
    },
    notes() {
      const own = genuine.find((each) => each.inStore);
      return held.flatMap(({ seq, at, names, inStore: isOwn }) =>
        !isOwn && own !== undefined && seq < own.seq
          ? [
              `${subject(names.join(" and "))} is of ${iso(at)} and covers ${seq} of the ${own.seq} entries that the store's head covers.`,
            ]
          : [],
      );
    },
  };
}

function missing(inStore: string | undefined, anchors: readonly Kept[], claimed: number, findings: Findings): void {
  if (claimed === 0) return;
  if (inStore === undefined)
    findings.add(
      "head",
      null,
      `The store's head is missing, although ${many(claimed, "entry was", "entries were")} sealed.`,
    );
  for (const { name, line } of anchors) {
    // Taken away or never written: nobody can tell, and only the first of them is what a head is kept against.
    if (line === undefined)
      findings.add(
        "anchor",
        null,
        `${subject(name)} is missing, and without it nothing shows whether the end of the log was cut off. If this replica has not sealed yet, ask again in a minute, or name the head of another one with --head.`,
      );
  }
}

/** The name of a file stays as it is. */
function subject(names: string): string {
  return names.startsWith("the ") ? capital(names) : names;
}
