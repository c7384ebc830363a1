/**
 * Group commit: everything that is written in one turn of the event loop shares one transaction, and so one flush to
 * the disk. Each piece has its own savepoint, so that one that fails takes nothing of its neighbours along. Promises
 * settle only after COMMIT.
 */
import { setImmediate as turn } from "node:timers/promises";
import { type Database, SLICE } from "./database.ts";
import { faultOf, isBusy } from "./faults.ts";

export interface Writer {
  write<T>(job: () => T): Promise<T>;
  /** Resolves when everything asked for so far is settled. */
  idle(): Promise<void>;
}

interface Job {
  /** Runs inside the transaction; what it returns is called after COMMIT. */
  attempt(): () => void;
  reject(reason: unknown): void;
}

/** Bounds how long one transaction keeps other processes waiting: about 30 ms. */
const BATCH = 256;
/** A store call may take 0.8 s and is repeated once, and all of it must fit the 2 s of a commit. */
const ATTEMPTS = (2 * 800) / SLICE;

export function createWriter(db: Database): Writer {
  const queue: Job[] = [];
  let draining: Promise<void> | undefined;

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      await turn();
      await carryOut(queue.splice(0, BATCH));
    }
    draining = undefined;
  }

  async function carryOut(batch: Job[]): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        // From here to the end of `transact` nothing is awaited: the transaction is ours alone.
        db.sql("BEGIN IMMEDIATE").run();
        transact(batch);
        return;
      } catch (error) {
        // Whoever queued up meanwhile has waited as long: all are told, instead of each waiting in turn.
        if (!isBusy(error) || attempt === ATTEMPTS) {
          rejectAll([...batch, ...queue.splice(0)], error);
          return;
        }
      }
      await turn();
    }
  }

  function transact(batch: Job[]): void {
    let settle: (() => void)[];
    try {
      settle = batch.map(underSavepoint);
      db.sql("COMMIT").run();
    } catch (error) {
      if (db.inTransaction()) db.sql("ROLLBACK").run();
      rejectAll(batch, error);
      return;
    }
    for (const each of settle) each();
  }

  function underSavepoint(job: Job): () => void {
    db.sql("SAVEPOINT job").run();
    try {
      const settle = job.attempt();
      db.sql("RELEASE job").run();
      return settle;
    } catch (error) {
      if (!db.inTransaction()) throw error;
      db.sql("ROLLBACK TO job").run();
      db.sql("RELEASE job").run();
      return () => job.reject(faultOf(error));
    }
  }

  return {
    write: (job) =>
      new Promise((resolve, reject) => {
        queue.push({
          attempt: () => {
            const value = job();
            return () => resolve(value);
          },
          reject,
        });
        draining ??= drain();
      }),
    idle: () => draining ?? Promise.resolve(),
  };
}

function rejectAll(jobs: Job[], error: unknown): void {
  for (const job of jobs) job.reject(faultOf(error));
}
