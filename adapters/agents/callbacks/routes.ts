/** A workflow's webhook, the same for a workflow that waits, and the jobs that it wants looked after. */
import type { Checkpoint } from "../../../src/checkpoint.ts";
import { fillIn } from "../../../src/connections.ts";
import type { DoorParts } from "../../../src/door.ts";
import { readJson } from "../../../src/http/body.ts";
import { check } from "../../../src/http/check.ts";
import type { Doorway } from "../../../src/http/doorway.ts";
import { originOf } from "../../../src/http/frame.ts";
import { answer, type Trouble, trouble } from "../../../src/http/problem.ts";
import { doorQuery, readQuery } from "../../../src/http/query.ts";
import { ask } from "./ask.ts";
import { makeJobs } from "./jobs.ts";
import { type PROTOCOL, responseOf } from "./mapping.ts";
import { callbackRequest, jobRequest, waitingRequest } from "./schema.ts";

export function routes(doorway: Doorway<typeof PROTOCOL>, { desk, shelf, baseUrl }: DoorParts): void {
  /** Literal paths stand before those with a name in them. */
  doorway.asks("post", "/callbacks/jobs", async (call, { connection }) => {
    const query = readQuery(call.req.url, doorQuery);
    if (query.type === "refused") return query;
    const body = await readJson(call.env.incoming, doorway.bodyDeadline);
    if (body.type === "refused") return body;
    const checked = check(jobRequest, body.value);
    if (checked.type === "refused") return checked;
    if (connection?.prompt === undefined) return nobodyToAsk("prompt", "to look for prompts at");
    await makeJobs(shelf, connection.name).name(checked.value.job_id);
    return answer({ status: "watching", job_id: checked.value.job_id });
  });

  doorway.asks("post", "/callbacks", async (call, { caller, connection }) => {
    const query = readQuery(call.req.url, doorQuery);
    if (query.type === "refused") return query;
    const body = await readJson(call.env.incoming, doorway.bodyDeadline);
    if (body.type === "refused") return body;
    const checked = check(callbackRequest, body.value);
    if (checked.type === "refused") return checked;
    if (connection?.response === undefined) return nobodyToAsk("response", "to send the decision to");
    const prompt = checked.value;
    const to = fillIn(connection.response, { job_id: prompt.job_id });
    const raised = await ask({ desk }, { caller, connection, prompt, answer: to, origin: originOf(call) });
    if (raised.type === "refused") return raised;
    const { id } = raised.checkpoint;
    return answer({ status: "queued", checkpoint_id: id, job_id: prompt.job_id, url: `${baseUrl}/checkpoints/${id}` });
  });

  doorway.asks("post", "/callbacks/:checkpoint", async (call, { caller, connection }) => {
    const query = readQuery(call.req.url, doorQuery);
    if (query.type === "refused") return query;
    const body = await readJson(call.env.incoming, doorway.bodyDeadline);
    if (body.type === "refused") return body;
    const checked = check(waitingRequest, body.value);
    if (checked.type === "refused") return checked;
    const named = check(callbackRequest, { ...checked.value, checkpoint: call.req.param("checkpoint") });
    if (named.type === "refused") return named;
    const raised = await ask({ desk }, { caller, connection, prompt: named.value, origin: originOf(call) });
    if (raised.type === "refused") return raised;
    const ms = (query.value.wait ?? 0) * 1_000;
    const { checkpoint } = raised;
    if (ms === 0 || checkpoint.status !== "pending") return told(checkpoint);
    const waited = await desk.wait(caller, checkpoint.id, ms, call.req.raw.signal);
    return "type" in waited ? waited : told(waited);
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

function nobodyToAsk(setting: string, what: string): Trouble {
  return trouble(
    "invalid_request",
    `There is no address ${what}: set \`base\` or \`${setting}\` of this connection under \`agents:\`, or wait for the answer with POST /callbacks/{checkpoint}?wait=240.`,
  );
}
