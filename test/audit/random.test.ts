/** Five hundred tamperings of the files themselves, each found; and nothing found where there was none. */
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readSqlite } from "../../adapters/stores/sqlite/reader.ts";
import { anchorPath } from "../../src/anchor.ts";
import { evidenceOf, type Report, verify } from "../../src/verify.ts";
import { DRAW, type Files, tamper } from "./hands.ts";
import { KEY, ledger, named, STORES } from "./ledger.ts";

const RUNS = process.env.HITL_TEST_LONG ? 5_000 : 500;

async function examine({ db, head }: Files): Promise<Report> {
  const reader = readSqlite(db);
  const line = ((): string | undefined => {
    try {
      return readFileSync(head, "utf8").trim();
    } catch {
      return undefined;
    }
  })();
  try {
    return await verify(await evidenceOf(reader, [{ name: "audit.head", line }]), KEY);
  } finally {
    await reader.close();
  }
}

test(`of ${RUNS} random tamperings with the SQLite file and audit.head each is found`, async () => {
  const place = STORES.find(({ name }) => name === "sqlite");
  if (place === undefined) throw new Error("there is no sqlite");
  const book = await ledger(place);
  const files = { db: join(book.folder, "hitl.db"), head: anchorPath(book.folder) };
  const put = (name: string): Files => {
    mkdirSync(join(book.folder, name), { recursive: true });
    return { db: join(book.folder, name, "hitl.db"), head: join(book.folder, name, "audit.head") };
  };
  const copy = (from: Files, to: Files) => {
    copyFileSync(from.db, to.db);
    copyFileSync(from.head, to.head);
  };

  const [former, sound, hurt] = [put("former"), put("sound"), put("hurt")];
  for (const id of named(120)) await book.live(id);
  book.pass(1_000);
  for (const id of named(10)) expect(await book.office.desk.erase(id, Date.parse("2026-11-20T11:00:00Z"))).toBe(true);
  await book.seal();
  await book.opened.close();
  copy(files, former);
  const again = await book.reopen();
  for (const id of named(175).slice(120)) await again.live(id);
  await again.seal();
  await again.opened.close();
  copy(files, sound);

  const untouched = await examine(sound);
  expect(untouched).toMatchObject({ entries: 535, sealed: 535, erased: 30, found: 0, notes: [] });

  const counts: Record<string, number> = {};
  const missed: unknown[] = [];
  const seed = Date.now() % 2 ** 31;
  for (const draw of fc.sample(DRAW, { numRuns: RUNS, seed })) {
    copy(sound, hurt);
    tamper(draw, hurt, former);
    const { found } = await examine(hurt);
    counts[draw.kind] = (counts[draw.kind] ?? 0) + 1;
    if (found === 0) missed.push(draw);
  }
  console.log(`${RUNS} tamperings (seed ${seed}), ${RUNS - missed.length} found:`, counts);
  expect({ seed, missed }).toEqual({ seed, missed: [] });
  expect(Object.keys(counts).length).toBeGreaterThan(20);
  expect(await examine(sound)).toEqual(untouched);
  await book.close();
}, 600_000);
