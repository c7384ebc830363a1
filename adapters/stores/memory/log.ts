/** The log, followed: whoever has read to the head waits until somebody rings. */
import type { Bell } from "../../../src/bell.ts";
import type { Logged, LogQuery } from "../../../src/ports.ts";
import type { State } from "./state.ts";

export async function* readLog(
  state: State,
  bell: Bell,
  isClosed: () => boolean,
  { id, after, follow }: LogQuery,
  signal?: AbortSignal,
): AsyncGenerator<Logged, void> {
  let last = after === "head" ? state.log.length : after;
  while (!signal?.aborted) {
    const next = state.log.findIndex((each, index) => index >= last && (id === undefined || each.id === id));
    const found = state.log[next];
    if (found !== undefined) {
      last = next + 1;
      yield { seq: last, entry: JSON.parse(found.entry) };
    } else {
      if (!follow || isClosed()) return;
      await bell.heard(signal);
    }
  }
}
