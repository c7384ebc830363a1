/** One secret, several keys: HKDF-SHA-256 (RFC 5869) with the purpose as info, so that no key can stand in for another. */
import { hkdfSync } from "node:crypto";

export interface Keys {
  handles: Buffer;
  cookies: Buffer;
  audit: Buffer;
  webhooks: Buffer;
  /** Makes the ids of mails. */
  mails: Buffer;
  /** Seals what agents want back untouched, which nobody else has to read. */
  cipher: Buffer;
  /** Makes the ids of raises that carry an Idempotency-Key. */
  ids: Buffer;
  /** Not a key: what replicas compare to know that they share the secret. */
  check: string;
}

export function deriveKeys(secret: Buffer): Keys {
  const key = (purpose: string) => Buffer.from(hkdfSync("sha256", secret, "", `hitl-bot ${purpose}`, 32));
  return {
    handles: key("handles"),
    cookies: key("cookies"),
    audit: key("audit"),
    webhooks: key("webhooks"),
    mails: key("mails"),
    cipher: key("cipher"),
    ids: key("ids"),
    check: key("check").toString("base64url"),
  };
}

/** The form that every Standard Webhooks library takes. */
export function webhookSecretText(secret: Buffer): string {
  return `whsec_${secret.toString("base64")}`;
}
