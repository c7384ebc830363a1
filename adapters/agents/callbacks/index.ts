/** Workflows with HITL callbacks, both ways: they call here, or their job server is watched; both hear the response. */
import type { Checkpoint } from "../../../src/checkpoint.ts";
import { fillIn } from "../../../src/connections.ts";
import type { DoorAdapter } from "../../../src/door.ts";
import { isObject } from "../../../src/json.ts";
import { oneLine } from "../../../src/text.ts";
import { promptDigest } from "./ask.ts";
import { askingHeaders, watch } from "./client.ts";
import { type Looked, lookedAt, PROTOCOL, responseOf } from "./mapping.ts";
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
    before(checkpoint, connection) {
      if (connection.protocol !== PROTOCOL || connection.prompt === undefined) return null;
      const url = fillIn(connection.prompt, { job_id: checkpoint.door?.thread ?? "" });
      return { url, headers: askingHeaders(connection) };
    },
    waits(checkpoint, status, value) {
      if (status !== 200 || value === undefined || !isObject(value)) return undefined;
      return stillWaits(checkpoint, lookedAt(value, checkpoint.door?.thread ?? ""));
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

/**
 * A response names its job and no question. After an attempt of which nobody knows whether it got through, a job that
 * is at work has taken it, and a job that asks something else must not take it for an answer to that.
 */
function stillWaits({ door, callback, status }: Checkpoint, looked: Looked): boolean {
  if (looked.type !== "prompt") return status !== "withdrawn" && (callback?.attempts ?? 0) === 0;
  if (looked.prompt.checkpoint !== door?.id) return false;
  return door.carry?.watched !== true || promptDigest(looked.prompt) === door.carry.prompt;
}
