/** Workflows with HITL callbacks, both ways: they call here, or their job server is watched; both hear the response. */
import type { DoorAdapter } from "../../../src/door.ts";
import { isObject } from "../../../src/json.ts";
import { oneLine } from "../../../src/text.ts";
import { watch } from "./client.ts";
import { PROTOCOL, responseOf } from "./mapping.ts";
import { routes } from "./routes.ts";

export const callbacks: DoorAdapter<typeof PROTOCOL> = {
  protocol: PROTOCOL,
  routes,
  answering: {
    answer(checkpoint, connection) {
      const user = connection.protocol === PROTOCOL ? connection.user : undefined;
      return {
        type: "outgoing",
        body: { ...responseOf(checkpoint), job_id: checkpoint.door?.thread ?? null },
        ...(user === undefined ? {} : { headers: { "x-user-id": user } }),
      };
    },
    heard(_, value, usual) {
      if (usual.type !== "delivered" || !isObject(value ?? null)) return usual;
      const { status, detail } = value as { status?: unknown; detail?: unknown };
      if (status !== "ignored") return usual;
      const why = typeof detail === "string" && detail !== "" ? `: ${oneLine(detail, 200)}` : "";
      return { type: "delivered", remark: `The job ignored the response${why}` };
    },
  },
  watch,
};
