/**
 * `X-Webhook-Signature`: hex HMAC-SHA256 of the body's bytes as they came, or of `<timestamp>.<bytes>` with a header
 * `X-Webhook-Timestamp`, which must then be near. Secrets tell connections apart: whichever verifies is who calls.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { CrewaiConnection } from "../../../src/connections.ts";

export interface Signed {
  bytes: Buffer;
  signature: string;
  /** Seconds since 1970, in digits. */
  timestamp?: string | undefined;
}

export interface Verified {
  connection: CrewaiConnection;
  /** When it was signed, in ms; null: any time, for the signature says nothing of it. */
  at: number | null;
}

/** What clocks may differ, and a delivery take. */
const TOLERANCE_MS = 300_000;

export function verify(
  { bytes, signature, timestamp }: Signed,
  connections: readonly CrewaiConnection[],
  now: number,
): Verified | undefined {
  if (!/^[0-9a-f]{64}$/.test(signature)) return undefined;
  if (timestamp !== undefined && !/^\d{1,12}$/.test(timestamp)) return undefined;
  const at = timestamp === undefined ? null : Number(timestamp) * 1_000;
  if (at !== null && Math.abs(now - at) > TOLERANCE_MS) return undefined;
  const given = Buffer.from(signature, "hex");
  // All of them, so that the time taken tells nothing of which one it was.
  const [connection] = connections.filter(({ secret }) => {
    if (secret === undefined) return false;
    const hmac = createHmac("sha256", secret);
    if (timestamp !== undefined) hmac.update(`${timestamp}.`);
    return timingSafeEqual(hmac.update(bytes).digest(), given);
  });
  return connection && { connection, at };
}
