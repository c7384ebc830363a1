/** What an existing pipeline says of its checkpoints when it is asked: the list of those that wait, and one in full. */
import type { PipelineConnection } from "../../../src/connections.ts";
import { isObject, type Json, type JsonObject } from "../../../src/json.ts";
import { exchange, type Question } from "../../../src/outbound/exchange.ts";

const TIMEOUT_MS = 10_000;
/** A list of everything that waits, with all that the agents made. */
const MOST = 32 * 1_024 * 1_024;
const LIMITS = { depth: 64, keys: 500_000 };

const ENDED = /^(resolved|approved|rejected|modified|completed|expired|withdrawn|cancell?ed|failed)$/;

export type Listed =
  | { type: "list"; entries: JsonObject[] }
  /** `why`: in a few words, for the log. */
  | { type: "unclear"; why: string };

export async function listPending(connection: PipelineConnection, url: string, signal: AbortSignal): Promise<Listed> {
  const heard = await exchange(questionOf(connection, url, signal));
  if (heard.type === "silent") return { type: "unclear", why: heard.reason };
  if (heard.status !== 200) return { type: "unclear", why: `it answered ${heard.status}` };
  const entries = entriesOf(heard.value);
  return entries === undefined ? { type: "unclear", why: "it answered no list" } : { type: "list", entries };
}

/** Servers differ in how they wrap a list, in what they call waiting, and in whether they heed what they were asked for. */
function entriesOf(value: Json | undefined): JsonObject[] | undefined {
  const list = Array.isArray(value) ? value : isObject(value) ? (value.checkpoints ?? value.items) : undefined;
  if (!Array.isArray(list)) return undefined;
  return list.filter((each) => isObject(each)).filter(({ status }) => !ENDED.test(String(status)));
}

/** Null: there is nothing more to know; undefined: it could not be told just now. */
export async function readOne(
  connection: PipelineConnection,
  checkpoint: string,
  signal: AbortSignal,
): Promise<JsonObject | null | undefined> {
  if (connection.pending === undefined) return null;
  const url = `${connection.pending.replace(/\?.*$/, "")}/${encodeURIComponent(checkpoint)}`;
  const heard = await exchange(questionOf(connection, url, signal));
  if (heard.type === "silent" || heard.status >= 500 || heard.status === 429) return undefined;
  if (heard.status !== 200 || !isObject(heard.value)) return null;
  return isObject(heard.value.checkpoint) ? heard.value.checkpoint : heard.value;
}

function questionOf({ token }: PipelineConnection, url: string, signal: AbortSignal): Question {
  return {
    url,
    method: "GET",
    headers: { accept: "application/json", ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), signal]),
    most: MOST,
    limits: LIMITS,
  };
}
