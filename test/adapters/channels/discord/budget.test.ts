import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Bucket,
  countInvalids,
  IDENTIFIES,
  spend,
  spendIdentify,
} from "../../../../adapters/channels/discord/budget.ts";
import { openMemory } from "../../../../adapters/stores/memory/index.ts";

const DAY = 86_400_000;

test("never lets more than 200 identifies through in any 24 hours, whatever asks when", () => {
  const pauses = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 600_000 }), fc.integer({ max: 0 })), {
    minLength: 300,
    maxLength: 900,
  });
  fc.assert(
    fc.property(pauses, (gaps) => {
      const taken: number[] = [];
      let now = 1_790_000_000_000;
      let latest = now;
      let bucket: Bucket | undefined;
      for (const gap of gaps) {
        // A clock may go back a little, too.
        now += Math.max(gap, -60_000);
        latest = Math.max(latest, now);
        const asked = spend(IDENTIFIES, bucket, now);
        bucket = asked.bucket;
        if (asked.wait === 0) taken.push(latest);
      }
      for (const [index, at] of taken.entries()) {
        const within = taken.slice(index).filter((each) => each - at < DAY).length;
        expect(within).toBeLessThanOrEqual(200);
      }
    }),
    { numRuns: 60 },
  );
});

test("lets 80 identifies through at once, then one in twelve minutes", () => {
  let bucket: Bucket | undefined;
  let now = 0;
  const waits: number[] = [];
  for (let count = 0; count < 83; count += 1) {
    const asked = spend(IDENTIFIES, bucket, now);
    bucket = asked.bucket;
    waits.push(asked.wait);
    if (asked.wait > 0) now += asked.wait;
  }
  expect(waits.slice(0, 80).every((wait) => wait === 0)).toBe(true);
  expect(waits.slice(80)).toEqual([720_000, 0, 720_000]);
});

test("waits exactly as long as it says", () => {
  const empty: Bucket = { tokens: 0.25, at: 1_000 };
  const { wait } = spend(IDENTIFIES, empty, 1_000);
  expect(spend(IDENTIFIES, empty, 1_000 + wait - 1).wait).toBeGreaterThan(0);
  expect(spend(IDENTIFIES, empty, 1_000 + wait).wait).toBe(0);
});

test("shares the budget between replicas and over restarts", async () => {
  const { shelf } = openMemory();
  const asked = [];
  for (let count = 0; count < 81; count += 1) asked.push(await spendIdentify(shelf, "identifies", 5_000));
  expect(asked.filter((wait) => wait === 0)).toHaveLength(80);
  expect(asked[80]).toBe(720_000);
  expect(await spendIdentify(shelf, "identifies", 5_000 + 720_000)).toBe(0);
});

test("stops sending long before Discord would shut the address out, and goes on ten minutes later", () => {
  let now = 0;
  const invalids = countInvalids(() => now);
  for (let count = 0; count < 1_999; count += 1) invalids.count();
  expect(invalids.wait()).toBe(0);
  now = 60_000;
  invalids.count();
  expect(invalids.wait()).toBe(540_000);
  now = 600_001;
  expect(invalids.wait()).toBe(0);
});
