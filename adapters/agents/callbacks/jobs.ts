/**
 * The jobs whose prompts are looked for, in the order in which they were named; on the shelf, so that any replica may
 * name one, and whichever watches goes on after a restart. Each has a number, which is taken once.
 */
import type { Shelf } from "../../../src/ports.ts";

export interface Jobs {
  /** Naming one twice is harmless. */
  name(job: string): Promise<void>;
  /** Those that are not over, with their numbers. */
  list(): Promise<Map<number, string>>;
  over(number: number): Promise<void>;
}

const OVER = "over";
const DAY_MS = 86_400_000;

export function makeJobs(shelf: Shelf, connection: string): Jobs {
  const key = (number: number) => `callbacks:${connection}:job:${number}`;
  const headKey = `callbacks:${connection}:head`;
  const entryOf = (job: string) => `job:${job}`;

  async function head(): Promise<number> {
    return Number((await shelf.get(headKey)) ?? 0);
  }

  return {
    async name(job) {
      const listed = await this.list();
      if ([...listed.values()].includes(job)) return;
      let number = Math.max((await head()) - 1, ...listed.keys(), -1) + 1;
      while (!(await shelf.add(key(number), entryOf(job)))) number += 1;
    },

    async list() {
      const found = new Map<number, string>();
      const first = await head();
      let done = first;
      for (let number = first; ; number += 1) {
        const entry = await shelf.get(key(number));
        if (entry === undefined) break;
        if (entry !== OVER) found.set(number, entry.slice(entryOf("").length));
        else if (number === done) done += 1;
      }
      if (done > first) {
        await shelf.set(headKey, String(done));
        // Kept while another replica may still be naming a job from the former head.
        for (let number = first; number < done; number += 1) await shelf.set(key(number), OVER, DAY_MS);
      }
      return found;
    },

    async over(number) {
      await shelf.set(key(number), OVER);
    },
  };
}
