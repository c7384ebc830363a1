/**
 * HMAC-SHA-256, as base64url. A key is prepared once and kept as long as its bytes are: preparing it anew for every
 * code costs five times as much as the code itself.
 */
import { createHmac, createSecretKey, type KeyObject } from "node:crypto";

const prepared = new WeakMap<Buffer, KeyObject>();

export function hmac(key: Buffer, text: string): string {
  return createHmac("sha256", secretOf(key)).update(text).digest("base64url");
}

function secretOf(key: Buffer): KeyObject {
  const known = prepared.get(key);
  if (known !== undefined) return known;
  const secret = createSecretKey(key);
  prepared.set(key, secret);
  return secret;
}
