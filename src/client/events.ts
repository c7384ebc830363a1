/**
 * The event stream as an async iterator: whatever cuts it, it comes back with the place it had reached, so that every
 * event arrives once and none is missed.
 */
import type { KindName } from "../checkpoint.ts";
import type { EntryType } from "../ports.ts";
import { type Connection, connect, HitlError, isPassing, parse, pause, refusal, unreachable } from "./call.ts";
import { asCheckpoint, type CheckpointView } from "./checks.ts";

export interface HitlEvent {
  /** Its place: give the last one seen as `after` to go on behind it, in another process, too. */
  id: number;
  type: EntryType;
  at: string;
  checkpoint: CheckpointView;
}

export interface EventsQuery {
  kind?: KindName;
  agent?: string;
  session?: string;
  after?: number;
}

/** Ms to go on trying: before anything was heard, and after. */
export interface Patience {
  first: number;
  later: number;
}

/** The bot gives a sign of life every 15 s; a connection that is silent for this long is dead. */
const SILENCE = 45_000;
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 3_000;

export async function* follow(
  options: Connection,
  { after, ...watched }: EventsQuery,
  patience: Patience,
  signal?: AbortSignal,
): AsyncGenerator<HitlEvent, never> {
  const { base, headers } = connect(options);
  const words = Object.entries(watched).filter(([, value]) => value !== undefined);
  const url = `${base}/v1/events?${new URLSearchParams(words)}`;
  let last = after === undefined ? undefined : String(after);
  let until = Date.now() + patience.first;
  for (let wait = FIRST_PAUSE; ; wait = Math.min(wait * 2, LONGEST_PAUSE)) {
    const silence = new Silence(signal);
    try {
      const body = await open(
        url,
        last === undefined ? headers : { ...headers, "last-event-id": last },
        silence.signal,
      );
      for await (const { id, event, data } of blocks(body, () => silence.broken())) {
        last = id ?? last;
        wait = FIRST_PAUSE;
        until = Date.now() + patience.later;
        if (data !== undefined) yield eventOf(Number(last), event, data);
      }
    } catch (error) {
      signal?.throwIfAborted();
      const fault = error instanceof HitlError ? error : unreachable(base, error);
      if (!isPassing(fault) || Date.now() + wait > until) throw fault;
    } finally {
      silence.end();
    }
    await pause(wait, signal);
  }
}

async function open(url: string, headers: Record<string, string>, signal: AbortSignal) {
  // A redirect would carry the token to somebody else.
  const response = await fetch(url, {
    headers: { ...headers, accept: "text/event-stream" },
    redirect: "manual",
    signal,
  });
  if (response.status !== 200) throw refusal(response, parse(await response.text()));
  if (response.body === null || !response.headers.get("content-type")?.startsWith("text/event-stream"))
    throw malformed("the answer is no stream of events");
  return response.body;
}

type Block = Partial<Record<"id" | "event" | "data", string>>;

/** What is between two blank lines, as the HTML standard reads it; `heard` on everything, comments too. */
async function* blocks(body: ReadableStream<Uint8Array<ArrayBuffer>>, heard: () => void): AsyncGenerator<Block, void> {
  let rest = "";
  let block: Block = {};
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    heard();
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const field = /^(id|event|data): ?(.*)$/.exec(line.replace(/\r$/, ""));
      if (field !== null) block[field[1] as keyof Block] = field[2] ?? "";
      else if (line === "" || line === "\r") {
        yield block;
        block = {};
      }
    }
  }
}

function eventOf(id: number, type: string | undefined, data: string): HitlEvent {
  const value = parse(data);
  const { at, checkpoint } = typeof value === "object" && value !== null ? (value as Partial<HitlEvent>) : {};
  const sound = asCheckpoint(checkpoint);
  if (Number.isInteger(id) && type?.startsWith("checkpoint.") && typeof at === "string" && sound !== undefined)
    return { id, type: type as EntryType, at, checkpoint: sound };
  throw malformed(`the event ${id} is not what the API promises`);
}

function malformed(why: string): HitlError {
  return new HitlError({ status: 200, code: "malformed_answer", detail: `The bot's answer cannot be used: ${why}.` });
}

/** Aborts when nothing was heard for long, or when the caller's signal does. */
class Silence {
  readonly #dead = new AbortController();
  readonly #timer = setTimeout(() => this.#dead.abort(new Error("it fell silent")), SILENCE);
  readonly signal: AbortSignal;

  constructor(signal: AbortSignal | undefined) {
    this.signal = signal === undefined ? this.#dead.signal : AbortSignal.any([signal, this.#dead.signal]);
  }

  broken(): void {
    this.#timer.refresh();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#dead.abort();
  }
}
