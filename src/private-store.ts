/**
 * A store that is never told what agents want back untouched: their `state`, the address they are called back at, what
 * a door carries for them. None of it is redacted, because it has to work; so it is sealed on the way in and opened on
 * the way out. What was written before there were seals is read as it is.
 */
import type { Checkpoint } from "./checkpoint.ts";
import { open, seal } from "./cipher.ts";
import { isObject, type Json } from "./json.ts";
import type { Shelf, Store } from "./ports.ts";

export function privateStore(store: Store, key: Buffer): Store {
  const closed = (record: Checkpoint): Checkpoint => {
    const { id, state, callback, door } = record;
    const sealed = (text: string, what: string) => seal(text, `${id} ${what}`, key);
    return {
      ...record,
      state: state === null ? null : sealed(JSON.stringify(state), "state"),
      callback: callback && { ...callback, url: sealed(callback.url, "callback") },
      ...(door?.carry === undefined
        ? {}
        : { door: { ...door, carry: { sealed: sealed(JSON.stringify(door.carry), "carry") } } }),
    };
  };
  const opened = (record: Checkpoint): Checkpoint => {
    const { id, state, callback, door } = record;
    const text = (value: Json | undefined, what: string) =>
      typeof value === "string" ? open(value, `${id} ${what}`, key) : undefined;
    const carried = text(door?.carry?.sealed, "carry");
    const kept = text(state, "state");
    const carry: Json = carried === undefined ? null : JSON.parse(carried);
    return {
      ...record,
      state: kept === undefined ? state : JSON.parse(kept),
      callback: callback && { ...callback, url: text(callback.url, "callback") ?? callback.url },
      ...(door !== undefined && isObject(carry) ? { door: { ...door, carry } } : {}),
    };
  };
  return {
    commit: ({ writes, ...change }) =>
      store.commit({ ...change, writes: writes.map((write) => ({ ...write, record: closed(write.record) })) }),
    async read(id, operation) {
      const stored = await store.read(id, operation);
      return stored && { ...stored, record: opened(stored.record) };
    },
    async list(query) {
      const page = await store.list(query);
      return { ...page, items: page.items.map(opened) };
    },
    log: (query, signal) => store.log(query, signal),
    due: (limit, lease, only) => store.due(limit, lease, only),
    done: (work, result) => store.done(work, result),
  };
}

/** The same for what is put on the shelf as one text: bodies that are sent to agents hold their `state`. */
export function privateShelf(shelf: Shelf, key: Buffer): Shelf {
  const place = (name: string) => `shelf ${name}`;
  const opened = (name: string, text: string | undefined) =>
    text === undefined ? undefined : (open(text, place(name), key) ?? text);
  return {
    get: async (name) => opened(name, await shelf.get(name)),
    set: (name, value, ttl) => shelf.set(name, seal(value, place(name), key), ttl),
    add: (name, value, ttl) => shelf.add(name, seal(value, place(name), key), ttl),
    take: async (name) => opened(name, await shelf.take(name)),
  };
}
