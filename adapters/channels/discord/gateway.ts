/**
 * Keeps the gateway's connection open as long as the channel runs, on one replica at a time: whoever holds the lease
 * connects, and resumes the session that the former holder left on the shelf, so that nothing that was said in between
 * is missed. Whatever ends a connection, the next is begun; nothing that happens to one ends the process.
 */
import { setTimeout as pause } from "node:timers/promises";
import { holdLease, type Lease } from "../../../src/lease.ts";
import type { Shelf } from "../../../src/ports.ts";
import { spendIdentify } from "./budget.ts";
import { type Kept, keepSession } from "./session.ts";
import { type Dispatch, openSocket, type Session } from "./socket.ts";

export interface GatewayParts {
  shelf: Shelf;
  clock: () => number;
  token: string;
  intents: number;
  /** Tells one bot's keys on the shelf from another's. */
  application: string;
  /** Where to connect, and the identifies that Discord itself has left for us. */
  address(): Promise<{ url: string; remaining: number; resetAfter: number }>;
  /** Settles when the dispatch need not come again. */
  dispatch(dispatch: Dispatch): Promise<void>;
  report: (what: string, error?: unknown) => void;
  onState(up: boolean): void;
  /** Ms. */
  lease?: number;
}

export interface Gateway {
  /** Answers at the first connection, here or on another replica, or after the first failure, which is reported. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Whether presses reach this replica or another one. */
  isUp(): boolean;
}

/** A holder that was killed is followed after this, a third more, and the time that a resume takes. */
const LEASE = 3_000;
/** Ms between attempts: quick at first, since most ends are Discord's own restarts. */
const PAUSES = [250, 1_000, 2_000, 5_000, 15_000];
/** A connection that ended sooner counts as a failure, or a server that hangs up would be called without pause. */
const STEADY = 5_000;
/** Discord asks for 1 to 5 s before an identify, where it refused a session. */
const AFTER_INVALID = 1_000;
/** Where only a changed setting helps. */
const FATAL_PAUSE = 60_000;

export function keepGateway(parts: GatewayParts): Gateway {
  const { shelf, clock, report, application } = parts;
  const length = parts.lease ?? LEASE;
  const upKey = `discord:up:${application}`;
  const first = Promise.withResolvers<void>();
  let lease: Lease | undefined;
  let isUp = false;

  function state(up: boolean): void {
    if (up) first.resolve();
    if (up === isUp) return;
    isUp = up;
    parts.onState(up);
  }

  async function hold(signal: AbortSignal): Promise<void> {
    const kept = await keepSession(shelf, `discord:session:${application}:${parts.intents}`, report);
    for (let failures = 0; !signal.aborted; ) {
      const began = performance.now();
      const wait = await once(kept, signal, failures).catch((error: unknown) => {
        report("the gateway cannot be reached; trying again", error);
        return 0;
      });
      state(false);
      first.resolve();
      await hush();
      failures = performance.now() - began >= STEADY ? 0 : failures + 1;
      // With a little chance in it, so that bots do not come all at once.
      const usual = (PAUSES[Math.min(failures, PAUSES.length) - 1] ?? 0) * (0.75 + Math.random() / 2);
      await pause(Math.max(usual, wait), undefined, { signal }).catch(() => {});
    }
    await kept.save();
  }

  /** One connection; answers how long to wait at least before the next. */
  async function once(kept: Kept, signal: AbortSignal, failures: number): Promise<number> {
    const session = kept.session();
    // After a failure the session's own address may be what is wrong.
    const url = session !== null && failures === 0 ? session.url : await freshAddress(session);
    if (typeof url === "number") return url;
    let spent = 0;
    let beacon: ReturnType<typeof setInterval> | undefined;
    const socket = openSocket({
      ...{ url, token: parts.token, intents: parts.intents, session },
      async mayIdentify() {
        spent = await spendIdentify(shelf, `discord:identifies:${application}`, clock());
        return spent === 0;
      },
      onOpen(opened) {
        kept.opened(opened);
        state(true);
        tellOthers();
        beacon = setInterval(tellOthers, length);
      },
      onDispatch(dispatch) {
        kept.begun(dispatch.seq);
        void parts
          .dispatch(dispatch)
          .catch((error: unknown) => report("a dispatch failed", error))
          .finally(() => kept.done(dispatch.seq));
      },
    });
    signal.addEventListener("abort", socket.close, { once: true });
    if (signal.aborted) socket.close();
    const { why, resume, fatal } = await socket.ended;
    signal.removeEventListener("abort", socket.close);
    clearInterval(beacon);
    if (!resume) kept.forget();
    if (signal.aborted) return 0;
    report(`the gateway's connection has ended: ${why}`);
    if (fatal) return FATAL_PAUSE;
    return resume ? 0 : Math.max(spent, AFTER_INVALID * (1 + Math.random()));
  }

  /** A number: so many ms until Discord would take another identify. */
  async function freshAddress(session: Session | null): Promise<string | number> {
    const { url, remaining, resetAfter } = await parts.address();
    if (session !== null || remaining > 0) return url;
    report(`Discord takes no identify for another ${Math.ceil(resetAfter / 60_000)} minutes`);
    return resetAfter;
  }

  /** Other replicas answer whether presses reach somebody, too. */
  function tellOthers(): void {
    shelf.set(upKey, "1", 3 * length).catch((error: unknown) => report("the shelf did not take a note", error));
  }

  async function hush(): Promise<void> {
    await shelf.take(upKey).catch((error: unknown) => report("the shelf did not take a note", error));
  }

  function hearOfHolder(): void {
    first.resolve();
    shelf.get(upKey).then(
      (up) => lease?.isHeld() === false && state(up !== undefined),
      (error: unknown) => report("the shelf did not answer", error),
    );
  }

  return {
    start() {
      lease = holdLease({
        ...{ shelf, key: `discord:gateway:${application}`, ttl: length, onHeld: hold, onWaiting: hearOfHolder },
        onFault: (error) => report("the gateway's lease could not be asked for", error),
      });
      return first.promise;
    },
    async stop() {
      await lease?.stop();
      state(false);
    },
    isUp: () => isUp,
  };
}
