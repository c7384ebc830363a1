/**
 * A store that is broken on purpose: it gets the record, checks the revision, and then sets, in two steps instead of
 * one. It is what a plain key-value store would do, and what the race must find.
 */
import type { Store } from "../../src/ports.ts";

export function getCheckSet(store: Store): Store {
  return {
    ...store,
    async commit(change) {
      const [write] = change.writes;
      if (write === undefined || write.expect === 0) return store.commit(change);
      const { id } = write.record;
      const checked = await store.read(id);
      if (checked?.record.revision !== write.expect) return { type: "conflict", id, why: "revision" };
      for (;;) {
        const revision = (await store.read(id))?.record.revision ?? 0;
        const record = { ...write.record, revision: revision + 1 };
        const answer = await store.commit({ ...change, writes: [{ ...write, record, expect: revision }] });
        if (answer.type !== "conflict") return answer;
      }
    },
  };
}
