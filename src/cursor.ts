/** Where a page ended, opaque to whoever holds it: the creation time and id of its last record. */

export interface Cursor {
  created: number;
  id: string;
}

export function encodeCursor({ created, id }: Cursor): string {
  return Buffer.from(JSON.stringify([created, id])).toString("base64url");
}

export function decodeCursor(text: string): Cursor {
  try {
    const [created, id, ...rest]: unknown[] = JSON.parse(Buffer.from(text, "base64url").toString());
    if (typeof created === "number" && typeof id === "string" && rest.length === 0) return { created, id };
  } catch {
    // Falls through to the one answer for everything that no list gave out.
  }
  throw new RangeError("cursor is not one that a list gave; leave it out to start with the newest");
}
