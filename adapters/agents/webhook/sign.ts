/**
 * Standard Webhooks (symmetric, v1): the receiver computes the same HMAC over id, time and the very bytes of the body.
 * An id names one event for good, so that a receiver can tell a repeat; time and signature are each attempt's own.
 */
import { createHmac } from "node:crypto";

/** A checkpoint ends once, so its id names the event. */
export function eventId(checkpoint: string): string {
  return `evt_${checkpoint}`;
}

export interface Signed {
  "webhook-id": string;
  "webhook-timestamp": string;
  "webhook-signature": string;
}

export function signedHeaders(id: string, body: Buffer, secret: Buffer, now: number): Signed {
  const seconds = String(Math.floor(now / 1_000));
  const mac = createHmac("sha256", secret).update(`${id}.${seconds}.`).update(body).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": `v1,${mac}` };
}
