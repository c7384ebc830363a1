/** Reading the record beside the program that writes it, and after it was killed, without changing a byte. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { openSqlite } from "../../../adapters/stores/sqlite/index.ts";
import { readSqlite } from "../../../adapters/stores/sqlite/reader.ts";
import { StoreUnavailable } from "../../../src/ports.ts";
import type { Filed } from "../../../src/verify.ts";
import { raise } from "../../contract/changes.ts";
import { collect } from "../../contract/open.ts";
import { temporaryFiles } from "./files.ts";

const newFile = temporaryFiles();
const id = (number: number) => `chk_${String(number).padStart(10, "0")}`;

async function all(path: string): Promise<Filed[]> {
  const reader = readSqlite(path);
  const items: Filed[] = [];
  for await (const filed of reader.log()) items.push(filed);
  await reader.close();
  return items;
}

test("reads what the store holds, page by page, while it is written on", async () => {
  const path = newFile();
  const { store, shelf, close } = openSqlite(path);
  await Promise.all(Array.from({ length: 2_001 }, (_, index) => store.commit(raise(id(index)))));
  await shelf.set("seal:head", "kept");
  await shelf.set("seal:lease", "mine", 60_000);
  const reader = readSqlite(path);
  const items: Filed[] = [];
  for await (const filed of reader.log()) {
    items.push(filed);
    if (items.length === 1) await store.commit(raise(id(9_999)));
  }
  const stored = await collect(store.log({ after: 0 }));
  expect(items).toEqual(stored.map(({ seq, entry }) => ({ seq, id: entry.id, entry })));
  expect(items).toHaveLength(2_002);
  expect(await reader.kept("seal:head")).toBe("kept");
  // What passes by itself was never sealed for good.
  expect([await reader.kept("seal:lease"), await reader.kept("seal:1")]).toEqual([undefined, undefined]);
  await reader.close();
  await close();
});

test("reads what a killed program had acknowledged, from its write-ahead log", async () => {
  const path = newFile();
  const { store, close } = openSqlite(path);
  for (let number = 1; number <= 5; number += 1) await store.commit(raise(id(number)));
  const left = newFile();
  for (const end of ["", "-wal"]) copyFileSync(path + end, left + end);
  await close();
  expect((await all(left)).map(({ id: each }) => each)).toEqual([1, 2, 3, 4, 5].map(id));
});

test("changes nothing", async () => {
  const path = newFile();
  const { store, close } = openSqlite(path);
  await store.commit(raise(id(1)));
  await close();
  const before = readFileSync(path);
  expect(await all(path)).toHaveLength(1);
  expect(readFileSync(path).equals(before)).toBe(true);
});

test("hands on what the store would never have written, for others to judge", async () => {
  const path = newFile();
  const { store, close } = openSqlite(path);
  await store.commit(raise(id(1)));
  await close();
  const db = new DatabaseSync(path);
  const insert = db.prepare("INSERT INTO log (seq, id, entry) VALUES (?, ?, ?)");
  insert.run(-3, "below", "{}");
  insert.run(7, "torn", '{"id":');
  insert.run(2n ** 62n, "beyond", "[]");
  db.close();
  const items = await all(path);
  expect(items.map(({ seq, id: each, entry }) => [seq, each, typeof entry])).toEqual([
    [-3, "below", "object"],
    [1, id(1), "object"],
    [7, "torn", "undefined"],
    [2 ** 62, "beyond", "object"],
  ]);
});

describe("what cannot be read is told with what to look at", () => {
  test.each(["missing", "folder", "empty", "text"])("%s", (what) => {
    const path = newFile();
    if (what === "folder") mkdirSync(path);
    if (what === "empty") writeFileSync(path, "");
    if (what === "text") writeFileSync(path, "this is not a database. ".repeat(100));
    const read = () => readSqlite(path);
    expect(read).toThrow(StoreUnavailable);
    expect(read).toThrow(/^The store .* cannot be read \(.+\)\. Check HITL_STORE and HITL_DATA\.$/);
    if (what === "missing") expect(existsSync(join(path))).toBe(false);
  });
});
