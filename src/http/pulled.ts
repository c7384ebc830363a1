/**
 * The body of an answer that goes on for long: the next piece is fetched once the socket has taken the last one, so a
 * slow reader costs one slice, and one that has stopped reading is let go.
 */
import type { ServerResponse } from "node:http";

export interface Pulled {
  first: Uint8Array<ArrayBuffer>;
  /** Null: that was all. */
  next(): Promise<Uint8Array<ArrayBuffer> | null>;
  outgoing: ServerResponse;
  /** Aborts when the reader has gone. */
  gone: AbortSignal;
  /** Aborts when the bot stops. */
  stopping: AbortSignal;
  onFault(error: unknown): void;
}

/** Bytes handed to a socket at once. */
const SLICE = 128 * 1024;
/** Ms that a socket may take for one slice. */
const STALL = 30_000;
/** Ms that a reader has for what it was sent last, once the bot stops. */
const FAREWELL = 250;
const NOTHING = new Uint8Array(0);

export function pulledBody({ first, next, outgoing, gone, stopping, onFault }: Pulled): ReadableStream<Uint8Array> {
  let rest = first;
  let isSending = false;
  const stalled = setTimeout(() => isSending && outgoing.destroy(), STALL);
  const stop = () => setTimeout(() => outgoing.destroy(), FAREWELL).unref();
  stopping.addEventListener("abort", stop, { signal: gone });
  gone.addEventListener("abort", () => clearTimeout(stalled), { once: true });

  function send(controller: ReadableStreamDefaultController<Uint8Array>): void {
    controller.enqueue(rest.subarray(0, SLICE));
    rest = rest.length > SLICE ? rest.subarray(SLICE) : NOTHING;
    isSending = true;
    stalled.refresh();
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        isSending = false;
        try {
          rest = rest.length > 0 ? rest : ((await next()) ?? NOTHING);
        } catch (error) {
          onFault(error);
        }
        if (gone.aborted) return;
        if (rest.length === 0) controller.close();
        else send(controller);
      },
    },
    { highWaterMark: 0 },
  );
}
