/**
 * The record in the file, read beside the program that writes it and without changing anything, for whoever does not
 * take that program's word: rows are handed on as they are, also those that it would never have written.
 */
import { DatabaseSync } from "node:sqlite";
import { StoreUnavailable } from "../../../src/ports.ts";
import type { Filed, Reader } from "../../../src/verify.ts";
import { guarded } from "./faults.ts";

const PAGE = 1_000;
/** Ms; reading waits for nobody in a write-ahead log, save while it is being recovered. */
const PATIENCE = 2_000;

export function readSqlite(path: string): Reader {
  const { db, page, value } = open(path);

  async function* log(): AsyncGenerator<Filed, void> {
    let last = Number.MIN_SAFE_INTEGER;
    for (;;) {
      const rows = guarded(() => page.all(last, PAGE));
      for (const { seq, id, entry } of rows) yield { seq: Number(seq), id: String(id), entry: parsed(String(entry)) };
      const next = Number(rows.at(-1)?.seq ?? last);
      if (rows.length < PAGE || next <= last) return;
      last = next;
    }
  }

  return {
    log,
    kept: async (key) => {
      const row = guarded(() => value.get(key));
      return row && String(row.value);
    },
    close: async () => db.close(),
  };
}

function open(path: string) {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly: true, timeout: PATIENCE });
    return {
      db,
      // As REAL: a number that no counter has reached is to be found, and is no error.
      page: db.prepare("SELECT CAST(seq AS REAL) AS seq, id, entry FROM log WHERE seq > ? ORDER BY log.seq LIMIT ?"),
      value: db.prepare("SELECT value FROM shelf WHERE key = ? AND expires IS NULL"),
    };
  } catch (error) {
    db?.close();
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreUnavailable(`The store ${path} cannot be read (${reason}). Check HITL_STORE and HITL_DATA.`, {
      cause: error,
    });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
