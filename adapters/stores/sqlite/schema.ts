/**
 * The tables, and how they grow: `PRAGMA user_version` counts the steps that a file has taken.
 * A step that was released is never changed; the next one goes below it.
 */
import type { DatabaseSync } from "node:sqlite";

/** Times are REAL, because a duration may be a fraction of a millisecond and a strict INTEGER would refuse it. */
const STEPS = [
  `
  CREATE TABLE records (
    id TEXT PRIMARY KEY, revision INTEGER NOT NULL, status TEXT NOT NULL, kind TEXT NOT NULL, agent TEXT NOT NULL,
    session TEXT, created_at REAL NOT NULL, due_at REAL, sight TEXT NOT NULL, record TEXT NOT NULL
  ) STRICT;
  CREATE INDEX records_newest ON records (created_at, id);
  CREATE INDEX records_pending ON records (created_at, id, due_at) WHERE status = 'pending';
  CREATE INDEX records_agent ON records (agent, created_at, id);
  CREATE INDEX records_session ON records (session, created_at, id) WHERE session IS NOT NULL;

  -- Who may find a record, in the order of lists, so that a page costs the same however many there are.
  CREATE TABLE sight (
    ref TEXT NOT NULL, created_at REAL NOT NULL, id TEXT NOT NULL, open INTEGER NOT NULL, decides INTEGER NOT NULL,
    PRIMARY KEY (ref, created_at, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sight_open ON sight (ref, created_at, id, decides) WHERE open = 1;

  -- 'kept_with' names the record that an operation is kept as long as.
  CREATE TABLE operations (
    id TEXT PRIMARY KEY, hash TEXT NOT NULL, answer TEXT NOT NULL, kept_with TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- AUTOINCREMENT: a number is never given twice; it is rolled back with its transaction, so there are no gaps.
  CREATE TABLE log (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, entry TEXT NOT NULL) STRICT;
  CREATE INDEX log_record ON log (id);

  CREATE TABLE work (
    key TEXT PRIMARY KEY, due REAL NOT NULL, attempt INTEGER NOT NULL, fence INTEGER NOT NULL, task TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX work_due ON work (due);
  CREATE TABLE fence (last INTEGER NOT NULL) STRICT;
  INSERT INTO fence VALUES (0);

  CREATE TABLE shelf (key TEXT PRIMARY KEY, value TEXT NOT NULL, expires REAL) STRICT, WITHOUT ROWID;
  CREATE INDEX shelf_expires ON shelf (expires) WHERE expires IS NOT NULL;
  `,
  `
  ALTER TABLE records ADD COLUMN ended_at REAL;
  ALTER TABLE records ADD COLUMN delivery TEXT;
  ALTER TABLE records ADD COLUMN endpoint TEXT;
  UPDATE records SET ended_at = record ->> '$.ended_at', delivery = record ->> '$.callback.state',
    endpoint = record ->> '$.callback.endpoint';
  CREATE INDEX records_ended ON records (created_at, id, ended_at) WHERE ended_at IS NOT NULL;
  CREATE INDEX records_delivery ON records (delivery, created_at, id) WHERE delivery IS NOT NULL;
  CREATE INDEX records_endpoint ON records (endpoint, delivery, created_at, id) WHERE endpoint IS NOT NULL;

  -- Set where an operation is forgotten before its record.
  ALTER TABLE operations ADD COLUMN expires REAL;
  CREATE INDEX operations_expires ON operations (expires) WHERE expires IS NOT NULL;
  `,
];

export function migrate(db: DatabaseSync, path: string): void {
  if (versionOf(db, path) === STEPS.length) return;
  db.exec("BEGIN IMMEDIATE");
  try {
    // Read again under the lock: another process may have taken the steps meanwhile.
    for (const step of STEPS.slice(versionOf(db, path))) db.exec(step);
    db.exec(`PRAGMA user_version = ${STEPS.length}`);
    db.exec("COMMIT");
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

function versionOf(db: DatabaseSync, path: string): number {
  const version = Number(db.prepare("PRAGMA user_version").get()?.user_version);
  if (version > STEPS.length)
    throw new Error(
      `${path} was written by a newer hitl-bot (schema ${version}; this one knows ${STEPS.length}). ` +
        "Start that version again, or point HITL_STORE at another file.",
    );
  return version;
}
