/**
 * Discord as a channel: cards out by delivery.ts, acts in by press, submit, replies and slash. What must be kept is
 * kept by the desk and on the shelf, so that any replica may answer for any other. The bot runs without Discord, too:
 * until Discord has said who we are, cards wait, and it is asked again.
 */
import { type Later, makeConnection } from "../../../src/chat/connection.ts";
import { makePulse } from "../../../src/chat/pulse.ts";
import type { Channel, Logged } from "../../../src/ports.ts";
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

export function makeDiscord(settings: WireSettings, outside: Outside): DiscordChannel {
  const { clock, shelf, report } = outside;
  const close = ({ wire }: Parts) => wire.stop();
  const connection = makeConnection<Parts>({ name: "Discord", open, close, forGood, report });

  async function open(later: Later): Promise<Parts> {
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

  const { live, later, start, deliver, stop } = connection;
  return {
    name: "discord",
    isUp: () => live()?.wire.isUp() ?? false,
    ...{ start, stop },
    post: (to, card, key) => deliver((parts) => post(parts, to, linked(parts, card), key)),
    update: (placement, card) => deliver((parts) => update(parts, placement, linked(parts, card))),
    tell: (to, note) => deliver((parts) => tell(parts, to, note)),
    happened(logged) {
      const parts = live();
      if (parts !== undefined) later("a line below a card", () => retell(parts, logged));
    },
  };
}
