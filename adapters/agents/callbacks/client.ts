/**
 * The client side: looks for the prompts of named jobs at their server, raises each new one once, and has the response
 * sent there. What the server does not say is never taken for an answer: a job that went on by itself is withdrawn.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Checkpoint } from "../../../src/checkpoint.ts";
import { type CallbacksConnection, fillIn } from "../../../src/connections.ts";
import { agentOf, type DoorParts, inThread } from "../../../src/door.ts";
import { isObject, type Json, type JsonObject } from "../../../src/json.ts";
import { exchange } from "../../../src/outbound/exchange.ts";
import { ask } from "./ask.ts";
import { makeJobs } from "./jobs.ts";
import { type Looked, lookedAt, PROTOCOL } from "./mapping.ts";
import type { Prompt } from "./schema.ts";

const origin = { surface: "api" } as const;

const TIMEOUT_MS = 10_000;
/** The longest pause between two looks at a job whose server fails. */
const LONGEST_MS = 60_000;
/** A server that does not know a job for so many looks in a row has never had it, or has forgotten it. */
const UNKNOWN = 20;
/** A prompt that still stands so long after its response was taken is asked anew: the response was lost, or empty. */
const STANDING_MS = 30_000;

interface Watched {
  job: string;
  next: number;
  failures: number;
  unknown: number;
  /** Since the last prompt the job was seen at work. */
  left: boolean;
}

export function watch(
  connection: CallbacksConnection,
  parts: DoorParts,
  signal: AbortSignal,
): Promise<void> | undefined {
  const { prompt } = connection;
  return prompt === undefined ? undefined : run(connection, prompt, parts, signal);
}

async function run(connection: CallbacksConnection, template: string, parts: DoorParts, signal: AbortSignal) {
  const jobs = makeJobs(parts.shelf, connection.name);
  const watched = new Map<number, Watched>();
  while (!signal.aborted) {
    const named = await jobs.list().catch(() => undefined);
    for (const [number, job] of named ?? [])
      if (!watched.has(number)) watched.set(number, { job, next: 0, failures: 0, unknown: 0, left: false });
    for (const [number, each] of watched) {
      if (signal.aborted || each.next > performance.now()) continue;
      const over = await look(connection, fillIn(template, { job_id: each.job }), each, parts, signal).catch(
        (error) => {
          parts.log.warn({ error, agent: connection.name }, "looking for a prompt failed; trying again");
          each.failures += 1;
          return false;
        },
      );
      each.next = performance.now() + pauseOf(connection.every, each.failures);
      if (!over) continue;
      await jobs.over(number);
      watched.delete(number);
    }
    await pause(connection.every, undefined, { signal }).catch(() => {});
  }
}

/** Answers whether the job is over. */
async function look(
  connection: CallbacksConnection,
  url: string,
  watched: Watched,
  parts: DoorParts,
  signal: AbortSignal,
): Promise<boolean> {
  const { token } = connection;
  const headers = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...askingHeaders(connection),
  };
  const limit = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), signal]);
  const heard = await exchange({ url, method: "GET", headers, signal: limit });
  const said = heard.type === "answer" && heard.status === 200 ? objectOf(heard.value) : undefined;
  if (said === undefined) {
    watched.failures += 1;
    watched.unknown = heard.type === "answer" && heard.status === 404 ? watched.unknown + 1 : 0;
    return watched.unknown >= UNKNOWN;
  }
  watched.failures = 0;
  watched.unknown = 0;
  return settle(connection, lookedAt(said, watched.job), watched, parts);
}

function objectOf(value: Json | undefined): JsonObject | undefined {
  return value !== undefined && isObject(value) ? value : undefined;
}

export function askingHeaders({ user }: CallbacksConnection): Record<string, string> {
  return { accept: "application/json", ...(user === undefined ? {} : { "x-user-id": user }) };
}

/** Longer each time, so that a server that is down is not called for each of its jobs every two seconds. */
function pauseOf(every: number, failures: number): number {
  return Math.min(every * 2 ** Math.min(failures, 10), Math.max(every, LONGEST_MS));
}

async function settle(connection: CallbacksConnection, looked: Looked, watched: Watched, parts: DoorParts) {
  if (looked.type === "prompt") {
    await raiseNew(connection, looked.prompt, watched, parts);
    return false;
  }
  watched.left = true;
  const why = looked.type === "over" ? `the job is ${looked.status}` : "the job went on without an answer from here";
  await withdrawOpen(connection, watched.job, why, parts);
  return looked.type === "over";
}

async function raiseNew(connection: CallbacksConnection, prompt: Prompt, watched: Watched, parts: DoorParts) {
  const caller = agentOf(connection);
  const answer = connection.response && fillIn(connection.response, { job_id: prompt.job_id });
  const thread = { protocol: PROTOCOL, connection: connection.name, thread: prompt.job_id } as const;
  const before = await inThread(parts.desk, caller, thread);
  const latest = "type" in before ? undefined : before[0];
  const anew = watched.left || (latest !== undefined && stillStands(latest, parts.clock()));
  const raised = await ask(parts, { caller, connection, prompt, answer, origin, watched: true, anew });
  watched.left = false;
  if (raised.type === "refused")
    parts.log.warn({ agent: connection.name, code: raised.code }, "a prompt cannot be raised");
}

function stillStands({ callback }: Checkpoint, now: number): boolean {
  return callback?.state === "delivered" && now - (callback.at ?? now) > STANDING_MS;
}

async function withdrawOpen(connection: CallbacksConnection, job: string, reason: string, { desk }: DoorParts) {
  const caller = agentOf(connection);
  const page = await desk.list(caller, { session: job, status: "pending", limit: 200 });
  if (page.type === "refused") return;
  for (const open of page.items.filter(({ door }) => door?.protocol === PROTOCOL))
    await desk.withdraw(caller, open.id, reason, origin);
}
