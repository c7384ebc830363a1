/**
 * Slack as a channel: cards out by delivery.ts, acts in by press, submit, replies and slash. What must be kept is kept
 * by the desk and on the shelf, so that any replica may answer for any other. The bot runs without Slack, too: until
 * Slack has said who we are, cards wait, and it is asked again.
 */
import type { RequestListener } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { makePulse } from "../../../src/chat/pulse.ts";
import { type Channel, type Logged, NotYet, type Posted, type Undeliverable } from "../../../src/ports.ts";
import { post, tell, update } from "./delivery.ts";
import { makeGate } from "./gate.ts";
import { type HomeTab, makeHome } from "./home.ts";
import { linked, type Outside, type Parts } from "./parts.ts";
import { makePeople } from "./people.ts";
import { makePlaces } from "./places.ts";
import { press } from "./press.ts";
import { hear } from "./replies.ts";
import { command } from "./slash.ts";
import { submit } from "./submit.ts";
import { retell } from "./talk.ts";
import { connect, type WireSettings } from "./transport.ts";
import { forGood } from "./wire.ts";

export interface SlackChannel extends Channel {
  /** Takes what comes in under /slack/ where there is no Socket Mode. */
  listener: RequestListener;
  isUp(): boolean;
  /** Something happened to a checkpoint, wherever it did. */
  happened(logged: Logged): void;
}

interface Live {
  parts: Parts;
  home: HomeTab;
}

/** What Slack has not answered by then is not waited for: the relay has its own errands, and the rest was courtesy. */
const LEAVE_MS = 2_000;
const PAUSES = [1_000, 2_000, 5_000, 10_000, 30_000];

export function makeSlack(settings: WireSettings, outside: Outside): SlackChannel {
  const inHand = new Set<Promise<void>>();
  const stopped = new AbortController();
  let live: Live | undefined;
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

  async function open(): Promise<Live> {
    const { clock, report, onState } = outside;
    const wire = await connect(settings, report, onState);
    const parts: Parts = {
      ...outside,
      ...{
        wire,
        later,
        gate: makeGate(clock),
        pulse: makePulse(clock),
        people: makePeople(wire, clock),
        places: makePlaces(wire, clock),
      },
    };
    const home = makeHome(parts);
    await wire.start({
      press: (body) => press(parts, body),
      submission: (body) => submit(parts, body),
      command: (body) => command(parts, body),
      said: (body) => hear(parts, body),
      opened: home.opened,
    });
    return { parts, home };
  }

  async function run(first: () => void): Promise<void> {
    for (let failures = 0; live === undefined && !stopped.signal.aborted; failures += 1) {
      try {
        const opened = await open();
        if (stopped.signal.aborted) return await opened.parts.wire.stop();
        live = opened;
        refused = undefined;
      } catch (error) {
        refused = forGood(error);
        outside.report("Slack cannot be reached; trying again", error);
      }
      first();
      const wait = PAUSES[Math.min(failures, PAUSES.length - 1)];
      if (live === undefined) await pause(wait, undefined, { signal: stopped.signal }).catch(() => {});
    }
  }

  async function deliver(work: (parts: Parts) => Promise<Posted | Undeliverable>): Promise<Posted | Undeliverable> {
    if (live !== undefined) return work(live.parts);
    if (refused !== undefined) return { type: "undeliverable", reason: refused };
    throw new NotYet(2_000);
  }

  return {
    name: "slack",
    listener(request, response) {
      const listener = live?.parts.wire.listener;
      if (listener) listener(request, response);
      else response.writeHead(503, { "Retry-After": "1" }).end();
    },
    isUp: () => live?.parts.wire.isUp() ?? false,
    start() {
      const { promise, resolve } = Promise.withResolvers<void>();
      running = run(resolve);
      return promise;
    },
    post: (to, card, key) => deliver((parts) => post(parts, to, linked(parts, card), key)),
    update: (placement, card) => deliver((parts) => update(parts, placement, linked(parts, card))),
    tell: (to, note) => deliver((parts) => tell(parts, to, note)),
    happened(logged) {
      if (live === undefined) return;
      const { parts, home } = live;
      home.changed(logged.entry.id);
      later("a line in a thread", () => retell(parts, logged));
    },
    async stop() {
      stopped.abort();
      live?.home.stop();
      const left = [running, live?.parts.wire.stop(), ...inHand];
      await Promise.race([Promise.all(left), pause(LEAVE_MS, undefined, { ref: false })]);
    },
  };
}
