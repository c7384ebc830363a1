/**
 * One of several replicas does something at a time: whoever holds a key of the shelf, which it renews and which frees
 * itself after `ttl` when its holder is gone. The holder stops by its own watch before the shelf forgets it, also while
 * the store is away. A process that was frozen for longer may believe a moment too long that it holds it: what is done
 * under a lease has to bear being done twice.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Shelf } from "./ports.ts";

export interface LeaseParts {
  shelf: Pick<Shelf, "get" | "set" | "add" | "take">;
  key: string;
  /** Ms after which a holder that was killed has lost it; it is renewed three times as often. */
  ttl: number;
  /** Runs while the lease is held, and is to end soon after the signal; the lease is given back once it has ended. */
  onHeld(signal: AbortSignal): Promise<void>;
  /** Another one holds it: told at each look, three times within `ttl`. */
  onWaiting?(): void;
  /** The store failed, or `onHeld` did: it is tried again. */
  onFault(error: unknown): void;
}

export interface Lease {
  isHeld(): boolean;
  /** Ends what runs under it and gives it back. */
  stop(): Promise<void>;
}

/** As often as that within its time a lease is renewed by who holds it, and asked for by who does not. */
const BEATS = 3;
/** That part of its time before the shelf forgets it the holder stops: what is on its way by then has to end, too. */
const EARLY = 0.1;

export function holdLease({ shelf, key, ttl, onHeld, onWaiting, onFault }: LeaseParts): Lease {
  const me = randomUUID();
  const stopped = new AbortController();
  const beat = ttl / BEATS;
  const own = ttl * (1 - EARLY);
  let held = false;
  const running = run();

  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      const until = await acquire();
      if (until === null) onWaiting?.();
      else if (until > 0) await hold(until);
      // Also after a work that ended by itself, so that others get their turn.
      await pause(beat, undefined, { signal: stopped.signal }).catch(() => {});
    }
  }

  /** Until when it is ours; null: it is another's; 0: the store did not say. */
  async function acquire(): Promise<number | null> {
    const asked = performance.now();
    try {
      // A former `add` may have got through although it failed.
      const mine = (await shelf.add(key, me, ttl)) || (await shelf.get(key)) === me;
      return mine ? asked + own : null;
    } catch (error) {
      onFault(error);
      return 0;
    }
  }

  async function hold(until: number): Promise<void> {
    const ended = new AbortController();
    const signal = AbortSignal.any([ended.signal, stopped.signal]);
    const renewing = renew(until, ended, signal);
    held = true;
    try {
      await onHeld(signal);
    } catch (error) {
      onFault(error);
    }
    held = false;
    ended.abort();
    await renewing;
    await release().catch(onFault);
  }

  async function renew(first: number, ended: AbortController, signal: AbortSignal): Promise<void> {
    let until = first;
    let watch = setTimeout(() => ended.abort(), until - performance.now());
    while (!signal.aborted) {
      await pause(beat, undefined, { signal }).catch(() => {});
      if (signal.aborted) break;
      const asked = performance.now();
      try {
        const mine = (await shelf.get(key)) === me;
        // Whoever was frozen since must not write over the next holder's.
        if (!mine || performance.now() >= until) ended.abort();
        else await shelf.set(key, me, ttl);
        until = asked + own;
        clearTimeout(watch);
        if (!signal.aborted) watch = setTimeout(() => ended.abort(), until - performance.now());
      } catch (error) {
        onFault(error);
      }
    }
    clearTimeout(watch);
  }

  async function release(): Promise<void> {
    if ((await shelf.get(key)) === me) await shelf.take(key);
  }

  return {
    isHeld: () => held,
    async stop() {
      stopped.abort();
      await running;
    },
  };
}
