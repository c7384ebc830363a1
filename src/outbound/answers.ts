/**
 * Telling an agent's system how its checkpoint ended, in its own protocol: the words are the door's, the carrying is
 * the same for all. What is sent follows from the record alone, so that every attempt sends the same under one id.
 */
import type { Checkpoint } from "../checkpoint.ts";
import type { Connection, Protocol } from "../connections.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Callback, Called, Opened, Page } from "../ports.ts";
import { exchange } from "./exchange.ts";
import { makeGate } from "./gate.ts";
import { statusLine } from "./reason.ts";

/** What a door has to say about answering; both are pure. */
export interface Answering {
  /** Of an ended checkpoint; `nothing`: this protocol has no word for such an end, and people are told so. */
  answer(checkpoint: Checkpoint, connection: Connection): Outgoing | { type: "nothing"; remark: string };
  /**
   * Where the protocol does not say which question is answered: what to ask the system first, so that an answer that
   * comes late is not taken for that to another question. Absent or null: nothing.
   */
  before?(checkpoint: Checkpoint, connection: Connection): { url: string; headers?: Record<string, string> } | null;
  /**
   * Whether it still waits for this answer. Undefined: it is no system that would say; `unclear`: it should have, and
   * is asked again later. `sent`: it was sent before, and nobody knows whether that got through.
   */
  waits?(
    checkpoint: Checkpoint,
    status: number,
    value: Json | undefined,
    sent: boolean,
  ): boolean | "unclear" | undefined;
  /**
   * Of what the agent has one question open at a time: its thread, or an id in it. Once it has asked something newer
   * there, the answer to what it asked before is not sent any more.
   */
  oneOpen?: "thread" | "id";
  /** What the system made of it; `usual` is what the status alone would mean. */
  heard?(status: number, value: Json | undefined, usual: Called): Called;
}

export interface Outgoing {
  type: "outgoing";
  body: JsonObject;
  headers?: Record<string, string>;
}

export interface AnswersParts {
  connections: readonly Connection[];
  protocols: ReadonlyMap<Protocol, Answering>;
  opened: Pick<Opened, "store" | "shelf">;
  version: string;
  /** Aborted when the program ends. */
  stop: AbortSignal;
  /** Ms for one attempt. */
  timeout?: number;
}

const TIMEOUT_MS = 15_000;
/** Ms until a call comes again for a system that gave no answer: the probe finds out when it is back. */
const AILING_MS = 45_000;
const ANSWER_BYTES = 16 * 1_024;
const BUSY = { type: "busy" } as const;
const GONE_ON = "The agent's system no longer waits for this answer; it was not sent";
/** Longer than an answer is tried to be delivered. */
const SENT_MS = 8 * 86_400_000;

export function makeAnswers(parts: AnswersParts): Pick<Callback, "call"> {
  const { protocols, opened, version, stop, timeout = TIMEOUT_MS } = parts;
  const connections = new Map(parts.connections.map((each) => [each.name, each]));
  const enter = makeGate();
  const underWay = new Set<string>();

  async function attempt(checkpoint: Checkpoint, url: string): Promise<{ called: Called; answered: boolean }> {
    const { door, id } = checkpoint;
    const answering = door && protocols.get(door.protocol);
    const connection = connections.get(door?.connection ?? "");
    if (answering === undefined || connection?.protocol !== door?.protocol || connection === undefined)
      return failed(`the settings have no connection ${door?.connection ?? ""} any more`);
    // It took the question back itself, or asked another one instead: an answer could only be mistaken for that one's.
    if (checkpoint.withdrawn?.by.kind === "agent") return { answered: true, called: { type: "delivered" } };
    const said = answering.answer(checkpoint, connection);
    if (said.type === "nothing") return { answered: true, called: { type: "delivered", remark: said.remark } };
    if (answering.oneOpen !== undefined && (await isOvertaken(opened.store, checkpoint, answering.oneOpen)))
      return { answered: true, called: { type: "delivered", remark: GONE_ON } };
    // A system that has moved since is still told at its former address, but not handed the token of the new one.
    const isItsOwn = Object.values(connection).some((each) => typeof each === "string" && isAt(each, url));
    const bearer = connection.token === undefined || !isItsOwn ? {} : { authorization: `Bearer ${connection.token}` };
    const question = answering.before?.(checkpoint, connection) ?? null;
    if (question !== null) {
      const { url, headers } = question;
      const signal = AbortSignal.any([AbortSignal.timeout(timeout), stop]);
      const looked = await exchange({ url, method: "GET", headers: { ...bearer, ...headers }, signal });
      if (looked.type === "silent") return silent(looked.reason);
      // It cannot say now what it waits for.
      if (looked.status >= 500 || looked.status === 429) return failed(statusLine(looked.status));
      const sent = (await opened.shelf.get(sentKey(id))) !== undefined;
      const waits = answering.waits?.(checkpoint, looked.status, looked.value, sent);
      if (waits === "unclear") return failed("it does not say what it waits for");
      if (waits === false) return { answered: true, called: { type: "delivered", remark: GONE_ON } };
      if (!sent) await opened.shelf.set(sentKey(id), "", SENT_MS);
    }
    const heard = await exchange({
      url,
      method: "POST",
      headers: {
        "content-type": "application/json",
        "user-agent": `hitl-bot/${version}`,
        // The same over all attempts, for a receiver to know a repeat by.
        "idempotency-key": `evt_${id}`,
        "webhook-id": `evt_${id}`,
        ...bearer,
        ...said.headers,
      },
      body: JSON.stringify(said.body),
      signal: AbortSignal.any([AbortSignal.timeout(timeout), stop]),
      most: ANSWER_BYTES,
    });
    if (heard.type === "silent") return silent(heard.reason);
    const usual = verdict(heard.status);
    return { answered: true, called: answering.heard?.(heard.status, heard.value, usual) ?? usual };
  }

  function silent(reason: string): { called: Called; answered: boolean } {
    if (stop.aborted) return { answered: true, called: BUSY };
    return { answered: false, called: { type: "failed", reason } };
  }

  return {
    async call(checkpoint) {
      const { id, callback } = checkpoint;
      if (callback === null) throw new Error(`${id} has nobody to call back.`);
      if (stop.aborted || underWay.has(id)) return BUSY;
      underWay.add(id);
      const entrance = await enter(callback.endpoint);
      let answered = true;
      try {
        if (entrance.type === "full") return entrance.ailing ? { ...BUSY, after: AILING_MS } : BUSY;
        const attempted = await attempt(checkpoint, callback.url);
        answered = attempted.answered;
        return attempted.called;
      } finally {
        underWay.delete(id);
        if (entrance.type === "place") entrance.leave(answered);
      }
    },
  };
}

function sentKey(id: string): string {
  return `answers:sent:${id}`;
}

/** Newest first, and no further than the checkpoint itself: others may have put anything under the same name. */
async function isOvertaken(store: Opened["store"], checkpoint: Checkpoint, oneOpen: "thread" | "id") {
  const { door, created_at } = checkpoint;
  if (door === undefined) return false;
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: Page = await store.list({
      session: door.thread,
      limit: 200,
      ...(cursor === undefined ? {} : { cursor }),
    });
    const isNext = ({ door: other }: Checkpoint) =>
      other?.protocol === door.protocol &&
      other.connection === door.connection &&
      other.thread === door.thread &&
      (oneOpen === "thread" || other.id === door.id);
    if (page.items.some((each) => isNext(each) && isAfter(each, checkpoint))) return true;
    cursor = page.items.some((each) => each.created_at < created_at) ? null : page.next;
  }
  return false;
}

/** Of one millisecond only one is the last, so that never two are answered. */
function isAfter(each: Checkpoint, { id, created_at, round }: Checkpoint): boolean {
  if (each.previous === id) return true;
  if (each.created_at !== created_at) return each.created_at > created_at;
  if (each.round !== round) return each.round > round;
  return each.withdrawn?.by.kind !== "agent" && each.id > id;
}

function isAt(template: string, url: string): boolean {
  return URL.parse(template.replaceAll(/[{}]/g, ""))?.origin === new URL(url).origin;
}

/** A system that says "there is no such thing" or "it is over" will say so for ever; all else may pass. */
function verdict(status: number): Called {
  if (status >= 200 && status < 300) return { type: "delivered" };
  const reason = statusLine(status);
  if (status === 409) return { type: "delivered", remark: `The agent's system took no more answer (${reason}).` };
  return { type: "failed", reason, ...(status === 410 ? { gone: true } : {}) };
}

function failed(reason: string): { called: Called; answered: boolean } {
  return { answered: true, called: { type: "failed", reason } };
}

/** One callback of both: what came in by a door is answered through it, all else by a webhook. */
export function byDoor(webhooks: Required<Callback>, answers: Pick<Callback, "call">): Required<Callback> {
  const isDoors = ({ door }: Checkpoint) => door !== undefined && door.connection !== null;
  return {
    fault: webhooks.fault,
    call: (checkpoint) => (isDoors(checkpoint) ? answers.call(checkpoint) : webhooks.call(checkpoint)),
    forget: webhooks.forget,
  };
}
