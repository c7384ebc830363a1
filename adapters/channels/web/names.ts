/** Whoever a page speaks of by a reference, by the name that those have who acted: for its words, never for who may. */
import type { Checkpoint, Ref } from "../../../src/checkpoint.ts";
import type { Json } from "../../../src/json.ts";
import type { Logged } from "../../../src/ports.ts";
import { oneLine } from "../../../src/text.ts";

const PERSON = "person:";

/** `nameOf`: of a person, by their id. */
export function makeNames(nameOf: (id: string) => string) {
  function named(ref: Ref): Ref {
    return ref.startsWith(PERSON) ? `${PERSON}${oneLine(nameOf(ref.slice(PERSON.length)), 60)}` : ref;
  }

  function namedIn(value: Json): Json {
    return Array.isArray(value) ? value.map((each) => (typeof each === "string" ? named(each) : each)) : value;
  }

  return {
    record: (checkpoint: Checkpoint): Checkpoint => ({ ...checkpoint, approvers: checkpoint.approvers.map(named) }),
    log: (items: readonly Logged[]): Logged[] =>
      items.map(({ seq, entry }) => {
        const { to } = entry.data;
        return { seq, entry: to === undefined ? entry : { ...entry, data: { ...entry.data, to: namedIn(to) } } };
      }),
  };
}

/** As it stands among words. */
export function plainly(ref: Ref): string {
  return ref.startsWith(PERSON) ? ref.slice(PERSON.length) : ref;
}
