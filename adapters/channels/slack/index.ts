/**
 * Slack as a channel: cards out by delivery.ts, acts in by press, submit, replies and slash. What must be kept is kept
 * by the desk and on the shelf, so that any replica may answer for any other. The bot runs without Slack, too: until
 * Slack has said who we are, cards wait, and it is asked again.
 */
import type { RequestListener } from "node:http";
import { type Later, makeConnection } from "../../../src/chat/connection.ts";
import { makePulse } from "../../../src/chat/pulse.ts";
import type { Channel, Logged } from "../../../src/ports.ts";
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

export function makeSlack(settings: WireSettings, outside: Outside): SlackChannel {
  const { clock, report, onState } = outside;
  const connection = makeConnection<Live>({ name: "Slack", open, close, forGood, report });

  async function open(later: Later): Promise<Live> {
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

  const { live, later, start, deliver, stop } = connection;
  return {
    name: "slack",
    listener(request, response) {
      const listener = live()?.parts.wire.listener;
      if (listener) listener(request, response);
      else response.writeHead(503, { "Retry-After": "1" }).end();
    },
    isUp: () => live()?.parts.wire.isUp() ?? false,
    ...{ start, stop },
    post: (to, card, key) => deliver(({ parts }) => post(parts, to, linked(parts, card), key)),
    update: (placement, card) => deliver(({ parts }) => update(parts, placement, linked(parts, card))),
    tell: (to, note) => deliver(({ parts }) => tell(parts, to, note)),
    happened(logged) {
      const now = live();
      if (now === undefined) return;
      now.home.changed(logged.entry.id);
      later("a line in a thread", () => retell(now.parts, logged));
    },
  };
}

function close({ parts, home }: Live): Promise<void> {
  home.stop();
  return parts.wire.stop();
}
