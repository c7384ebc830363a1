/** What is said to one person: nobody else sees it, and every press, reply and command gets such an answer. */

import { troubled as faulty } from "../../../src/chat/sentences.ts";
import { QUIET } from "./delivery.ts";
import { notification, type Part, section } from "./literal.ts";
import type { Press, Said } from "./parse.ts";
import type { Parts } from "./parts.ts";
import { notice } from "./views.ts";
import { codeOf, WireFault } from "./wire.ts";

/** As long as Slack could deliver it again. */
const TOLD = 3_600_000;

/** To whoever pressed: where they pressed, in the modal or beside the message. */
export function tellPresser(
  parts: Parts,
  { by, message, view, respond, key }: Pick<Press, "by" | "message" | "view" | "respond" | "key">,
  text: string,
  extra: Part[] = [],
): void {
  parts.later("an answer to a press", async () => {
    // The same press may be delivered again, and replayed; it stands or falls as before, and was answered.
    if (!(await parts.shelf.add(`slack:told:${key}`, "1", TOLD).catch(() => true))) return;
    if (view?.type === "modal")
      await parts.wire.call("views.update", { view_id: view.id, view: notice("Answer", text, extra) });
    else if (respond !== null)
      await parts.wire.respond(respond, {
        response_type: "ephemeral",
        replace_original: false,
        ...words(text, extra),
        ...(message?.thread === null || message === null ? {} : { thread_ts: message.thread }),
      });
    else await whisper(parts, message?.channel ?? by.user, by.user, null, text, extra);
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

/** A fault of ours, in a sentence that promises nothing. */
export function troubled(error: unknown): string {
  if (error instanceof WireFault)
    return "Slack could not be asked who you are, so nothing was recorded. Press again in a moment.";
  return faulty(error);
}
