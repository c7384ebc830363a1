/** What a contract suite needs to know of an implementation beside its port. */
import { afterEach } from "vitest";
import type { Logged, Opened } from "../../src/ports.ts";

export interface Options {
  /** Lets `ms` pass on the store's clock; by waiting where the clock is the store's own. */
  advance(ms: number): void | Promise<void>;
  /** Two handles on the same empty data, as two processes would hold them; absent: the store has no such thing. */
  openTwice?(): Promise<[Opened, Opened]> | [Opened, Opened];
}

export type Stores = ReturnType<typeof opener>;
export type Open = () => Promise<Opened> | Opened;

/** Hands out stores on empty data and closes them after each test. */
export function opener(open: Open, { openTwice }: Options) {
  const opened: Opened[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((each) => each.close()));
  });
  return {
    fresh: async () => {
      const one = await open();
      opened.push(one);
      return one;
    },
    pair:
      openTwice &&
      (async () => {
        const both = await openTwice();
        opened.push(...both);
        return both;
      }),
  };
}

export async function collect(log: AsyncIterable<Logged>, count = Number.POSITIVE_INFINITY): Promise<Logged[]> {
  const items: Logged[] = [];
  for await (const logged of log) {
    items.push(logged);
    if (items.length === count) break;
  }
  return items;
}
