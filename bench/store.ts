/** What the stores do in a second, on this machine: `node bench/store.ts`. Prints, gates nothing. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openMemory } from "../adapters/stores/memory/index.ts";
import { openSqlite } from "../adapters/stores/sqlite/index.ts";
import type { Opened, Query } from "../src/ports.ts";
import { raise, resolve, show } from "../test/contract/changes.ts";

const SECONDS = 2;

/** Raises and resolves, half of each, `concurrency` at a time, for a while; commits per second. */
async function commits({ store }: Opened, name: string, concurrency: number): Promise<number> {
  const end = performance.now() + SECONDS * 1_000;
  let count = 0;
  await Promise.all(
    Array.from({ length: concurrency }, async (_, lane) => {
      for (let number = 0; performance.now() < end; number += 1) {
        const id = `chk_${name}_${lane}_${number}`;
        const raised = raise(id, { look: Date.now() + 3_600_000, outbox: [show(id)] });
        await store.commit(raised);
        const record = raised.writes[0]?.record;
        if (record) await store.commit(resolve(record, "bob", "proceed", { outbox: [show(id)] }));
        count += 2;
      }
    }),
  );
  return count / SECONDS;
}

/** Median time of a page of 50, in ms. */
async function page({ store }: Opened, query: Omit<Query, "limit">): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < 51; run += 1) {
    const began = performance.now();
    await store.list({ ...query, limit: 50 });
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[25] ?? 0;
}

async function measure(name: string, open: () => Opened): Promise<void> {
  for (const concurrency of [1, 32, 256]) {
    const opened = open();
    const rate = Math.round(await commits(opened, `c${concurrency}`, concurrency));
    console.log(`${name}: ${rate} commits/s at ${concurrency} at once`);
    await opened.close();
  }
  const opened = open();
  const ids = Array.from({ length: 10_000 }, (_, index) => `chk_pending_${index}`);
  await Promise.all(ids.map((id, index) => opened.store.commit(raise(id, { record: { created_at: index } }))));
  const all = await page(opened, { status: "pending" });
  const mine = await page(opened, { status: "pending", decide: ["person:bob", "group:sre", "slack:T1/U9"] });
  console.log(`${name}: page of 50 of 10,000 pending: ${all.toFixed(2)} ms, of one approver: ${mine.toFixed(2)} ms`);
  await opened.close();
}

const folder = mkdtempSync(join(tmpdir(), "hitl-bench-"));
let files = 0;
await measure("sqlite", () => openSqlite(join(folder, `${++files}.db`)));
await measure("memory", () => openMemory());
rmSync(folder, { recursive: true });
