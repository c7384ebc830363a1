import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { Feed } from "../src/feed.ts";
import type { Logged, LogQuery, Store } from "../src/ports.ts";

test("a log that loses its end while that is looked for is read from where it ends then", async () => {
  const macs = ["old1", "old2", "old3"];
  let isFound = false;
  const entryAt = (seq: number) =>
    ({ seq, entry: { id: "a", type: "checkpoint.commented", mac: macs[seq - 1] } }) as unknown as Logged;
  const store: Pick<Store, "log"> = {
    async *log({ after, follow }: LogQuery, signal?: AbortSignal) {
      // Its end was found, and is lost before the entry there is looked at.
      if (after === 2 && !isFound) {
        isFound = true;
        macs.length = 1;
      }
      for (let last = Number(after); !signal?.aborted; ) {
        if (last < macs.length) {
          last += 1;
          yield entryAt(last);
        } else if (follow) await pause(5);
        else return;
      }
    },
  };
  const heard: string[] = [];
  const feed = new Feed(store as Store, () => {});
  feed.onEntry(({ entry }) => heard.push(entry.mac));
  feed.start();
  await feed.ready();
  expect(feed.head).toBe(1);
  macs.push("new2");
  await expect.poll(() => heard, { timeout: 10_000 }).toEqual(["new2"]);
  await feed.stop();
});
