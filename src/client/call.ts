/**
 * One call of the HTTP API: sent, repeated while that is safe, and its answer checked before it is handed on.
 * Whatever goes wrong leaves as a HitlError; an abort by the caller leaves as the signal's own reason.
 */
import type { Problem } from "../json.ts";
import { asProblem, type CheckpointView } from "./checks.ts";

export class HitlError extends Error {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors: Problem[];
  /** The checkpoint as it stands, where the answer told: who decided what, when. */
  readonly checkpoint: CheckpointView | undefined;
  /** Ms after which the bot asked to be called again. */
  readonly retryAfter: number | undefined;

  constructor(what: {
    status: number;
    code: string;
    detail: string;
    errors?: Problem[];
    checkpoint?: CheckpointView | undefined;
    retryAfter?: number | undefined;
    cause?: unknown;
  }) {
    super(`${what.code}: ${what.detail}`, { cause: what.cause });
    this.name = "HitlError";
    this.status = what.status;
    this.code = what.code;
    this.detail = what.detail;
    this.errors = what.errors ?? [];
    this.checkpoint = what.checkpoint;
    this.retryAfter = what.retryAfter;
  }
}

export interface Call {
  method: "GET" | "POST";
  path: string;
  body?: unknown;
  /** Idempotency-Key: the same over all attempts. */
  key?: string;
  /** Seconds that the bot may hold the answer back (`?wait=`). */
  hold?: number;
  /** Ms in which attempts that got no answer are repeated; 0: one attempt. */
  patience: number;
  signal?: AbortSignal | undefined;
}

/** Ms that an answer may take beyond what it was asked to be held back. */
const ANSWER_WITHIN = 15_000;
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 5_000;

/** No answer, or one that says that nothing happened yet. */
export function isPassing({ status }: HitlError): boolean {
  return [0, 429, 502, 503, 504].includes(status);
}

export interface Connection {
  url: string;
  token: string;
  surface?: "terminal" | "api";
}

/** The bot's address without a slash at the end, and what every request to it bears. */
export function connect({ url, token, surface }: Connection): { base: string; headers: Record<string, string> } {
  const base = baseOf(url);
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new HitlError({
      status: 0,
      code: "invalid_token",
      detail: "The token is empty or holds spaces or control characters; copy it again.",
    });
  const headers = { authorization: `Bearer ${token}` };
  return { base, headers: surface === undefined ? headers : { ...headers, "hitl-surface": surface } };
}

export function caller(options: Connection) {
  const { base, headers } = connect(options);

  return async function call<T>(request: Call, read: (body: unknown) => T | undefined): Promise<T> {
    const until = Date.now() + request.patience;
    for (let wait = FIRST_PAUSE; ; wait = Math.min(wait * 2, LONGEST_PAUSE)) {
      try {
        return await once(request, read);
      } catch (error) {
        if (!(error instanceof HitlError) || !isPassing(error)) throw error;
        const next = Math.min(Math.max(error.retryAfter ?? wait, FIRST_PAUSE), LONGEST_PAUSE);
        if (Date.now() + next > until) throw error;
        await pause(next, request.signal);
      }
    }
  };

  async function once<T>(request: Call, read: (body: unknown) => T | undefined): Promise<T> {
    const timeout = AbortSignal.timeout((request.hold ?? 0) * 1_000 + ANSWER_WITHIN);
    let response: Response;
    let text: string;
    try {
      response = await fetch(base + request.path, {
        method: request.method,
        headers: { ...headers, ...headersOf(request) },
        // A redirect could lead to somebody else's "approved", and would carry the question there.
        redirect: "manual",
        signal: request.signal ? AbortSignal.any([request.signal, timeout]) : timeout,
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      });
      text = await response.text();
    } catch (error) {
      request.signal?.throwIfAborted();
      throw unreachable(base, error);
    }
    const body = parse(text);
    if (response.status >= 200 && response.status <= 202) {
      const answer = read(body);
      if (answer !== undefined) return answer;
      throw new HitlError({
        status: response.status,
        code: "malformed_answer",
        detail: `${base} answered ${request.method} ${request.path} with something that is not what the API promises; is it a hitl-bot of this version?`,
      });
    }
    throw refusal(response, body);
  }
}

function headersOf(request: Call): Record<string, string> {
  return {
    accept: "application/json",
    ...(request.body === undefined ? {} : { "content-type": "application/json" }),
    ...(request.key === undefined ? {} : { "idempotency-key": request.key }),
  };
}

export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function refusal(response: Response, body: unknown): HitlError {
  const { status } = response;
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  const retryAfter = Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined;
  const problem = asProblem(body);
  if (problem !== undefined) return new HitlError({ status, retryAfter, ...problem });
  const detail = `The bot answered with status ${status} and no explanation; is the address that of a hitl-bot?`;
  return new HitlError({ status, retryAfter, code: "unexpected_answer", detail });
}

export function unreachable(base: string, cause: unknown): HitlError {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const why =
    inner instanceof Error
      ? inner.name === "TimeoutError"
        ? "it did not answer in time"
        : inner.message
      : "no answer";
  const detail = `No bot answers at ${base} (${why || "no answer"}). Is it running, and is the address right?`;
  return new HitlError({ status: 0, code: "unreachable", detail, cause });
}

function baseOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed !== undefined && /^https?:$/.test(parsed.protocol) && parsed.username === "" && parsed.search === "")
    return (parsed.origin + parsed.pathname).replace(/\/+$/, "");
  const detail = `"${url}" is not an address of a bot; write it like http://127.0.0.1:8787.`;
  throw new HitlError({ status: 0, code: "invalid_url", detail });
}

/** Ends early with the signal's reason. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
