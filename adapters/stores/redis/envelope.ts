/**
 * Keyv's text for a value, `{"value":…}`, without the cost of its general way: Keyv puts a colon before strings that
 * begin with one (its mark for binary data), so only a text that may hold such a string takes the slow road.
 * An envelope never says when it expires: Keyv would judge that by the reader's clock, and delete.
 */

/** A string value that begins with a colon; rarely also another that only looks so, which costs time and no more. */
const COLON = /[:[,]":/;

/** Members beside `value` are left alone by Keyv. */
export function seal(value: unknown, beside: Record<string, unknown> = {}): string {
  const text = JSON.stringify({ value, ...beside });
  return COLON.test(text) ? JSON.stringify({ value, ...beside }, mark) : text;
}

export function unseal(text: string): { value: unknown; [beside: string]: unknown } {
  return COLON.test(text) ? JSON.parse(text, unmark) : JSON.parse(text);
}

function mark(_: string, value: unknown): unknown {
  return typeof value === "string" && value.startsWith(":") ? `:${value}` : value;
}

function unmark(_: string, value: unknown): unknown {
  return typeof value === "string" && value.startsWith(":") ? value.slice(1) : value;
}
