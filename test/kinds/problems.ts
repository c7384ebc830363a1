import { pointer } from "../../src/json.ts";
import type { Kind } from "../../src/kinds/kind.ts";

/** What a kind finds wrong with a payload, as `pointer message`. */
export function problems(kind: Kind, payload: unknown): string[] {
  const { error } = kind.payload.safeParse(payload);
  return (error?.issues ?? []).map(({ path, message }) => `${pointer(path)} ${message}`);
}
