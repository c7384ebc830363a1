/** Ids that are not to be guessed: 128 random bits each, drawn for many at once, because each draw costs as much. */
import { randomFillSync } from "node:crypto";

const BYTES = 16;
const pool = Buffer.alloc(64 * BYTES);
let used = pool.length;

export function newId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const id = pool.toString("base64url", used, used + BYTES);
  used += BYTES;
  return `chk_${id}`;
}
