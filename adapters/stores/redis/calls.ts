/**
 * The discipline of every call: an answer, or StoreUnavailable, in less than 2 seconds. An attempt takes at most 0.8 s;
 * one of which no word came back is made once more, told that it is a repeat. What Redis refused did not happen.
 */
import { setTimeout as pause } from "node:timers/promises";
import { outOfReach } from "../../../src/out-of-reach.ts";
import { StoreUnavailable } from "../../../src/ports.ts";
import { closed, type Fault, faultOf } from "./faults.ts";
import type { Client, Link } from "./link.ts";

export interface Calls {
  /** `send` is called again, with `repeat`, when it is not known whether its first attempt was carried out. */
  ask<T>(send: Send<T>): Promise<T>;
  /** Likewise, but never repeated; `late` hears an answer that came after all when nobody waited any more. */
  askOnce<T>(send: Send<T>, late: (answer: T) => void): Promise<T>;
  /** Refuses what is asked from now on; resolves when everything asked before is settled. */
  close(): Promise<void>;
}

type Send<T> = (client: Client, repeat: boolean) => Promise<T>;

interface Attempt {
  sent: number;
  giveUp(): void;
}

const ATTEMPT_MS = 800;
/** How often it is looked who has waited too long: one timer for all, because a timer each costs as much as a call. */
const WATCH_MS = 50;
/** Between looks at a server that is loading or busy. */
const PASSING_PAUSE_MS = 40;
/** A connection on which nothing was heard for so long, while calls were waiting, is given up. */
const SILENCE_MS = 2_000;

export function makeCalls(link: Link): Calls {
  /** Oldest first. */
  const waiting = new Set<Attempt>();
  let watch: NodeJS.Timeout | undefined;
  let heard = performance.now();
  let isClosed = false;
  let inHand = 0;
  let idle: (() => void) | undefined;

  function look(): void {
    const overdue = [...waiting].filter(({ sent }) => performance.now() - sent >= ATTEMPT_MS);
    // A turn later: an answer that waits behind a busy event loop is still an answer.
    if (overdue.length > 0) setImmediate(giveUp, overdue);
    if (waiting.size > 0) return;
    clearInterval(watch);
    watch = undefined;
  }

  function giveUp(overdue: Attempt[]): void {
    const late = overdue.filter((each) => waiting.delete(each));
    for (const each of late) each.giveUp();
    const now = performance.now();
    if (late.some(({ sent }) => heard < sent) && now - heard > SILENCE_MS) {
      heard = now;
      link.renew();
    }
  }

  function attempt<T>(send: Send<T>, repeat: boolean, late?: (answer: T) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      const own: Attempt = { sent: performance.now(), giveUp: () => reject(outOfReach("it does not answer")) };
      waiting.add(own);
      watch ??= setInterval(look, WATCH_MS);
      const isAwaited = () => {
        heard = performance.now();
        return waiting.delete(own);
      };
      send(link.client, repeat).then(
        (answer) => (isAwaited() ? resolve(answer) : late?.(answer)),
        (error) => isAwaited() && reject(error),
      );
    });
  }

  /** A connection that has just broken may be back in a moment; one that is down for longer is not waited for. */
  async function connected(): Promise<void> {
    if (isClosed) throw closed();
    if (link.client.isReady) return;
    const patience = ATTEMPT_MS - (performance.now() - (link.downSince ?? performance.now()));
    if (!(await link.ready(patience))) throw isClosed ? closed() : outOfReach("no connection to Redis", link.fault);
  }

  /** From the error of a first attempt on, if one was made. */
  async function repeated<T>(send: Send<T>, first?: unknown): Promise<T> {
    const began = performance.now();
    let unsure = false;
    let error = first;
    for (;;) {
      if (error !== undefined) {
        const fault = verdictOn(error);
        if (fault.type === "mistake") throw error;
        if (fault.type === "refused") throw outOfReach(fault.reason, error);
        if (fault.type === "passing") {
          if (performance.now() - began > ATTEMPT_MS) throw outOfReach(fault.reason, error);
          await pause(PASSING_PAUSE_MS);
        } else {
          if (unsure) throw error instanceof StoreUnavailable ? error : outOfReach(fault.reason, error);
          unsure = true;
        }
      }
      await connected();
      try {
        return await attempt(send, unsure);
      } catch (thrown) {
        error = thrown;
      }
    }
  }

  async function once<T>(send: Send<T>, late: (answer: T) => void): Promise<T> {
    await connected();
    try {
      return await attempt(send, false, late);
    } catch (error) {
      const fault = verdictOn(error);
      throw error instanceof StoreUnavailable || fault.type === "mistake" ? error : outOfReach(fault.reason, error);
    }
  }

  function counted<T>(call: Promise<T>): Promise<T> {
    inHand += 1;
    const settled = () => {
      inHand -= 1;
      if (inHand === 0) idle?.();
    };
    call.then(settled, settled);
    return call;
  }

  return {
    ask(send) {
      if (isClosed || !link.client.isReady) return counted(repeated(send));
      return counted(attempt(send, false).catch((error: unknown) => repeated(send, error)));
    },
    askOnce: (send, late) => counted(once(send, late)),
    async close() {
      isClosed = true;
      if (inHand === 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      idle = resolve;
      await promise;
    },
  };
}

/** An attempt that was given up is one of which no word came back. */
function verdictOn(error: unknown): Fault & { reason?: string } {
  return error instanceof StoreUnavailable ? { type: "lost", reason: error.message } : faultOf(error);
}
