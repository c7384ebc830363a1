/** A workflow's webhook, the same for a workflow that waits, and the jobs that it wants looked after. */
import type { Checkpoint } from "../../../src/checkpoint.ts";
import { type CallbacksConnection, fillIn } from "../../../src/connections.ts";
import type { DoorParts } from "../../../src/door.ts";
import { check } from "../../../src/http/check.ts";
import type { Doorway } from "../../../src/http/doorway.ts";
import { originOf } from "../../../src/http/frame.ts";
import { answer, type Trouble, trouble } from "../../../src/http/problem.ts";
import { doorQuery, readQuery } from "../../../src/http/query.ts";
import { held, sent } from "../../../src/http/sent.ts";
import { ask, callerOf } from "./ask.ts";
import { isWatched } from "./client.ts";
import { makeJobs } from "./jobs.ts";
import { type PROTOCOL, responseOf } from "./mapping.ts";
import { callbackRequest, jobRequest, waitingRequest } from "./schema.ts";
import { noteTold } from "./told.ts";

const noWait = doorQuery.omit({ wait: true });

export function routes(doorway: Doorway<typeof PROTOCOL>, parts: DoorParts): void {
  const { desk, shelf, baseUrl } = parts;

  /** Literal paths stand before those with a name in them. */
  doorway.asks("post", "/callbacks/jobs", async (call, { connection }) => {
    const query = readQuery(call.req.url, noWait);
    if (query.type === "refused") return query;
    const checked = await sent(call, jobRequest, doorway.bodyDeadline);
    if (checked.type === "refused") return checked;
    if (connection === null || !isWatched(connection)) return nobodyToLookAt(connection);
    await makeJobs(shelf, connection.name).name(checked.value.job_id);
    return answer({ status: "watching", job_id: checked.value.job_id });
  });

  doorway.asks("post", "/callbacks", async (call, { caller, connection }) => {
    const query = readQuery(call.req.url, noWait);
    if (query.type === "refused") return query;
    const checked = await sent(call, callbackRequest, doorway.bodyDeadline);
    if (checked.type === "refused") return checked;
    const { watch = false, ...prompt } = checked.value;
    if (connection?.response === undefined) return nobodyToTell(connection);
    if (watch && !isWatched(connection)) return nobodyToLookAt(connection);
    const to = fillIn(connection.response, { job_id: prompt.job_id });
    const raised = await ask(parts, { caller, connection, prompt, answer: to, origin: originOf(call) });
    if (raised.type === "refused") return raised;
    if (watch) await makeJobs(shelf, connection.name).name(prompt.job_id);
    const { id } = raised.checkpoint;
    return answer({ status: "queued", checkpoint_id: id, job_id: prompt.job_id, url: `${baseUrl}/checkpoints/${id}` });
  });

  doorway.asks("post", "/callbacks/:checkpoint", async (call, { caller, connection }) => {
    const query = readQuery(call.req.url, doorQuery);
    if (query.type === "refused") return query;
    const checked = await sent(call, waitingRequest, doorway.bodyDeadline);
    if (checked.type === "refused") return checked;
    const named = check(callbackRequest, { ...checked.value, checkpoint: call.req.param("checkpoint") });
    if (named.type === "refused") return named;
    const asked = await ask(parts, { caller, connection, prompt: named.value, origin: originOf(call) });
    if (asked.type === "refused") return asked;
    const now = await held(desk, call, callerOf(caller, connection), asked.checkpoint, query.value.wait);
    if ("type" in now) return now;
    if (now.status !== "pending" && !call.req.raw.signal.aborted) await noteTold(parts, now.id);
    return told(now);
  });
}

/** What a workflow that waits is told: the response itself, that it is still open, or that nobody decided. */
function told(checkpoint: Checkpoint): Response | Trouble {
  const response = responseOf(checkpoint);
  if (response === undefined) return answer({ status: "pending", checkpoint_id: checkpoint.id }, 202);
  if (checkpoint.status === "resolved") return answer(response);
  const { feedback, ...more } = response;
  return { ...trouble("timed_out", `${feedback}.`), more: { checkpoint_id: checkpoint.id, ...more } };
}

const OR_WAIT = "or wait for the answer with POST /callbacks/{checkpoint}?wait=240";

function nobodyToTell(connection: CallbacksConnection | null): Trouble {
  return trouble(
    "invalid_request",
    `There is no address to send the decision to: set \`base\` or \`response\` of ${named(connection)}, ${OR_WAIT}.`,
  );
}

function nobodyToLookAt(connection: CallbacksConnection | null): Trouble {
  return trouble(
    "invalid_request",
    `There is no job server to look at: set \`base\`, or \`prompt\` and \`response\`, of ${named(connection)}, ${OR_WAIT}.`,
  );
}

function named(connection: CallbacksConnection | null): string {
  return connection === null ? "a connection under `agents:`" : `the connection "${connection.name}" under \`agents:\``;
}
