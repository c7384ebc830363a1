/**
 * One connection to the file: write-ahead log, every commit on the disk before it is answered, statements prepared
 * once. Several processes may have the same file open. Nothing here or around it spans turns of the event loop, so
 * a transaction is never open while somebody else's code runs.
 */
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { StoreUnavailable } from "../../../src/ports.ts";
import { isBusy } from "./faults.ts";
import { migrate } from "./schema.ts";

export interface Database {
  sql(text: string): StatementSync;
  /** False also when SQLite gave a transaction up by itself (disk full, I/O error). */
  inTransaction(): boolean;
  close(): void;
}

/**
 * How long SQLite waits for another process's lock in one go, in ms. It blocks this process while it waits, so the
 * 0.8 s that a store call may take is spent in slices; writer.ts counts them.
 */
export const SLICE = 100;
const OPEN_ATTEMPTS = 40;
const OPEN_PAUSE = 25;

export function openDatabase(path: string): Database {
  const db = connect(path);
  const prepared = new Map<string, StatementSync>();
  return {
    sql(text) {
      const known = prepared.get(text);
      if (known !== undefined) return known;
      const statement = db.prepare(text);
      prepared.set(text, statement);
      return statement;
    },
    inTransaction: () => db.isOpen && db.isTransaction,
    close() {
      prepared.clear();
      if (db.isOpen) db.close();
    },
  };
}

/** The newest `seq` of the log; 0 while it is empty. */
export function headOf(db: Database): number {
  return Number(db.sql("SELECT coalesce(max(seq), 0) AS seq FROM log").get()?.seq);
}

function connect(path: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // Made here and not by SQLite, for its mode; the files beside it (-wal, -shm) inherit that.
    closeSync(openSync(path, "a", 0o600));
    db = new DatabaseSync(path, { timeout: SLICE, enableForeignKeyConstraints: false });
    prepare(db, path);
    return db;
  } catch (error) {
    db?.close();
    if (error instanceof Error && !("code" in error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreUnavailable(
      `The store ${path} cannot be opened (${reason}). Check HITL_STORE, and that this user may write there.`,
      { cause: error },
    );
  }
}

/** Turning a new file to the write-ahead log fails at once, without waiting, when several processes do it together. */
function prepare(db: DatabaseSync, path: string): void {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const mode = db.prepare("PRAGMA journal_mode = WAL").get()?.journal_mode;
      if (mode !== "wal")
        throw new Error(`${path} lies where SQLite cannot share it (${mode}); point HITL_STORE at a local disk.`);
      db.exec("PRAGMA synchronous = FULL");
      // What retention erases, and what records held before, is not to be found in the file's free space.
      db.exec("PRAGMA secure_delete = ON");
      migrate(db, path);
      return;
    } catch (error) {
      if (!isBusy(error) || attempt === OPEN_ATTEMPTS) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, OPEN_PAUSE);
    }
  }
}
