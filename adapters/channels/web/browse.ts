/** A page of a list, as many records looked at as it takes, up to a bound. */
import type { Checkpoint } from "../../../src/checkpoint.ts";
import type { Denied, DeskPort, ListRequest } from "../../../src/desk-port.ts";
import type { Person } from "./standing.ts";

export interface Found {
  items: Checkpoint[];
  /** Where to go on; null: everything was looked at. */
  next: string | null;
  /** How many records were looked at in vain or not, where that is not what the page shows. */
  looked: number | null;
}

/** Rows of a page. */
export const ROWS = 50;
/** Records looked at for one page. */
const MOST = 2_000;

export async function browse(
  desk: Pick<DeskPort, "list">,
  caller: Person,
  request: Omit<ListRequest, "limit">,
  matches: ((checkpoint: Checkpoint) => boolean) | undefined,
): Promise<Found | Denied> {
  if (matches === undefined) {
    const page = await desk.list(caller, { ...request, limit: ROWS });
    return page.type === "refused" ? page : { items: page.items, next: page.next, looked: null };
  }
  const items: Checkpoint[] = [];
  let looked = 0;
  let next: string | null = request.cursor ?? null;
  do {
    const cursor: { cursor?: string } = next === null ? {} : { cursor: next };
    // All that a chunk holds goes on the page: the cursor stands behind the chunk.
    const page = await desk.list(caller, { ...request, ...cursor, limit: ROWS });
    if (page.type === "refused") return page;
    looked += page.items.length;
    items.push(...page.items.filter(matches));
    next = page.next;
  } while (next !== null && items.length < ROWS && looked < MOST);
  return { items, next, looked };
}
