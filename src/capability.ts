/**
 * Capability URLs, for agents that cannot send a token: `/in/<22 random characters>/callbacks`, one for each connection
 * at a time. Whoever knows it is that connection's agent; it is shown once, and only its hash is kept.
 */
import { createHash, randomBytes } from "node:crypto";
import type { Shelf } from "./ports.ts";

export interface Capabilities {
  /** A new one for the connection; the one before is void from now on. */
  issue(connection: string): Promise<string>;
  /** The connection that it was made for. */
  connectionOf(capability: string): Promise<string | undefined>;
  /** Void from now on; false: there was none. */
  revoke(connection: string): Promise<boolean>;
}

const SHAPE = /^[A-Za-z0-9_-]{22}$/;

export function makeCapabilities(shelf: Shelf): Capabilities {
  const ownerKey = (hash: string) => `capability:${hash}`;
  const currentKey = (connection: string) => `capability-of:${connection}`;

  async function revoke(connection: string): Promise<boolean> {
    const hash = await shelf.take(currentKey(connection));
    if (hash !== undefined) await shelf.take(ownerKey(hash));
    return hash !== undefined;
  }

  return {
    async issue(connection) {
      const capability = randomBytes(16).toString("base64url");
      const hash = hashOf(capability);
      await revoke(connection);
      await shelf.set(ownerKey(hash), connection);
      await shelf.set(currentKey(connection), hash);
      return capability;
    },
    async connectionOf(capability) {
      if (!SHAPE.test(capability)) return undefined;
      const hash = hashOf(capability);
      const connection = await shelf.get(ownerKey(hash));
      // Only the last one counts, whatever a crash left behind.
      const isCurrent = connection !== undefined && (await shelf.get(currentKey(connection))) === hash;
      return isCurrent ? connection : undefined;
    },
    revoke,
  };
}

function hashOf(capability: string): string {
  return createHash("sha256").update(capability).digest("base64url");
}
