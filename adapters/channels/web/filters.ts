/**
 * What a list is narrowed to, from the address and back to it. The store takes most of it; priority and text are looked
 * for here, in a bounded number of records a page, and the page says how far it has looked.
 */
import { type Checkpoint, KINDS, type KindName, PRIORITIES, type Priority } from "../../../src/checkpoint.ts";
import type { ListRequest } from "../../../src/desk-port.ts";
import type { Json } from "../../../src/json.ts";

export interface Filters {
  text: string;
  kind: KindName | undefined;
  agent: string;
  session: string;
  priority: Priority | undefined;
  mine: boolean;
  overdue: boolean;
  /** Of what has ended. */
  outcome: Ending | undefined;
}

export const ENDINGS = ["approved", "answered", "changes", "rejected", "timed_out", "withdrawn"] as const;
export type Ending = (typeof ENDINGS)[number];

const LONGEST = 200;

export function filtersIn(query: URLSearchParams): Filters {
  const text = (name: string) => (query.get(name) ?? "").trim().slice(0, LONGEST);
  return {
    text: text("q"),
    kind: KINDS.find((kind) => kind === query.get("kind")),
    agent: text("agent"),
    session: text("session"),
    priority: PRIORITIES.find((priority) => priority === query.get("priority")),
    mine: query.get("mine") === "1",
    overdue: query.get("overdue") === "1",
    outcome: ENDINGS.find((ending) => ending === query.get("outcome")),
  };
}

export function isFiltered(filters: Filters): boolean {
  return Object.values(filters).some((value) => value !== undefined && value !== "" && value !== false);
}

/** The address of the next page. */
export function pathWith(path: string, filters: Filters, cursor: string): string {
  const { text, mine, overdue, ...rest } = filters;
  const all = { q: text, ...rest, mine: mine ? "1" : "", overdue: overdue ? "1" : "", cursor };
  const query = new URLSearchParams(Object.entries(all).filter((each): each is [string, string] => Boolean(each[1])));
  return `${path}?${query}`;
}

/** What the store can be asked for. */
export function requestOf(
  { kind, agent, session, mine, overdue }: Filters,
  person: string,
): Omit<ListRequest, "limit"> {
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(agent === "" ? {} : { agent }),
    ...(session === "" ? {} : { session }),
    ...(mine ? { approver: `person:${person}` } : {}),
    ...(overdue ? { overdue: true } : {}),
  };
}

/** What is left to look for in the records themselves. */
export function matcher({ text, priority, outcome }: Filters): ((checkpoint: Checkpoint) => boolean) | undefined {
  if (text === "" && priority === undefined && outcome === undefined) return undefined;
  const wanted = text.toLowerCase();
  return (checkpoint) =>
    (priority === undefined || checkpoint.priority === priority) &&
    (outcome === undefined || endingOf(checkpoint) === outcome) &&
    (wanted === "" || holds(checkpoint, wanted));
}

function endingOf({ status, decision }: Checkpoint): Ending | undefined {
  return status === "withdrawn" ? "withdrawn" : decision?.outcome;
}

function holds({ id, title, source, requested_by, payload }: Checkpoint, wanted: string): boolean {
  const has = (value: Json | undefined): boolean => {
    if (typeof value === "string") return value.toLowerCase().includes(wanted);
    if (Array.isArray(value)) return value.some(has);
    if (typeof value === "object" && value !== null) return Object.values(value).some(has);
    return value !== undefined && String(value).includes(wanted);
  };
  return [id, title, requested_by, ...Object.values(source), payload].some(has);
}
