/**
 * Calling agents back: the end of a checkpoint as a signed POST (Standard Webhooks). The receiver sees one id and one
 * body however often it is tried; when to try again is the core's business.
 */
import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { Checkpoint, Delivery } from "../../../src/checkpoint.ts";
import { makeGate } from "../../../src/outbound/gate.ts";
import { faultLine, statusLine } from "../../../src/outbound/reason.ts";
import type { Callback, Called, Shelf } from "../../../src/ports.ts";
import { makeBodies } from "./bodies.ts";
import { hostOf, makeGuard } from "./guard.ts";
import { post } from "./send.ts";
import { eventId, signedHeaders } from "./sign.ts";

export type Resolve = (host: string) => Promise<LookupAddress[]>;

export interface WebhookParts {
  shelf: Pick<Shelf, "get" | "set" | "add">;
  secret: Buffer;
  /** HITL_CALLBACK_ALLOW. */
  allow: readonly string[];
  /** Of the links in what is sent. */
  baseUrl: string;
  version: string;
  /** Aborted when the program ends: what is under way then is cut, and tried again by whoever runs next. */
  stop?: AbortSignal;
  /** Every address that a name leads to. */
  resolve?: Resolve;
  /** This host's own clock: receivers compare it with theirs. */
  now?: () => number;
  /** Ms for one attempt, from looking up the name to the answer. */
  timeout?: number;
}

const TIMEOUT_MS = 15_000;

/** Ms until a call comes again for an endpoint that gave no answer: the probe finds out when it is back. */
const AILING_MS = 45_000;

const BUSY = { type: "busy" } as const;
const LED_ASTRAY = { type: "failed", reason: "its name leads to an address that agents are not called at" } as const;

export function makeWebhooks(parts: WebhookParts): Required<Callback> {
  const { secret, version, resolve = everyAddress, now = Date.now, timeout = TIMEOUT_MS } = parts;
  const guard = makeGuard(parts.allow);
  const bodies = makeBodies(parts.shelf, parts.baseUrl);
  const enter = makeGate();
  const underWay = new Set<string>();
  const stop = parts.stop ?? new AbortController().signal;

  async function attempt(target: string, id: string, body: Buffer): Promise<Attempted> {
    // The settings may have become narrower since the raise.
    const fault = guard.fault(target);
    if (fault !== null) return { answered: true, called: { type: "failed", reason: fault } };
    const url = new URL(target);
    const patience = AbortSignal.timeout(timeout);
    const signal = AbortSignal.any([patience, stop]);
    try {
      const host = hostOf(url);
      const addresses = isIP(host) === 0 ? await sooner(resolve(host), signal) : [];
      if (!addresses.every(({ address }) => guard.admits(url, address))) return { answered: true, called: LED_ASTRAY };
      const headers = {
        "content-type": "application/json",
        "content-length": String(body.length),
        "user-agent": `hitl-bot/${version}`,
        ...signedHeaders(eventId(id), body, secret, now()),
      };
      return { answered: true, called: verdict(await post({ url, addresses, headers, body, signal })) };
    } catch (error) {
      if (stop.aborted) return { answered: true, called: BUSY };
      const reason = patience.aborted ? `timed out after ${timeout / 1_000} s` : faultLine(error);
      if (reason === undefined) throw error;
      return { answered: false, called: { type: "failed", reason } };
    }
  }

  async function call(checkpoint: Checkpoint, { url, endpoint }: Delivery): Promise<Called> {
    const entrance = await enter(endpoint);
    if (entrance.type === "full") return entrance.ailing ? { ...BUSY, after: AILING_MS } : BUSY;
    let answered = true;
    try {
      const body = await bodies.of(checkpoint);
      if (body === null) return BUSY;
      const attempted = await attempt(url, checkpoint.id, body);
      answered = attempted.answered;
      return attempted.called;
    } finally {
      entrance.leave(answered);
    }
  }

  return {
    fault: guard.fault,

    async call(checkpoint) {
      const { id, callback } = checkpoint;
      if (callback === null) throw new Error(`${id} has nobody to call back.`);
      if (stop.aborted || underWay.has(id)) return BUSY;
      underWay.add(id);
      try {
        return await call(checkpoint, callback);
      } finally {
        underWay.delete(id);
      }
    },

    forget: bodies.forget,
  };
}

interface Attempted {
  called: Called;
  /** False where the endpoint kept silent: it is called more carefully then. */
  answered: boolean;
}

function verdict(status: number): Called {
  if (status >= 200 && status < 300) return { type: "delivered" };
  // Standard Webhooks: whoever answers 410 wants no more of it.
  return { type: "failed", reason: statusLine(status), ...(status === 410 ? { gone: true } : {}) };
}

function everyAddress(host: string): Promise<LookupAddress[]> {
  return lookup(host, { all: true, verbatim: true });
}

/** A look-up cannot be stopped, but it need not be waited for. */
async function sooner<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
