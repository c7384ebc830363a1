/**
 * What a record can be found by. Each facet of each status is a sorted set in the order of lists, so a query is a few
 * sets of facets: a record answers it when it is in one of each.
 */
import { type Checkpoint, STATUSES, type Status } from "../../../src/checkpoint.ts";
import { sessionOf } from "../../../src/policy/sight.ts";
import type { Query, Sight } from "../../../src/ports.ts";

const ALL = "all";
const kind = (name: string) => `kind:${name}`;
const agent = (name: string) => `agent:${name}`;
const session = (name: string) => `session:${name}`;
const delivery = (state: string) => `delivery:${state}`;
const endpoint = (address: string) => `endpoint:${address}`;
const decides = (ref: string) => `decide:${ref}`;
const sees = (ref: string) => `see:${ref}`;

export function facetsOf(record: Checkpoint, { decide, see }: Sight): string[] {
  const { source, callback } = record;
  const thread = sessionOf(record);
  return [
    ALL,
    kind(record.kind),
    agent(source.agent),
    ...(thread === undefined ? [] : [session(thread)]),
    ...(callback === null ? [] : [delivery(callback.state), endpoint(callback.endpoint)]),
    ...new Set(decide.map(decides)),
    ...new Set(see.filter((ref) => !decide.includes(ref)).map(sees)),
  ];
}

export interface Wanted {
  statuses: readonly Status[];
  /** One of each. */
  sets: string[][];
}

/** Undefined: nothing can answer it. */
export function wantedBy(query: Query): Wanted | undefined {
  const open = query.dueBefore === undefined ? STATUSES : (["pending"] as const);
  const statuses = open.filter((status) => query.status === undefined || status === query.status);
  const sets = [
    query.kind === undefined ? [] : [[kind(query.kind)]],
    query.agent === undefined ? [] : [[agent(query.agent)]],
    query.session === undefined ? [] : [[session(query.session)]],
    query.delivery === undefined ? [] : [[delivery(query.delivery)]],
    query.endpoint === undefined ? [] : [[endpoint(query.endpoint)]],
    query.decide === undefined ? [] : [query.decide.map(decides)],
    query.sight === undefined ? [] : [query.sight.flatMap((ref) => [decides(ref), sees(ref)])],
  ].flat();
  if (statuses.length === 0 || sets.some((set) => set.length === 0)) return undefined;
  return { statuses, sets: sets.length === 0 ? [[ALL]] : sets };
}
