/** What waits, and what has ended. */
import type { Checkpoint } from "../../../../src/checkpoint.ts";
import { browse } from "../browse.ts";
import { filtersIn, matcher, requestOf } from "../filters.ts";
import { type Content, nothing } from "../markup.ts";
import { alarm } from "../pages/deliveries.ts";
import { listPage } from "../pages/list.ts";
import type { Person } from "../standing.ts";
import { redirect, type Visit } from "../transport.ts";
import { look, type Site } from "./site.ts";

/** Dead letters that the admin's list looks for. */
const ALARM = 20;

export function mountLists(site: Site): void {
  const { desk, clock } = site;

  const list = (which: "waiting" | "history") => async (visit: Visit) => {
    const query = new URL(visit.call.req.url).searchParams;
    const filters = filtersIn(query);
    const cursor = (query.get("cursor") ?? "").slice(0, 1_000);
    const { caller, session } = visit;
    const request = {
      ...requestOf(filters, session.person),
      ...(which === "waiting" ? { status: "pending" as const } : { ended: true }),
      ...(cursor === "" ? {} : { cursor }),
    };
    const found = await browse(desk, caller, request, matcher(filters)).catch((error: unknown) => {
      // A cursor of a list that is no more.
      if (error instanceof RangeError) return undefined;
      throw error;
    });
    if (found === undefined || "type" in found) return redirect(which === "waiting" ? "/" : "/history");
    const body = listPage({
      which,
      found,
      rulesOf: (item) => desk.rulesOf(item),
      filters,
      paged: cursor !== "",
      person: session.person,
      now: clock(),
      alarm: which === "waiting" ? await alarmFor(caller, found.items) : nothing,
    });
    return site.page(visit, { title: which === "waiting" ? "Waiting" : "History", here: which, live: "list", body });
  };

  async function alarmFor(caller: Person, waiting: readonly Checkpoint[]): Promise<Content> {
    if (caller.role !== "admin") return nothing;
    const dead = await desk.deliveries(caller, "dead", ALARM);
    return dead.type === "refused" ? nothing : alarm(dead.items, dead.next !== null, waiting);
  }

  look(site, "/", list("waiting"));
  look(site, "/history", list("history"));
}
