/** The store of the tests: gone with its process, with the same answers as the others. */
import { createBell } from "../../../src/bell.ts";
import { type Clock, type Opened, type Store, StoreUnavailable } from "../../../src/ports.ts";
import { commit } from "./commit.ts";
import { list } from "./list.ts";
import { readLog } from "./log.ts";
import { createShelf } from "./shelf.ts";
import { emptyState } from "./state.ts";
import { claim, finish } from "./work.ts";

export function openMemory({ clock = Date.now }: { clock?: Clock } = {}): Opened {
  const state = emptyState();
  const bell = createBell();
  let closed = false;
  const assertOpen = () => {
    if (closed) throw new StoreUnavailable("The store is closed: nothing was recorded.");
  };

  const store: Store = {
    async commit(change) {
      assertOpen();
      const answer = commit(state, change, clock());
      if (answer.type === "committed") bell.ring();
      return answer;
    },
    async read(id, operation) {
      assertOpen();
      const stored = state.records.get(id);
      const replay = operation === undefined ? undefined : state.operations.get(operation);
      return stored && { record: JSON.parse(stored.text), replay: replay ? { ...replay } : null };
    },
    async list(query) {
      assertOpen();
      return list(state, query);
    },
    async *log(query, signal) {
      assertOpen();
      yield* readLog(state, bell, () => closed, query, signal);
    },
    async due(limit, lease, only) {
      assertOpen();
      return claim(state, limit, lease, clock(), only);
    },
    async done(work, result) {
      assertOpen();
      return finish(state, work, result);
    },
  };

  return {
    store,
    shelf: createShelf(clock, assertOpen),
    clock,
    async close() {
      closed = true;
      bell.ring();
    },
  };
}
