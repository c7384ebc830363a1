/** What sealing and verifying cost, for each entry. Long runs take a hundred thousand. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { readSqlite } from "../../adapters/stores/sqlite/reader.ts";
import { signEntry } from "../../src/audit.ts";
import type { Change } from "../../src/ports.ts";
import { evidenceOf, verify } from "../../src/verify.ts";
import { raise, resolve } from "../contract/changes.ts";
import { checkpoint } from "../make.ts";
import { KEY, type Ledger, ledger, named, STORES } from "./ledger.ts";

const ENTRIES = process.env.HITL_TEST_LONG ? 100_000 : 4_000;
const AT_ONCE = 500;

/** With the codes that the desk would have given its entries. */
function signed(change: Change, data: Record<string, string>): Change {
  const writes = change.writes.map((write) => ({
    ...write,
    entries: write.entries.map(({ mac: _, content: __, ...entry }) => signEntry({ ...entry, data }, KEY)),
  }));
  return { ...change, writes };
}

async function fill({ opened: { store } }: Ledger, count: number): Promise<void> {
  const ids = named(count);
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    await Promise.all(
      ids.slice(from, from + AT_ONCE).map(async (id) => {
        await store.commit(signed(raise(id), { kind: "confirm", title: "Publish the async skill", policy: "default" }));
        const feedback = "Target experts, and name the people who are affected";
        await store.commit(signed(resolve(checkpoint({ id }), "bob", "revise"), { action: "revise", feedback }));
      }),
    );
  }
}

test(`${ENTRIES} entries are sealed and verified in seconds`, async () => {
  const place = STORES.find(({ name }) => name === "sqlite");
  if (place === undefined) throw new Error("there is no sqlite");
  const book = await ledger(place);
  await fill(book, ENTRIES / 2);

  let began = performance.now();
  await book.seal();
  const sealing = performance.now() - began;

  const reader = readSqlite(join(book.folder, "hitl.db"));
  began = performance.now();
  const report = await verify(await evidenceOf(reader, [{ name: "audit.head", line: book.line() }]), KEY);
  const verifying = performance.now() - began;
  await reader.close();
  await book.close();

  const each = (ms: number) => `${((ms * 1_000) / ENTRIES).toFixed(0)} µs an entry`;
  console.log(
    `${ENTRIES} entries: sealed in ${(sealing / 1_000).toFixed(2)} s (${each(sealing)}), ` +
      `verified in ${(verifying / 1_000).toFixed(2)} s (${each(verifying)})`,
  );
  expect(report).toMatchObject({ entries: ENTRIES, sealed: ENTRIES, found: 0, notes: [] });
  expect(book.faults).toEqual([]);
  // Measured 12 and 39 µs each on two shared cores, several times as much where they are busy.
  expect(sealing / ENTRIES).toBeLessThan(0.5);
  expect(verifying / ENTRIES).toBeLessThan(1);
}, 600_000);
