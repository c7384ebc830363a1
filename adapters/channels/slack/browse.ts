/** "Open in browser": a way into the web inbox for whoever pressed it, as src/chat/way-in.ts gives it. */
import { wayIn as wayInFor } from "../../../src/chat/way-in.ts";
import { actorOf } from "./doing.ts";
import type { Part } from "./literal.ts";
import type { Press } from "./parse.ts";
import type { Parts } from "./parts.ts";
import { linkButton } from "./render.ts";

export async function wayIn(parts: Parts, { by, value: id }: Press): Promise<{ text: string; extra: Part[] }> {
  const { text, url } = await wayInFor(parts, await actorOf(parts, by), id);
  return { text, extra: url === null ? [] : [{ type: "actions", block_id: "link", elements: [linkButton(url)] }] };
}
