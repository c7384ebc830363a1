/** Reading the log, to its head or beyond it. */
import { setTimeout as pause } from "node:timers/promises";
import { type Entry, type Logged, type LogQuery, StoreUnavailable } from "../../../src/ports.ts";
import { unpackEntry } from "./entry.ts";
import { BUCKET, PREFIX } from "./keys.ts";
import type { Client } from "./link.ts";
import { type Reply, script } from "./script.ts";
import type { Tail } from "./tail.ts";

/** Entries of one checkpoint behind a number, with the head of the whole log. */
const STORY = script(`
local answer = { now, redis.call('GET', p .. 'seq') or '0' }
local state = redis.call('HGET', p .. 'state', ARGV[2])
if not state then return answer end
local after = tonumber(ARGV[3])
for seq in string.gmatch(cjson.decode(state)[4], '%d+') do
  if tonumber(seq) > after then
    local entry = redis.call('LINDEX', p .. 'log:' .. math.floor((seq - 1) / ${BUCKET}), (seq - 1) % ${BUCKET})
    answer[#answer + 1] = seq
    answer[#answer + 1] = entry
    if #answer > 2 * ${BUCKET} then break end
  end
end
return answer
`);

/** Each asks once; the caller's discipline is around it. */
export interface LogReader {
  page(after: number): Promise<Logged[]>;
  entry(seq: number): Promise<Entry | undefined>;
  story(id: string, after: number): Promise<{ head: number; entries: Logged[] }>;
  head(): Promise<number>;
}

export type Ask = <T>(send: (client: Client) => Promise<T>) => Promise<T>;
export type AskScript = (what: ReturnType<typeof script>, args: string[]) => Promise<Reply[]>;

export function makeLogReader(ask: Ask, askScript: AskScript): LogReader {
  return {
    async page(after) {
      const key = `${PREFIX}log:${Math.floor(after / BUCKET)}`;
      const texts = await ask((client) => client.lRange(key, after % BUCKET, -1));
      return texts.map((text, index) => ({ seq: after + 1 + index, entry: unpackEntry(text) }));
    },
    async entry(seq) {
      const key = `${PREFIX}log:${Math.floor((seq - 1) / BUCKET)}`;
      const text = await ask((client) => client.lIndex(key, (seq - 1) % BUCKET));
      return text === null ? undefined : unpackEntry(text);
    },
    async story(id, after) {
      const [, head, ...fields] = await askScript(STORY, [id, String(after)]);
      const entries: Logged[] = [];
      for (let at = 0; at < fields.length; at += 2)
        entries.push({ seq: Number(fields[at]), entry: unpackEntry(String(fields[at + 1])) });
      return { head: Number(head), entries };
    },
    head: async () => Number((await ask((client) => client.get(`${PREFIX}seq`))) ?? 0),
  };
}

export async function* readLog(
  reader: LogReader,
  tail: Tail,
  { id, after, follow }: LogQuery,
  signal?: AbortSignal,
): AsyncGenerator<Logged, void> {
  if (follow) return yield* followLog(reader, tail, { ...(id === undefined ? {} : { id }), after }, signal);
  let last = after === "head" ? await reader.head() : after;
  while (!signal?.aborted) {
    const page = id === undefined ? await reader.page(last) : (await reader.story(id, last)).entries;
    if (page.length === 0) return;
    for (const logged of page) {
      yield logged;
      last = logged.seq;
      if (signal?.aborted) return;
    }
  }
}

/** After a fault of the store; a follower goes on behind the last entry it saw, however long the store is away. */
const RETRY_MS = 100;

async function* followLog(
  reader: LogReader,
  tail: Tail,
  { id, after }: LogQuery,
  signal?: AbortSignal,
): AsyncGenerator<Logged, void> {
  const leave = tail.join();
  let last = after === "head" ? undefined : after;
  let seen: Logged | undefined;
  let doubts = 0;
  try {
    while (!signal?.aborted && !tail.closed) {
      const now = tail.doubts;
      const next = last === undefined || now !== doubts ? "unread" : tail.after(last);
      if (next === undefined) await tail.news(signal);
      else if (typeof next === "object") {
        last = next.seq;
        seen = { seq: next.seq, entry: next.entry() };
        if (id === undefined || next.id === id) yield seen;
      } else {
        const read = await catchUp(reader, { id, last, seen }, signal);
        // Its numbers are given anew: whoever goes on behind one of them would miss what bears the others.
        if (read === "lost") throw new StoreUnavailable("The log has lost its end; read on from where it ends now.");
        if (read === undefined) continue;
        doubts = now;
        for (const logged of read.entries) {
          if (signal?.aborted || tail.closed) return;
          seen = logged;
          yield logged;
        }
        last = read.last;
      }
    }
  } finally {
    leave();
  }
}

interface Place {
  id: string | undefined;
  last: number | undefined;
  /** The newest entry that the follower has looked at. */
  seen: Logged | undefined;
}

interface Read {
  entries: Logged[];
  /** How far that reaches. */
  last: number;
}

/** What the store has behind a place; lost: that place is gone; undefined: the store is away, and a moment has passed. */
async function catchUp(
  reader: LogReader,
  place: Place,
  signal: AbortSignal | undefined,
): Promise<Read | "lost" | undefined> {
  try {
    const read = await readBehind(reader, place);
    const { seen } = place;
    // Asked after the reading: what is lost between the two is found out the next time.
    if (seen !== undefined && (await reader.entry(seen.seq))?.mac !== seen.entry.mac) return "lost";
    return read;
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    await pause(RETRY_MS, undefined, signal === undefined ? {} : { signal }).catch(() => {});
    return undefined;
  }
}

async function readBehind(reader: LogReader, { id, last }: Place): Promise<Read> {
  if (last === undefined) return { entries: [], last: await reader.head() };
  if (id === undefined) {
    const entries = await reader.page(last);
    return { entries, last: entries.at(-1)?.seq ?? last };
  }
  const { entries, head } = await reader.story(id, last);
  return { entries, last: entries.length < BUCKET ? Math.max(last, head) : (entries.at(-1)?.seq ?? last) };
}
