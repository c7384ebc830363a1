/**
 * Text that the store keeps without knowing it: AES-256-GCM under a key of HITL_SECRET, bound to the place where it is
 * kept, so that what was sealed for one checkpoint cannot be put into another.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const PREFIX = "hitl1.";
/** Bytes of GCM: NIST SP 800-38D. The nonce is drawn anew each time; 2^32 texts under one key are far away. */
const [NONCE, TAG] = [12, 16];

export function seal(text: string, place: string, key: Buffer): string {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(place));
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return PREFIX + Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url");
}

/** Undefined where it is not sealed; throws where it was sealed by another key, for another place, or changed since. */
export function open(text: string, place: string, key: Buffer): string | undefined {
  if (!text.startsWith(PREFIX)) return undefined;
  const bytes = Buffer.from(text.slice(PREFIX.length), "base64url");
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE), { authTagLength: TAG })
      .setAAD(Buffer.from(place))
      .setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
    return decipher.update(bytes.subarray(NONCE + TAG), undefined, "utf8") + decipher.final("utf8");
  } catch (cause) {
    throw new Error(
      `What is kept for the agent as "${place}" cannot be opened: the store was changed by hand, or made with another HITL_SECRET.`,
      { cause },
    );
  }
}
