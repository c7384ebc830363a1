/**
 * What a chat channel does around its connection: it is opened, and again for as long as it takes; until the platform
 * has said who we are cards wait, and what it refuses for good is undeliverable. Work that nobody waits for is kept in
 * hand, so that leaving can give it a moment.
 */
import { setTimeout as pause } from "node:timers/promises";
import { NotYet, type Posted, type Undeliverable } from "../ports.ts";

export interface Opening<Live> {
  /** As people call it, in what is reported. */
  name: string;
  open(later: Later): Promise<Live>;
  close(live: Live): Promise<unknown>;
  /** Why the platform will never take us like this; undefined: another try may help. */
  forGood(error: unknown): string | undefined;
  report(what: string, error?: unknown): void;
}

/** Work that nobody waits for; a failure is reported. */
export type Later = (what: string, work: () => Promise<unknown>) => void;

export interface Connection<Live> {
  live(): Live | undefined;
  later: Later;
  /** Ends once the platform has answered for the first time, well or not. */
  start(): Promise<void>;
  deliver(work: (live: Live) => Promise<Posted | Undeliverable>): Promise<Posted | Undeliverable>;
  stop(): Promise<void>;
}

/** What has not been answered by then is not waited for: the relay has its own errands, and the rest was courtesy. */
const LEAVE_MS = 2_000;
const PAUSES = [1_000, 2_000, 5_000, 10_000, 30_000];
/** Ms until a card that found nobody to carry it comes again. */
const WAITING_MS = 2_000;

export function makeConnection<Live extends object>(opening: Opening<Live>): Connection<Live> {
  const { name, close, report } = opening;
  const inHand = new Set<Promise<void>>();
  const stopped = new AbortController();
  let live: Live | undefined;
  let running: Promise<void> = Promise.resolve();
  let refused: string | undefined;

  const later: Later = (what, work) => {
    const done: Promise<void> = work()
      .then(
        () => {},
        (error: unknown) => report(`${what} failed`, error),
      )
      .finally(() => inHand.delete(done));
    inHand.add(done);
  };

  async function run(first: () => void): Promise<void> {
    for (let failures = 0; live === undefined && !stopped.signal.aborted; failures += 1) {
      try {
        const opened = await opening.open(later);
        if (stopped.signal.aborted) return void (await close(opened));
        live = opened;
        refused = undefined;
      } catch (error) {
        refused = opening.forGood(error);
        report(`${name} cannot be reached; trying again`, error);
      }
      first();
      const wait = PAUSES[Math.min(failures, PAUSES.length - 1)];
      if (live === undefined) await pause(wait, undefined, { signal: stopped.signal }).catch(() => {});
    }
  }

  return {
    live: () => live,
    later,
    start() {
      const { promise, resolve } = Promise.withResolvers<void>();
      running = run(resolve);
      return promise;
    },
    async deliver(work) {
      if (live !== undefined) return work(live);
      if (refused !== undefined) return { type: "undeliverable", reason: refused };
      throw new NotYet(WAITING_MS);
    },
    async stop() {
      stopped.abort();
      const left = [running, live && close(live), ...inHand];
      await Promise.race([Promise.all(left), pause(LEAVE_MS, undefined, { ref: false })]);
    },
  };
}
