/**
 * Discord as a channel: cards out by delivery.ts, acts in by press, submit, replies and slash. What must be kept is
 * kept by the desk and on the shelf, so that any replica may answer for any other. The bot runs without Discord, too:
 * until Discord has said who we are, cards wait, and it is asked again.
 */
import { setTimeout as pause } from "node:timers/promises";
import { makePulse } from "../../../src/chat/pulse.ts";
import { type Channel, type Logged, NotYet, type Posted, type Undeliverable } from "../../../src/ports.ts";
import { makeChain } from "./chain.ts";
import { post, tell, update } from "./delivery.ts";
import { forGood } from "./faults.ts";
import { makeGate } from "./gate.ts";
import { linked, type Outside, type Parts } from "./parts.ts";
import { makePeople } from "./people.ts";
import { makePlaces } from "./places.ts";
import { press } from "./press.ts";
import { hear } from "./replies.ts";
import { command, register } from "./slash.ts";
import { submit } from "./submit.ts";
import { retell } from "./talk.ts";
import { connect, type WireSettings } from "./transport.ts";

export interface DiscordChannel extends Channel {
  /** Whether presses reach this replica, or another one. */
  isUp(): boolean;
  /** Something happened to a checkpoint, wherever it did. */
  happened(logged: Logged): void;
}

/** What Discord has not answered by then is not waited for: the relay has its own errands, and the rest was courtesy. */
const LEAVE_MS = 2_000;
const PAUSES = [1_000, 2_000, 5_000, 10_000, 30_000];

export function makeDiscord(settings: WireSettings, outside: Outside): DiscordChannel {
  const inHand = new Set<Promise<void>>();
  const stopped = new AbortController();
  let live: Parts | undefined;
  let running: Promise<void> = Promise.resolve();
  let refused: string | undefined;

  function later(what: string, work: () => Promise<unknown>): void {
    const done: Promise<void> = work()
      .then(
        () => {},
        (error: unknown) => outside.report(`${what} failed`, error),
      )
      .finally(() => inHand.delete(done));
    inHand.add(done);
  }

  async function open(): Promise<Parts> {
    const { clock, shelf } = outside;
    const wire = await connect(settings, outside);
    const parts: Parts = {
      ...outside,
      ...{ wire, later, gate: makeGate(clock), pulse: makePulse(clock), chain: makeChain(shelf) },
      ...{ people: makePeople(wire, clock), places: makePlaces(wire, clock) },
    };
    later("registering /hitl", () => register(wire));
    await wire.start({
      press: (body) => press(parts, body),
      submission: (body) => submit(parts, body),
      command: (body) => command(parts, body),
      said: (body) => hear(parts, body),
    });
    return parts;
  }

  async function run(first: () => void): Promise<void> {
    for (let failures = 0; live === undefined && !stopped.signal.aborted; failures += 1) {
      try {
        const opened = await open();
        if (stopped.signal.aborted) return await opened.wire.stop();
        live = opened;
        refused = undefined;
      } catch (error) {
        refused = forGood(error);
        outside.report("Discord cannot be reached; trying again", error);
      }
      first();
      const wait = PAUSES[Math.min(failures, PAUSES.length - 1)];
      if (live === undefined) await pause(wait, undefined, { signal: stopped.signal }).catch(() => {});
    }
  }

  async function deliver(work: (parts: Parts) => Promise<Posted | Undeliverable>): Promise<Posted | Undeliverable> {
    if (live !== undefined) return work(live);
    if (refused !== undefined) return { type: "undeliverable", reason: refused };
    throw new NotYet(2_000);
  }

  return {
    name: "discord",
    isUp: () => live?.wire.isUp() ?? false,
    start() {
      const { promise, resolve } = Promise.withResolvers<void>();
      running = run(resolve);
      return promise;
    },
    post: (to, card, key) => deliver((parts) => post(parts, to, linked(parts, card), key)),
    update: (placement, card) => deliver((parts) => update(parts, placement, linked(parts, card))),
    tell: (to, note) => deliver((parts) => tell(parts, to, note)),
    happened(logged) {
      const parts = live;
      if (parts !== undefined) later("a line below a card", () => retell(parts, logged));
    },
    async stop() {
      stopped.abort();
      const left = [running, live?.wire.stop(), ...inHand];
      await Promise.race([Promise.all(left), pause(LEAVE_MS, undefined, { ref: false })]);
    },
  };
}
