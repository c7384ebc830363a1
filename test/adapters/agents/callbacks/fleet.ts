/** What the tests of the callbacks' door share: a job server to talk to, and how it is connected. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll } from "vitest";
import { callbacks } from "../../../../adapters/agents/callbacks/index.ts";
import type { CallbacksConnection } from "../../../../src/connections.ts";
import { asDoor } from "../../../../src/doors.ts";
import type { JsonObject } from "../../../../src/json.ts";
import type { Policy } from "../../../../src/policy/policy.ts";
import type { Token } from "../../../../src/settings.ts";
import { type JobServer, jobServer } from "../../../peers/agents/callbacks.ts";
import { type Answered, asAgent, type Doorstep, doorstep } from "../doorstep.ts";

const TOKEN = "the-token-of-the-fleet";
export const HOUR = 3_600_000;

const FIXTURES = join(import.meta.dirname, "../../../fixtures/callbacks");

/** Word for word from the documents, by name. */
export function samples(kind: "sent" | "expected"): [name: string, sample: JsonObject][] {
  const files = readdirSync(join(FIXTURES, kind)).sort();
  return files.map((file) => [
    file.replace(".json", ""),
    JSON.parse(readFileSync(join(FIXTURES, kind, file), "utf8")) as JsonObject,
  ]);
}

export interface Fleet extends Doorstep {
  jobs: JobServer;
  connection: CallbacksConnection;
  /** The workflow's webhook. */
  hook(checkpoint: string, payload: JsonObject, job_id: string, more?: object): Promise<Answered>;
  /** A workflow that waits for the answer. */
  waits(checkpoint: string, payload: JsonObject, job_id: string, wait?: number): Promise<Answered>;
  /** Until a call that waits has raised it. */
  open(job: string): Promise<string>;
}

interface Setting extends Partial<CallbacksConnection> {
  policies?: Policy[];
  tokens?: Token[];
}

/** With all addresses, or only with those that are named. */
export async function fleet(setting: Setting = {}, urls: ("response" | "prompt")[] = ["response", "prompt"]) {
  const { policies = [], tokens, ...over } = setting;
  const jobs = await jobServer(TOKEN);
  afterAll(jobs.close);
  const base = `${jobs.url}/api/v1/hitl/{job_id}`;
  const connection: CallbacksConnection = {
    ...{ name: "fleet", protocol: "callbacks", token: TOKEN, every: 10 },
    ...Object.fromEntries(urls.map((each) => [each, `${base}/${each}`])),
    ...over,
  };
  const step = await doorstep(asDoor(callbacks), [connection], {
    policies,
    ...(tokens === undefined ? {} : { tokens }),
  });
  const found: Fleet = {
    ...{ ...step, jobs, connection },
    hook: (checkpoint, payload, job_id, more = {}) =>
      step.call("POST", "/callbacks", { checkpoint, payload, job_id, ...more }, asAgent),
    waits: (checkpoint, payload, job_id, wait = 0) =>
      step.call("POST", `/callbacks/${checkpoint}?wait=${wait}`, { payload, job_id }, asAgent),
    async open(job) {
      for (;;) {
        const [first] = (await step.all(job)).filter(({ status }) => status === "pending");
        if (first !== undefined) return first.id;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
  };
  return found;
}
