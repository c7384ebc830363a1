/** Workflows with HITL callbacks, both ways: they call here, or their job server is watched; both hear the response. */
import type { Checkpoint } from "../../../src/checkpoint.ts";
import { fillIn } from "../../../src/connections.ts";
import type { DoorAdapter } from "../../../src/door.ts";
import { isObject } from "../../../src/json.ts";
import type { Answering } from "../../../src/outbound/answers.ts";
import { ignoredBy } from "../../../src/outbound/ignored.ts";
import { statusLine } from "../../../src/outbound/reason.ts";
import { askingHeaders, watch } from "./client.ts";
import { isSame, type Looked, lookedAt } from "./looked.ts";
import { PROTOCOL, responseOf } from "./mapping.ts";
import { operations } from "./operations.ts";
import { routes } from "./routes.ts";

const ignored = ignoredBy("The job");

export const callbacks: DoorAdapter<typeof PROTOCOL> = {
  protocol: PROTOCOL,
  routes,
  operations,
  answering: {
    // A response names its job and no question.
    oneOpen: "thread",
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
    waits(checkpoint, status, value, sent) {
      // There is no such address at this server, or nothing behind it.
      if (status !== 200) return undefined;
      if (value === undefined || !isObject(value)) return "unclear";
      return stillWaits(checkpoint, lookedAt(value, checkpoint.door?.thread ?? ""), sent);
    },
    heard(status, value, usual) {
      // It will say the same to every repeat; people see it, and are asked again where the question still stands.
      if (status === 400 || status === 422)
        return { type: "delivered", remark: `The job did not take the answer (${statusLine(status)})` };
      return ignored(status, value, usual);
    },
  },
  watch,
};

/**
 * After an attempt of which nobody knows whether it got through, a job that is at work has taken it, and a job that
 * asks something else must not take it for an answer to that. A workflow that called may wait without showing it.
 */
function stillWaits({ door, status }: Checkpoint, looked: Looked, sent: boolean): ReturnType<Waits> {
  if (looked.type === "unclear") return "unclear";
  if (looked.type !== "prompt") return status !== "withdrawn" && !sent;
  return door === undefined ? false : (isSame(door, looked.prompt, true) ?? !sent);
}

type Waits = NonNullable<Answering["waits"]>;
