/**
 * Keeps a connection open as long as the channel runs: whatever ends it, the next one is begun at once, and after
 * failures with growing pauses. Nothing that happens to a connection ends the process.
 */
import { setTimeout as pause } from "node:timers/promises";

export interface Connection {
  /** Settles when it has ended, for whatever reason. */
  ended: Promise<void>;
  close(): Promise<void>;
}

export interface Socket {
  /** Answers at the first connection or after the first failure, which is reported. */
  start(): Promise<void>;
  stop(): Promise<void>;
  isUp(): boolean;
}

/** Ms between attempts: quick at first, since a restart of Slack's end takes seconds. */
const PAUSES = [250, 500, 1_000, 2_000, 5_000];
/** A connection that ended sooner counts as a failure, or a server that hangs up would be called without pause. */
const STEADY = 2_000;
/** The pause that such short connections grow to: Slack took them, after all. */
const BRIEF = 2;

export function keepOpen(
  open: () => Promise<Connection>,
  report: (what: string, error?: unknown) => void,
  onState: (up: boolean) => void,
): Socket {
  const stopped = new AbortController();
  let current: Connection | undefined;
  let running: Promise<void> | undefined;

  async function run(first: () => void): Promise<void> {
    let failures = 0;
    while (!stopped.signal.aborted) {
      let since = Number.POSITIVE_INFINITY;
      try {
        current = await open();
        since = performance.now();
        onState(true);
        first();
        if (stopped.signal.aborted) await current.close().catch(() => {});
        else await current.ended;
        if (!stopped.signal.aborted) report("the socket has ended; opening another one");
      } catch (error) {
        report("no socket could be opened; trying again", error);
      }
      current = undefined;
      onState(false);
      first();
      const lasted = performance.now() - since;
      failures = lasted >= STEADY ? 0 : lasted >= 0 ? Math.min(failures + 1, BRIEF) : failures + 1;
      // With a little chance in it, so that replicas do not come all at once.
      const wait =
        failures === 0 ? 0 : (PAUSES[Math.min(failures, PAUSES.length) - 1] ?? 0) * (0.75 + Math.random() / 2);
      await pause(wait, undefined, { signal: stopped.signal }).catch(() => {});
    }
  }

  return {
    start() {
      const { promise, resolve } = Promise.withResolvers<void>();
      running = run(resolve);
      return promise;
    },
    async stop() {
      stopped.abort();
      await current?.close().catch(() => {});
      await running;
    },
    isUp: () => current !== undefined,
  };
}
