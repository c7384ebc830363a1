/**
 * What Slack sends to the app, over HTTP (signed) or Socket Mode (in envelopes), with three seconds to acknowledge.
 * Deliveries can be held back and let go in another order, doubled, delayed, retried and replayed byte for byte.
 */
import { randomUUID } from "node:crypto";
import type { Agent } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { Json, JsonObject } from "../../../src/json.ts";
import { type Signing, signed } from "./signing.ts";
import type { SocketDoor } from "./sockets.ts";
import { aboutOf, type DeliveryKind, encoded, parsed, post, retryHeaders, withoutEmpty } from "./wire.ts";
import type { World } from "./world.ts";

/** docs.slack.dev, acknowledgement response and Events API. */
export const ACK_MS = 3_000;

export interface Delivery {
  kind: DeliveryKind;
  /** The event's or interaction's own type, or the command. */
  about: string;
  payload: JsonObject;
  /** Taken within three seconds: an acknowledgement, or a 2xx. */
  acked: boolean;
  /** Until the acknowledgement; null when there was none. */
  ms: number | null;
  /** HTTP only. */
  status: number | null;
  /** What came with the acknowledgement: JSON, else text; null when it was empty. */
  body: Json;
  /** Why it was not acknowledged. */
  trouble: string | null;
  /** 0 for the first attempt, then 1, 2, 3. */
  retry: number;
  /** Told of the app's own doing, not of a person's. */
  echo: boolean;
  /** The very bytes, over HTTP; to be replayed. */
  sent: { headers: Record<string, string>; body: string } | null;
}

export interface Sending {
  signing?: Signing;
  retry?: number;
  /** Of the app's own doing: neither held back nor part of what `nextDeliveries` plans. */
  echo?: boolean;
}

export interface Courier {
  /** `socket`, or the address that the app listens on for all of Slack's requests. */
  to(where: "socket" | URL | string): void;
  deliver(kind: DeliveryKind, payload: JsonObject, sending?: Sending): Promise<Delivery>;
  /** The same event or interaction once more, as Slack retries it: same ids, newly signed, the next retry number. */
  again(delivery: Delivery, sending?: Sending): Promise<Delivery>;
  /** The same bytes with the same signature, as somebody who captured them would send them. HTTP only. */
  replay(delivery: Delivery): Promise<Delivery>;
  /** The next `times` deliveries arrive so many times (a copy is not waited for), or so many ms late. */
  nextDeliveries(how: { copies?: number; late?: number }, times?: number): void;
  /** Keeps what people do back from the app, until it is released; `heldDeliveries` waits until so many are waiting. */
  holdDeliveries(): void;
  heldDeliveries(count: number): Promise<void>;
  releaseDeliveries(order?: "as they came" | "reversed" | "shuffled"): void;
  /** Waits until nothing is under way to the app any more, copies and echoes included. */
  idle(): Promise<void>;
  /** Everything that was sent, in order of sending. */
  deliveries: Delivery[];
}

interface Parts {
  world: World;
  door: SocketDoor;
  agent: Agent;
  secret: string;
  ackMs: number;
  random: () => number;
}

export function makeCourier({ world, door, agent, secret, ackMs, random }: Parts): Courier {
  const deliveries: Delivery[] = [];
  let where: "socket" | URL = "socket";
  const plans: { copies: number; late: number }[] = [];
  let gate: (() => void)[] | null = null;
  let underWay = 0;

  async function deliver(kind: DeliveryKind, payload: JsonObject, sending: Sending = {}): Promise<Delivery> {
    if (sending.echo === true) return attempt(kind, payload, sending);
    const plan = plans.shift() ?? { copies: 1, late: 0 };
    if (gate !== null) {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate.push(resolve);
      world.changed();
      await promise;
    }
    if (plan.late > 0) await pause(plan.late);
    const first = attempt(kind, payload, sending);
    for (let copy = 1; copy < plan.copies; copy += 1) void attempt(kind, payload, sending);
    return first;
  }

  async function attempt(kind: DeliveryKind, payload: JsonObject, sending: Sending): Promise<Delivery> {
    const delivery: Delivery = {
      kind,
      about: aboutOf(kind, payload),
      payload: structuredClone(payload),
      acked: false,
      ms: null,
      status: null,
      body: null,
      trouble: null,
      retry: sending.retry ?? 0,
      echo: sending.echo ?? false,
      sent: null,
    };
    deliveries.push(delivery);
    underWay += 1;
    if (where === "socket") await overSocket(delivery);
    else {
      const { type, body } = encoded(kind, payload);
      const retry = delivery.retry === 0 ? {} : retryHeaders(delivery.retry);
      const headers = { "content-type": type, ...retry, ...signed(body, secret, sending.signing) };
      delivery.sent = { headers, body };
      await overHttp(delivery, where);
    }
    underWay -= 1;
    world.changed();
    return delivery;
  }

  async function overSocket(delivery: Delivery): Promise<void> {
    const { kind, payload, retry } = delivery;
    const event = kind === "events_api";
    const from = performance.now();
    const sent = door.send({
      type: kind,
      envelope_id: randomUUID(),
      payload,
      accepts_response_payload: !event,
      ...(event ? { retry_attempt: retry, retry_reason: retry === 0 ? "" : "timeout" } : {}),
    });
    if (sent === undefined) {
      delivery.trouble = "no socket is connected";
      return;
    }
    const late = AbortSignal.timeout(ackMs);
    const ack = await Promise.race([sent.ack, aborted(late)]);
    if (ack === "late") {
      sent.forget();
      delivery.trouble = `not acknowledged within ${ackMs} ms`;
    } else if (ack === null) delivery.trouble = "the socket closed before it was acknowledged";
    else {
      delivery.acked = true;
      delivery.ms = performance.now() - from;
      delivery.body = withoutEmpty(ack.payload);
    }
  }

  async function overHttp(delivery: Delivery, url: URL): Promise<void> {
    if (delivery.sent === null) throw new Error("nothing to send over HTTP");
    const { headers, body } = delivery.sent;
    try {
      const { status, text, ms } = await post(url, headers, body, agent, ackMs);
      delivery.status = status;
      delivery.acked = status >= 200 && status < 300;
      delivery.body = withoutEmpty(parsed(text));
      if (delivery.acked) delivery.ms = ms;
      else delivery.trouble = `answered with ${status}`;
    } catch (error) {
      const late = error instanceof Error && error.message === "late";
      delivery.trouble = late ? `not acknowledged within ${ackMs} ms` : `not reached: ${String(error)}`;
    }
  }

  return {
    deliveries,
    to(place) {
      where = place === "socket" ? place : new URL(place);
    },
    deliver,
    again: (delivery, sending = {}) =>
      attempt(delivery.kind, delivery.payload, { retry: delivery.retry + 1, ...sending }),
    async replay(delivery) {
      if (delivery.sent === null || where === "socket") throw new Error("only what went over HTTP can be replayed");
      const copy: Delivery = { ...delivery, acked: false, ms: null, status: null, body: null, trouble: null };
      deliveries.push(copy);
      await overHttp(copy, where);
      return copy;
    },
    nextDeliveries({ copies = 1, late = 0 }, times = 1) {
      plans.push(...Array.from({ length: times }, () => ({ copies, late })));
    },
    holdDeliveries() {
      gate ??= [];
    },
    async idle() {
      await world.until(() => underWay === 0, "the app to acknowledge everything", 2 * ackMs);
    },
    async heldDeliveries(count) {
      await world.until(() => (gate?.length ?? 0) >= count, `${count} held deliveries`);
    },
    releaseDeliveries(order = "as they came") {
      const going = gate ?? [];
      gate = null;
      if (order === "reversed") going.reverse();
      if (order === "shuffled") going.sort(() => random() - 0.5);
      for (const go of going) go();
    },
  };
}

function aborted(signal: AbortSignal): Promise<"late"> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve("late"), { once: true });
  });
}
