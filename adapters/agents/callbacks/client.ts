/**
 * The client side: looks for the prompts of named jobs at their server, raises each new one once, and has the response
 * sent there. What the server does not say is never taken for an answer: a job that went on by itself is withdrawn.
 */
import { setTimeout as pause } from "node:timers/promises";
import { agentOf } from "../../../src/access.ts";
import { isPassing } from "../../../src/card.ts";
import { type CallbacksConnection, fillIn } from "../../../src/connections.ts";
import { type DoorParts, inThread } from "../../../src/door.ts";
import { isObject } from "../../../src/json.ts";
import { exchange } from "../../../src/outbound/exchange.ts";
import { ask } from "./ask.ts";
import { type Jobs, makeJobs } from "./jobs.ts";
import { type Looked, lookedAt, promptDigest } from "./looked.ts";
import { PROTOCOL } from "./mapping.ts";
import type { Prompt } from "./schema.ts";

const origin = { surface: "api" } as const;

const TIMEOUT_MS = 10_000;
/** The longest pause between two looks at a job whose server fails. */
const LONGEST_MS = 60_000;
/** A server that does not know a job for so many looks in a row (a quarter of an hour) has forgotten it. */
const UNKNOWN = 20;
/** Looks that are under way at once, so that one which hangs does not hold up all. */
const AT_ONCE = 8;
/** A prompt that stands unchanged is compared with what is kept only so often. */
const SETTLED_MS = 10_000;

interface Watched {
  job: string;
  next: number;
  failures: number;
  unknown: number;
  /** When the job was last seen at work, since the last prompt. */
  left: number | null;
  /** The digest of the prompt that was raised or refused last, and when that is done again. */
  seen: { digest: string; until: number } | null;
  /** What was last refused and why, which is said once. */
  refused: string;
}

type Watchable = CallbacksConnection & { prompt: string; response: string };

/** What is found by looking has to be answered somewhere. */
export function isWatched(connection: CallbacksConnection): connection is Watchable {
  return connection.prompt !== undefined && connection.response !== undefined;
}

export function watch(
  connection: CallbacksConnection,
  parts: DoorParts,
  signal: AbortSignal,
): Promise<void> | undefined {
  return isWatched(connection) ? run(connection, parts, signal) : undefined;
}

async function run(connection: Watchable, parts: DoorParts, signal: AbortSignal): Promise<void> {
  const jobs = makeJobs(parts.shelf, connection.name);
  const watched = new Map<number, Watched>();
  while (!signal.aborted) {
    try {
      for (const [number, job] of await jobs.list()) if (!watched.has(number)) watched.set(number, fresh(job));
      await lookAtAll(connection, jobs, watched, parts, signal);
    } catch (error) {
      parts.log.warn({ error, agent: connection.name }, "the jobs to look at could not be read; trying again");
    }
    await pause(connection.every, undefined, { signal }).catch(() => {});
  }
}

function fresh(job: string): Watched {
  return { job, next: 0, failures: 0, unknown: 0, left: null, seen: null, refused: "" };
}

async function lookAtAll(
  connection: Watchable,
  jobs: Jobs,
  watched: Map<number, Watched>,
  parts: DoorParts,
  signal: AbortSignal,
): Promise<void> {
  const due = [...watched].filter(([, { next }]) => next <= performance.now()).values();
  const lookOn = async () => {
    for (const [number, each] of due) {
      if (signal.aborted) return;
      try {
        if (await look(connection, each, parts, signal)) {
          await jobs.over(number);
          watched.delete(number);
        }
      } catch (error) {
        each.failures += 1;
        parts.log.warn({ error, agent: connection.name }, "looking for a prompt failed; trying again");
      }
      each.next = performance.now() + pauseOf(connection.every, each.failures);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lookOn));
}

/** Longer each time, so that a server that is down is not called for each of its jobs every two seconds. */
function pauseOf(every: number, failures: number): number {
  return failures === 0 ? 0 : Math.min(every * 2 ** Math.min(failures, 10), Math.max(every, LONGEST_MS));
}

/** Answers whether the job is over. */
async function look(connection: Watchable, watched: Watched, parts: DoorParts, signal: AbortSignal): Promise<boolean> {
  const at = parts.clock();
  return settle(connection, await lookedFor(connection, watched, signal), watched, parts, at);
}

/** A failure and a word that is none of the protocol's are the same: nothing is known. */
async function lookedFor(connection: Watchable, watched: Watched, signal: AbortSignal): Promise<Looked> {
  const { prompt, token } = connection;
  const bearer = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const heard = await exchange({
    url: fillIn(prompt, { job_id: watched.job }),
    method: "GET",
    headers: { ...bearer, ...askingHeaders(connection) },
    signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), signal]),
  });
  const value = heard.type === "answer" && heard.status === 200 ? heard.value : undefined;
  const looked: Looked = value !== undefined && isObject(value) ? lookedAt(value, watched.job) : { type: "unclear" };
  const isUnknown = heard.type === "answer" && heard.status === 404;
  watched.unknown = isUnknown ? watched.unknown + 1 : 0;
  watched.failures = looked.type === "unclear" ? watched.failures + 1 : 0;
  return looked;
}

export function askingHeaders({ user }: CallbacksConnection): Record<string, string> {
  return { accept: "application/json", ...(user === undefined ? {} : { "x-user-id": user }) };
}

async function settle(
  connection: Watchable,
  looked: Looked,
  watched: Watched,
  parts: DoorParts,
  at: number,
): Promise<boolean> {
  const { job } = watched;
  switch (looked.type) {
    case "prompt":
      await raiseNew(connection, looked.prompt, watched, parts);
      return false;
    case "away":
      if (watched.left === null)
        await withdrawOpen(connection, job, "the job went on without an answer from here", parts, true);
      watched.left = at;
      return false;
    case "over":
      await withdrawOpen(connection, job, `the job is ${looked.status}`, parts);
      return true;
    case "unclear":
      if (watched.unknown < UNKNOWN) return false;
      parts.log.warn({ agent: connection.name, job }, "its server does not know this job; it is looked for no more");
      await withdrawOpen(connection, job, "its server does not know the job any more", parts);
      return true;
  }
}

async function raiseNew(connection: Watchable, prompt: Prompt, watched: Watched, parts: DoorParts): Promise<void> {
  const digest = promptDigest(prompt);
  const now = parts.clock();
  if (watched.left === null && watched.seen?.digest === digest && now < watched.seen.until) return;
  const answer = fillIn(connection.response, { job_id: prompt.job_id });
  const caller = agentOf(connection);
  const raised = await ask(parts, { caller, connection, prompt, answer, origin, watched: true, anew: watched.left });
  // Tried again at the next look, as what it is.
  if (raised.type === "refused" && isPassing(raised.code)) return;
  watched.left = null;
  watched.seen = { digest, until: now + SETTLED_MS };
  const refused = raised.type === "refused" ? `${digest} ${raised.code}` : "";
  if (raised.type === "refused" && refused !== watched.refused)
    parts.log.warn(
      {
        agent: connection.name,
        job: prompt.job_id,
        prompt: prompt.checkpoint,
        code: raised.code,
        detail: raised.detail,
      },
      "a job waits for an answer to a prompt that cannot be raised; its server must be told by hand",
    );
  watched.refused = refused;
}

/** `found`: only what was found by looking. A workflow that called may wait without its server showing it. */
async function withdrawOpen(
  connection: Watchable,
  job: string,
  reason: string,
  { desk }: DoorParts,
  found = false,
): Promise<void> {
  const caller = agentOf(connection);
  const all = await inThread(desk, caller, { protocol: PROTOCOL, connection: connection.name, thread: job });
  if ("type" in all) return;
  const open = all.filter(({ status, door }) => status === "pending" && (!found || door?.carry?.watched === true));
  for (const { id } of open) await desk.withdraw(caller, id, reason, origin);
}
