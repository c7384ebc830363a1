/** The chain as it is walked: counted on entry by entry, and compared wherever a seal or a head says what it was. */
import { BLOCK, chain, GENESIS, type Link, readSeal } from "../seal.ts";
import { capital, type Findings, span } from "./findings.ts";
import type { Heads } from "./heads.ts";

export interface Walk {
  /** The next entry of the log; what was said about the chain up to here is settled before. */
  step(link: Link): Promise<void>;
  end(): Promise<void>;
  readonly last: number;
  /** The newest `seq` that a seal or a head vouches for. */
  readonly sealed: number;
}

export function makeWalk(
  seal: (number: number) => Promise<string | undefined>,
  key: Buffer,
  heads: Heads,
  findings: Findings,
): Walk {
  let hash = GENESIS;
  let last = 0;
  let vouched = 0;
  let nextSeal = 1;
  let nextHead = 0;

  async function settle(until: number): Promise<void> {
    for (;;) {
      const head = heads.genuine[nextHead];
      const boundary = nextSeal * BLOCK;
      if (Math.min(boundary, head?.seq ?? boundary) > until) return;
      if (head === undefined || boundary <= head.seq) {
        await checkSeal(nextSeal, await seal(nextSeal));
        nextSeal += 1;
      } else {
        heads.compare(head, hash, sealed() + 1);
        nextHead += 1;
      }
    }
  }

  async function checkSeal(number: number, text: string | undefined): Promise<void> {
    const to = number * BLOCK;
    const from = to - BLOCK + 1;
    const found = text === undefined ? undefined : readSeal(text, key);
    if (text === undefined) {
      if (to <= heads.claimed) findings.add("seal", from, `The seal of ${span(from, to)} is missing.`);
      return;
    }
    if (found?.number !== number) {
      findings.add("seal", from, `The seal of ${span(from, to)} was not written by this program with this secret.`);
      return;
    }
    if (found.hash !== hash)
      findings.add("altered", from, `Entries ${from} to ${to} are not those, or not in the order, that were sealed.`);
    // What follows was sealed upon this hash, and is judged by itself.
    hash = found.hash;
    vouched = to;
  }

  function sealed(): number {
    return Math.max(vouched, heads.held);
  }

  return {
    async step(link) {
      if (link.seq > last + 1) {
        const gone = capital(span(last + 1, link.seq - 1));
        findings.add("missing", last + 1, `${gone} ${link.seq === last + 2 ? "is" : "are"} missing.`);
      }
      if (link.seq <= last)
        findings.add("repeated", link.seq, `Entry ${link.seq} does not follow on entry ${last}: it was added.`);
      await settle(link.seq - 1);
      hash = chain(hash, [link]);
      last = Math.max(last, link.seq);
    },
    async end() {
      await settle(last);
      heads.end(last);
      // Somebody may have taken the heads away with the entries.
      if (heads.claimed > last || (await seal(nextSeal)) === undefined) return;
      const gone = span((nextSeal - 1) * BLOCK + 1, nextSeal * BLOCK);
      findings.add("truncated", last + 1, `The log ends with entry ${last}, but there is a seal of ${gone}.`);
    },
    get last() {
      return last;
    },
    get sealed() {
      return sealed();
    },
  };
}
