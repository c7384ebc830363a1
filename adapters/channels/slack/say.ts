/** What is said to one person: nobody else sees it, and every press, reply and command gets such an answer. */
import type { Checkpoint } from "../../../src/checkpoint.ts";
import { approvalsGiven } from "../../../src/checkpoint.ts";
import { endedRefusal } from "../../../src/decide/ended.ts";
import { StoreUnavailable } from "../../../src/ports.ts";
import { stateLine } from "../../../src/state-line.ts";
import { QUIET } from "./delivery.ts";
import { notification, type Part, section } from "./literal.ts";
import type { Press, Said } from "./parse.ts";
import type { Parts } from "./parts.ts";
import { notice } from "./views.ts";
import { codeOf, WireFault } from "./wire.ts";
import { Late } from "./within.ts";

/** To whoever pressed: where they pressed, in the modal or beside the message. */
export function tellPresser(parts: Parts, { by, message, view, respond }: Press, text: string): void {
  parts.later("an answer to a press", async () => {
    if (view?.type === "modal")
      await parts.wire.call("views.update", { view_id: view.id, view: notice("Answer", text) });
    else if (respond !== null)
      await parts.wire.respond(respond, {
        response_type: "ephemeral",
        replace_original: false,
        ...words(text),
        ...(message?.thread === null || message === null ? {} : { thread_ts: message.thread }),
      });
    else await whisper(parts, message?.channel ?? by.user, by.user, null, text);
  });
}

/** To whoever wrote, in the thread where they did. */
export function tellAuthor(parts: Parts, { by, channel, thread }: Said, text: string, extra: Part[] = []): void {
  parts.later("an answer to a reply", () => whisper(parts, channel, by.user, thread, text, extra));
}

async function whisper(
  { wire }: Parts,
  channel: string,
  user: string,
  thread: string | null,
  text: string,
  extra: Part[] = [],
): Promise<void> {
  await wire
    .call("chat.postEphemeral", {
      ...{ channel, user, ...words(text, extra), ...QUIET },
      ...(thread === null ? {} : { thread_ts: thread }),
    })
    .catch(async (error: unknown) => {
      // Where nothing can be whispered, a direct message still reaches them.
      if (!UNHEARD.includes(codeOf(error))) throw error;
      await wire.call("chat.postMessage", { channel: user, ...words(text, extra), ...QUIET });
    });
}

const UNHEARD = ["user_not_in_channel", "not_in_channel", "channel_not_found", "messages_tab_disabled"];

function words(text: string, extra: Part[] = []): { text: string; blocks: Part[] } {
  return { text: notification(text), blocks: [section(text), ...extra] };
}

/** After an act that stood. */
export function settled(result: "resolved" | "recorded", checkpoint: Checkpoint, now: number): string {
  if (result === "resolved") return stateLine(checkpoint, now);
  const given = approvalsGiven(checkpoint);
  const missing = checkpoint.quorum - given;
  const wait = missing === 1 ? "One more person has" : `${missing} more people have`;
  return `Recorded: ${given} of ${checkpoint.quorum}. ${wait} to approve.`;
}

/** Of a card that was pressed after it had changed. */
export function outdated(checkpoint: Checkpoint): string {
  if (checkpoint.status !== "pending") return endedRefusal(checkpoint).detail;
  return "This card was out of date, and nothing was recorded. It is being brought up to date: read it again and press then.";
}

/** A fault of ours, in a sentence that promises nothing. */
export function troubled(error: unknown): string {
  if (error instanceof WireFault)
    return "Slack could not be asked who you are, so nothing was recorded. Press again in a moment.";
  if (error instanceof StoreUnavailable)
    return "Not recorded: what is decided cannot be kept at the moment. Press again soon.";
  if (error instanceof Late)
    return "This takes too long, and it is not certain that it was recorded: look at the card, and press again if it still waits.";
  return "Not recorded: something went wrong here. Press again in a moment, and tell your admin if it stays like this.";
}
