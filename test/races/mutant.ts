/** Stores that are broken on purpose, each as it might well have been written; the tests must find them. */
import { createKeyv } from "@keyv/redis";
import { NAMESPACE, recordKey } from "../../adapters/stores/redis/keys.ts";
import type { Checkpoint } from "../../src/checkpoint.ts";
import type { Store } from "../../src/ports.ts";

/** Gets the record, checks the revision, and then sets, in two steps instead of one. */
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

/** The same with nothing but a key-value store, which has no other way. */
export function keyvOnly(store: Store, url: string): Store {
  const keyv = createKeyv(url, { namespace: NAMESPACE, throwOnErrors: true });
  return {
    ...store,
    async commit(change) {
      const [write] = change.writes;
      if (write === undefined || write.expect === 0) return store.commit(change);
      const { id } = write.record;
      const there = await keyv.get<Checkpoint>(recordKey(id));
      if (there?.revision !== write.expect) return { type: "conflict", id, why: "revision" };
      await keyv.set(recordKey(id), write.record);
      return { type: "committed", seq: 0 };
    },
  };
}

/** Takes whoever says that work is done at their word, without asking whether it is still theirs. */
export function withoutFence(store: Store): Store {
  return {
    ...store,
    async done(work, result) {
      // Whoever keeps no fences lets the newest holder's pass for anybody's.
      for (let fence = work.fence; fence < work.fence + 100; fence += 1)
        if (await store.done({ ...work, fence }, result)) return true;
      return false;
    },
  };
}
