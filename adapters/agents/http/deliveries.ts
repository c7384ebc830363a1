/** The admin's view of calls to agents: those that wait, and dead letters, which can be tried again from here. */
import type { DeskPort } from "../../../src/desk-port.ts";
import type { Handler } from "../../../src/http/frame.ts";
import { answer, trouble } from "../../../src/http/problem.ts";
import { noQuery, readQuery } from "../../../src/http/query.ts";
import { ID } from "../../../src/request.ts";
import { deliveryView } from "../../../src/view.ts";
import { deliveriesQuery } from "./query.ts";

export function deliveryHandlers(desk: Pick<DeskPort, "deliveries" | "redeliver">): Record<"list" | "retry", Handler> {
  return {
    async list(call, caller) {
      const query = readQuery(call.req.url, deliveriesQuery);
      if (query.type === "refused") return query;
      const { state = "dead", limit = 50, cursor } = query.value;
      const page = await desk.deliveries(caller, state, limit, cursor);
      if (page.type === "refused") return page;
      const items = page.items.flatMap((item) => (item.callback === null ? [] : [deliveryView(item, item.callback)]));
      return answer({ items, next: page.next });
    },

    async retry(call, caller) {
      const query = readQuery(call.req.url, noQuery);
      if (query.type === "refused") return query;
      const id = call.req.param("id") ?? "";
      if (!ID.test(id)) return trouble("not_found", "There is no such delivery: it has the id of its checkpoint.");
      const queued = await desk.redeliver(caller, id);
      if (queued.type === "refused") return queued;
      const { checkpoint } = queued;
      if (checkpoint.callback === null) return trouble("not_found", `Nobody is to be called about ${id}.`);
      return answer({ delivery: deliveryView(checkpoint, checkpoint.callback) }, 202);
    },
  };
}
