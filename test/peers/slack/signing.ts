/** Slack's request signature, rightly and wrongly made. Dated by the machine's clock, as the app checks it by that. */
import { createHmac } from "node:crypto";

export interface Signing {
  /** Another secret than the app's. */
  secret?: string;
  /** Seconds that the timestamp is off: negative is old, positive comes from the future. */
  skew?: number;
  /** Headers in place of the right ones; null leaves one out. */
  headers?: Record<string, string | null>;
}

export function signed(body: string, secret: string, how: Signing = {}): Record<string, string> {
  const at = Math.floor(Date.now() / 1_000) + (how.skew ?? 0);
  const mac = createHmac("sha256", how.secret ?? secret)
    .update(`v0:${at}:${body}`)
    .digest("hex");
  const headers = { "x-slack-request-timestamp": String(at), "x-slack-signature": `v0=${mac}`, ...how.headers };
  return Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== null));
}
