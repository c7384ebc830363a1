/** The embedded store: one SQLite file, opened by as many processes of one host as wanted. */
import type { Clock, Opened, Store } from "../../../src/ports.ts";
import { commit, pack } from "./commit.ts";
import { openDatabase } from "./database.ts";
import { guarded } from "./faults.ts";
import { readLog } from "./log.ts";
import { listRecords, readRecord } from "./records.ts";
import { createShelf } from "./shelf.ts";
import { createTail } from "./tail.ts";
import { claim, finish, nextDue } from "./work.ts";
import { createWriter } from "./writer.ts";

export interface SqliteOptions {
  clock?: Clock;
  /** Ms within which a follower of the log sees what another process wrote. */
  poll?: number;
}

export function openSqlite(path: string, { clock = Date.now, poll = 50 }: SqliteOptions = {}): Opened {
  const db = openDatabase(path);
  const writer = createWriter(db);
  const tail = createTail(db, poll);

  const store: Store = {
    async commit(change) {
      const packed = pack(change);
      const answer = await writer.write(() => commit(db, packed, clock));
      if (answer.type === "committed") tail.wake(packed.writes.flatMap(({ entries }) => entries.map(({ id }) => id)));
      return answer;
    },
    read: async (id, operation) => guarded(() => readRecord(db, id, operation)),
    list: async (query) => guarded(() => listRecords(db, query)),
    log: (query, signal) => readLog(db, tail, query, signal),
    async due(limit, lease, only) {
      // A plain read first: asking what is due costs no lock and no write while nothing is.
      const next = guarded(() => nextDue(db));
      if (next === null || next > clock()) return { work: [], next };
      return await writer.write(() => claim(db, limit, lease, clock, only));
    },
    done({ task, fence }, result) {
      const held = { task: { ...task }, fence };
      const ended = { ...result };
      return writer.write(() => finish(db, held, ended));
    },
  };

  return {
    store,
    shelf: createShelf(db, writer, clock),
    clock,
    async close() {
      tail.close();
      await writer.idle();
      db.close();
    },
  };
}
