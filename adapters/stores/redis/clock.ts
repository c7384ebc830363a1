/**
 * The server's clock as this process knows it: its own monotonic clock, and how far the server's is from that. Every
 * answer brings the server's time, which was read at some moment between sending and receiving. The estimate is the
 * best of the lower bounds, so it is never ahead of the server: what is due there is what an estimate from the same
 * answer calls due, and nothing is decided before its time. The wall clock of this machine plays no part.
 */

/** Ms from any origin, never running backwards. */
export type LocalClock = () => number;

export interface ServerClock {
  now(): number;
  /** The server's time in an answer, and when it was asked and heard on the local clock. */
  learn(server: number, sent: number, heard: number): void;
  /** When it was last heard of, on the local clock. */
  readonly heard: number;
}

/** Two clocks drift apart by up to 0.5 ms in this time (100 ppm), after which a bound is forgotten. */
const KEEP_MS = 5_000;

export function makeServerClock(local: LocalClock): ServerClock {
  let since = Number.NEGATIVE_INFINITY;
  let former = Number.NEGATIVE_INFINITY;
  let current = Number.NEGATIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  return {
    now: () => Math.floor(local() + Math.max(former, current)),
    learn(server, sent, heard) {
      last = heard;
      // Whole milliseconds: the server was within the one that it told.
      const atMost = server + 1 - sent;
      if (Math.max(former, current) > atMost) {
        // One of the clocks was set back.
        former = Number.NEGATIVE_INFINITY;
        current = Number.NEGATIVE_INFINITY;
      }
      if (heard - since >= KEEP_MS || heard < since) {
        former = current;
        current = Number.NEGATIVE_INFINITY;
        since = heard;
      }
      current = Math.max(current, server - heard);
    },
    get heard() {
      return last;
    },
  };
}
