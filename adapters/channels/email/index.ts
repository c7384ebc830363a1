/**
 * E-mail as a channel: it tells, and decides nothing. A placement is a mailbox that was asked; it hears once more when
 * all is over. A mail is sent at least once; its id is made from what it is about, and those that were certainly sent
 * are not sent again.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Note } from "../../../src/card.ts";
import { type Checkpoint, personOf, type Ref } from "../../../src/checkpoint.ts";
import type { Directory } from "../../../src/policy/directory.ts";
import { type Channel, NotYet, type Posted, type Shelf, type Undeliverable } from "../../../src/ports.ts";
import { type Event, type Letter, render, signInLetter } from "./render.ts";
import { threaded } from "./thread.ts";
import { connect, refusalOf, type WireSettings } from "./transport.ts";

export interface EmailParts {
  directory: Pick<Directory, "person" | "ownerOf" | "nameOf">;
  shelf: Pick<Shelf, "add" | "get" | "set" | "take">;
  /** Makes the ids of mails. */
  key: Uint8Array;
  clock: () => number;
  record(id: string): Promise<Checkpoint | undefined>;
  baseUrl: string;
  /** Whether that leads somewhere from where people read their mail. */
  links: boolean;
  report(what: string, error: unknown): void;
  onState(up: boolean): void;
}

export interface EmailChannel extends Channel {
  isUp(): boolean;
  /** A way into the inbox, for a person of the settings who asked for it. */
  signIn(person: string, url: string, minutes: number): Promise<void>;
}

/** How long one replica may take over a mail before another may send it. */
const CLAIM_MS = 60_000;
const KEPT_MS = 7 * 86_400_000;
const PAUSES = [2_000, 5_000, 15_000, 60_000];

export function makeEmail(settings: WireSettings, parts: EmailParts): EmailChannel {
  const { directory, shelf, key, clock, report } = parts;
  const wire = connect(settings);
  const stopped = new AbortController();
  let up = false;
  let running: Promise<void> | undefined;

  function seen(now: boolean): void {
    if (now !== up) parts.onState(now);
    up = now;
    if (!up && running === undefined)
      running = watch().finally(() => {
        running = undefined;
      });
  }

  /** Asks until the server is there: whoever looks at the state must not wait for the next mail. */
  async function watch(first: () => void = () => {}): Promise<void> {
    for (let failures = 0; !up && !stopped.signal.aborted; failures += 1) {
      try {
        await wire.check();
        seen(true);
      } catch (error) {
        if (failures === 0) report("the mail server cannot be reached or does not let us in; trying again", error);
      }
      first();
      const wait = PAUSES[Math.min(failures, PAUSES.length - 1)];
      if (!up) await pause(wait, undefined, { signal: stopped.signal, ref: false }).catch(() => {});
    }
  }

  async function carry(to: { name: string; address: string }, letter: Letter, thread: Parameters<typeof wire.send>[2]) {
    try {
      const refused = await wire.send(to, letter, thread);
      if (refused === null) seen(true);
      else report(`a mail is given up: ${refused.reason}`, undefined);
      return refused;
    } catch (error) {
      if (error instanceof NotYet) seen(false);
      throw error;
    }
  }

  /** Once, as far as that can be told: a mail that another replica is sending is left to it. */
  async function send(
    to: { name: string; address: string },
    event: Event,
    count: number,
    checkpoint: Checkpoint,
  ): Promise<Undeliverable | null> {
    const thread = threaded(key, checkpoint, event, count, to.address, settings.from.address);
    const mark = `mail:${thread.messageId}`;
    if (!(await shelf.add(mark, "sending", CLAIM_MS))) {
      if ((await shelf.get(mark)) === "sent") return null;
      throw new NotYet(2_000);
    }
    const url = parts.links ? `${parts.baseUrl}/checkpoints/${checkpoint.id}` : null;
    try {
      const refused = await carry(to, render(event, checkpoint, clock(), url), thread);
      if (refused === null) await shelf.set(mark, "sent", KEPT_MS);
      else await shelf.take(mark);
      return refused;
    } catch (error) {
      await shelf.take(mark);
      throw error;
    }
  }

  /** `bob@example.com`, `email:bob@example.com`, `person:bob`: as the settings know them now. */
  function mailbox(to: string): { name: string; address: string; person: string | undefined } | undefined {
    const ref = to.replace(/^email:/, "");
    const person = ref.startsWith("person:")
      ? ref.slice("person:".length)
      : directory.ownerOf(`email:${ref.toLowerCase()}`);
    const address = ref.startsWith("person:") ? directory.person(person ?? "")?.email : ref;
    if (address === undefined || !address.includes("@")) return undefined;
    return { name: person === undefined ? "" : directory.nameOf(person), address, person };
  }

  async function deliver(
    to: string,
    id: string,
    write: (
      box: NonNullable<ReturnType<typeof mailbox>>,
      checkpoint: Checkpoint,
    ) => Promise<Undeliverable | Event | null>,
  ): Promise<Posted | Undeliverable> {
    const checkpoint = await parts.record(id);
    if (checkpoint === undefined) return never("the checkpoint is not there");
    const box = mailbox(to);
    if (box === undefined)
      return never(
        to === "approvers"
          ? "nobody who may decide has an `email` under `people`; add one, or name an address in the route"
          : `there is no e-mail address of ${to.replace(/^person:/, "")} under \`people\`; add one there`,
      );
    const done = await write(box, checkpoint);
    if (done !== null && typeof done === "object") return done;
    return { type: "shown", message: done ?? "told" };
  }

  return {
    name: "email",
    isUp: () => up,
    start() {
      const { promise, resolve } = Promise.withResolvers<void>();
      running = watch(resolve).finally(() => {
        running = undefined;
      });
      return promise;
    },
    post: (to, card) =>
      deliver(to.id, card.id, async (box, checkpoint) => {
        const event = checkpoint.status === "pending" ? "raised" : "ended";
        return (await send(box, event, 0, checkpoint)) ?? event;
      }),
    update: (placement, card) =>
      deliver(placement.conversation, card.id, async (box, checkpoint) => {
        const before = placement.message === "ended" ? "ended" : "raised";
        if (checkpoint.status === "pending" || before === "ended") return before;
        // Whoever decided knows.
        if (checkpoint.decision !== null && personOf(checkpoint.decision.by) === box.person) return "ended";
        return (await send(box, "ended", 0, checkpoint)) ?? "ended";
      }),
    tell: (to: Ref, note: Note) =>
      deliver(to, note.checkpoint, (box, checkpoint) => {
        const { reminded, rungs } = checkpoint.progress;
        if (checkpoint.status !== "pending") return send(box, "ended", 0, checkpoint);
        return note.type === "escalated"
          ? send(box, "escalated", rungs, checkpoint)
          : send(box, "reminded", reminded, checkpoint);
      }),
    async signIn(person, url, minutes) {
      const box = mailbox(`person:${person}`);
      if (box !== undefined) await carry(box, signInLetter(box.name, url, minutes), null);
    },
    async stop() {
      stopped.abort();
      await running;
      wire.stop();
    },
  };
}

/** For the doctor: what is in the way, in a sentence; null: nothing. */
export async function mailTrouble(settings: WireSettings): Promise<string | null> {
  const wire = connect(settings);
  try {
    await wire.check();
    return null;
  } catch (error) {
    try {
      return refusalOf(error).reason;
    } catch {
      return error instanceof Error ? error.message : String(error);
    }
  } finally {
    wire.stop();
  }
}

function never(reason: string): Undeliverable {
  return { type: "undeliverable", reason };
}
