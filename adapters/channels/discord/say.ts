/** What is said to one person. Every press, form and command gets such an answer, which nobody else sees. */
import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { troubled as faulty } from "../../../src/chat/sentences.ts";
import { codeOf, isAmbiguous, isTooLate, NotYet, Refused } from "./faults.ts";
import type { Parts } from "./parts.ts";
import type { Said } from "./said.ts";
import { notice } from "./views.ts";
import type { Interaction, MessageBody, Part } from "./wire.ts";

/** Who is answered; `alone`: the message that was pressed is theirs alone, and the answer takes its place. */
export interface Asker {
  to: Interaction;
  alone?: boolean;
}

export function tellPresser(parts: Parts, { to }: Asker, text: string): Promise<void> {
  return whisper(parts, to, notice(text));
}

/** Never throws: what was done is done, and whoever was not told finds it on the card. */
export async function whisper({ wire, report }: Parts, to: Interaction, body: MessageBody): Promise<void> {
  await wire.whisper(to, body).catch((error: unknown) => report("an answer did not get there", error));
}

/** In place of the person's own message where there is one, so that a list or a form does not leave a trail. */
export async function inPlace(parts: Parts, { to, alone = false }: Asker, body: MessageBody): Promise<void> {
  if (!alone) return whisper(parts, to, body);
  try {
    await parts.wire.respond(to, { type: "update", body });
  } catch (error) {
    if (isTooLate(error)) parts.report("an answer came too late", error);
    else await whisper(parts, to, body);
  }
}

/** To whoever wrote, as a reply to what they wrote: Discord lets nothing be whispered there. */
export function tellAuthor(parts: Parts, said: Said, text: string, buttons: readonly Part[] = []): void {
  parts.later("an answer to a reply", () => answerTo(parts, said, notice(text, buttons)));
}

/** What only its author may read comes as a direct message. */
export function tellAlone(parts: Parts, said: Said, body: MessageBody): void {
  parts.later("an answer to a mention", async () => {
    if (said.direct) return answerTo(parts, said, body);
    try {
      const { id } = await parts.wire.openDm(said.by.user);
      await patiently(() => parts.wire.createMessage(id, body, { nonce: nonceOf(`alone ${said.message}`) }));
    } catch (error) {
      if (![CLOSED, STRANGER].includes(codeOf(error))) throw error;
      await answerTo(
        parts,
        said,
        notice("You take no direct messages from this bot. Use /hitl instead: only you see it."),
      );
    }
  });
}

const CLOSED = 50_007;
const STRANGER = 50_278;

async function answerTo({ wire }: Parts, { channel, message }: Said, body: MessageBody): Promise<void> {
  await patiently(() =>
    wire.createMessage(channel, body, {
      nonce: nonceOf(`answer ${message} ${JSON.stringify(body)}`),
      replyTo: message,
    }),
  );
}

/** At most 25 characters: the same message is posted once, however often it is sent within some minutes. */
export function nonceOf(key: string): string {
  return createHash("sha256").update(key).digest("base64url").slice(0, 25);
}

/** Longer than that nobody waits for what they can read on the card. */
const PATIENCE = 10_000;
const TRIES = 3;
/** Ms until Discord is asked again after no answer. */
const AGAIN = 1_000;

/** For what may be asked twice: it only reads, or goes out under a nonce. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await work();
    } catch (error) {
      const after = error instanceof NotYet ? error.after : isAmbiguous(error) ? tried * AGAIN : PATIENCE + 1;
      if (tried === TRIES || after > PATIENCE) throw error;
      await pause(after, undefined, { ref: false });
    }
  }
}

/** A fault of ours, in a sentence that promises nothing. */
export function troubled(error: unknown): string {
  if (error instanceof Refused || error instanceof NotYet)
    return "Discord could not be asked who you are, so nothing was recorded. Press again in a moment.";
  return faulty(error);
}
