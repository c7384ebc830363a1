/** "Open in browser": a way into the web inbox for whoever pressed it, as src/chat/way-in.ts gives it. */
import { wayIn as wayInFor } from "../../../src/chat/way-in.ts";
import { actorOf, before } from "./doing.ts";
import type { Part } from "./literal.ts";
import type { Press } from "./parse.ts";
import type { Parts } from "./parts.ts";
import { linkButton } from "./render.ts";

export async function wayIn(parts: Parts, pressed: Press): Promise<{ text: string; extra: Part[] }> {
  const who = await actorOf(parts, pressed.by, await before(parts, pressed));
  const { text, url } = await wayInFor(parts, who, pressed.value);
  return { text, extra: url === null ? [] : [{ type: "actions", block_id: "link", elements: [linkButton(url)] }] };
}
