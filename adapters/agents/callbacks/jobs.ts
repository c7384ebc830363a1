/**
 * The jobs whose prompts are looked for, in the order in which they were named; on the shelf, so that any replica may
 * name one, and whichever watches goes on after a restart. Each has a number, which is taken once.
 */
import type { Shelf } from "../../../src/ports.ts";

export interface Jobs {
  /** Naming one twice is harmless. */
  name(job: string): Promise<void>;
  /** Those that are not over, with their numbers. For one who asks again and again: only what is new is read. */
  list(): Promise<Map<number, string>>;
  over(number: number): Promise<void>;
}

const OVER = "over";
const DAY_MS = 86_400_000;

export function makeJobs(shelf: Shelf, connection: string): Jobs {
  const at = (what: string) => `callbacks:${connection}:${what}`;
  const key = (number: number) => at(`job:${number}`);
  const [headKey, tailKey] = [at("head"), at("tail")];
  const numberOf = (job: string) => at(`is:${job}`);
  const entryOf = (job: string) => `job:${job}`;
  const open = new Map<number, string>();
  /** From where on nothing has been read; what lies before it and is not open is over. */
  let next: number | undefined;

  async function number(key: string): Promise<number> {
    return Number((await shelf.get(key)) ?? 0);
  }

  return {
    async name(job) {
      const known = await shelf.get(numberOf(job));
      if (known !== undefined && (await shelf.get(key(Number(known)))) === entryOf(job)) return;
      // The tail is a hint, and may lag behind; no number before the head is ever given again.
      let free = Math.max(await number(headKey), await number(tailKey));
      while (!(await shelf.add(key(free), entryOf(job)))) free += 1;
      await shelf.set(numberOf(job), String(free));
      await shelf.set(tailKey, String(free));
    },

    async list() {
      const head = await number(headKey);
      next = Math.max(next ?? head, head);
      for (; ; next += 1) {
        const entry = await shelf.get(key(next));
        if (entry === undefined) break;
        if (entry !== OVER) open.set(next, entry.slice(entryOf("").length));
      }
      const done = Math.min(next, ...open.keys());
      if (done > head) {
        await shelf.set(headKey, String(done));
        // Kept while another replica may still be naming a job from the former head.
        for (let each = head; each < done; each += 1) await shelf.set(key(each), OVER, DAY_MS);
      }
      return new Map(open);
    },

    async over(number) {
      const job = open.get(number);
      await shelf.set(key(number), OVER);
      if (job !== undefined && (await shelf.get(numberOf(job))) === String(number)) await shelf.take(numberOf(job));
      open.delete(number);
    },
  };
}
