/** Deliveries, for the admin: what did not get through, and another try. */
import { deliveriesPage, isUnplaced } from "../pages/deliveries.ts";
import { redirect } from "../transport.ts";
import { look, type Site } from "./site.ts";

const DELIVERIES = 100;
/** Pending records looked through for cards that found no place. */
const PLACEMENTS = 1_000;

export function mountDeliveries(site: Site): void {
  const { app, transport, desk, clock, tell } = site;
  look(site, "/deliveries", async (visit) => {
    const { caller, token, call } = visit;
    const [dead, waiting] = [
      await desk.deliveries(caller, "dead", DELIVERIES),
      await desk.deliveries(caller, "waiting", DELIVERIES),
    ];
    if (dead.type === "refused" || waiting.type === "refused")
      return tell(visit, {
        status: 403,
        title: "The admin's page",
        words: "Deliveries are the admin's to see and to retry.",
      });
    const pending = [];
    let looked = 0;
    let cursor: string | null = null;
    do {
      const from: { cursor?: string } = cursor === null ? {} : { cursor };
      const page = await desk.list(caller, { status: "pending", limit: 200, ...from });
      if (page.type === "refused") break;
      looked += page.items.length;
      pending.push(...page.items.filter(isUnplaced));
      cursor = page.next;
    } while (cursor !== null && looked < PLACEMENTS);
    const body = deliveriesPage({
      dead: dead.items,
      waiting: waiting.items,
      unplaced: pending,
      looked,
      token,
      now: clock(),
      retried: call.req.query("retried") === "1",
    });
    return site.page(visit, { title: "Deliveries", here: "deliveries", body });
  });

  app.post(
    "/deliveries/:id/retry",
    transport.post(
      "POST /deliveries/:id/retry",
      async (visit) => {
        const done = await desk.redeliver(visit.caller, visit.call.req.param("id") ?? "");
        if (done.type !== "refused") return redirect("/deliveries?retried=1");
        return tell(visit, {
          status: done.code === "forbidden" ? 403 : 404,
          title: "Not tried again",
          words: done.detail,
        });
      },
      async () => redirect("/deliveries"),
    ),
  );
}
