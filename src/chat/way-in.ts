/**
 * A way into the web inbox for whoever pressed "Open in browser", and for nobody else: the link signs them in as the
 * person that the settings link their account to, once, within ten minutes. Looking at it, as previews do, uses nothing up.
 */
import { asCaller } from "../access.ts";
import type { DeskPort } from "../desk-port.ts";
import { LINK_TTL, type Links } from "../links.ts";
import { formatDuration } from "../time.ts";
import type { Whoever } from "./acting.ts";

export interface WayIn {
  text: string;
  url: string | null;
}

interface Inside {
  desk: Pick<DeskPort, "read">;
  /** Null where no link leads to the web inbox from where people are. */
  links: Pick<Links, "issue"> | null;
}

export async function wayIn({ desk, links }: Inside, who: Whoever, id: string): Promise<WayIn> {
  if (links === null) return told("The web inbox is on this bot's own machine only, so no link leads there.");
  if (who.type === "nobody") return told(who.why);
  const { actor } = who;
  const { surface, id: account } = actor.by;
  if (!actor.known)
    return told(
      `The web inbox knows only people of the settings: ask your admin to write you under people, with ${surface}: ${surface === "discord" ? `"${account}"` : account}.`,
    );
  const seen = await desk.read(asCaller(actor), id);
  if ("type" in seen) return told(seen.detail);
  const issued = await links.issue(actor.person, { to: `/checkpoints/${id}` });
  if (issued.type === "refused") return told(issued.detail);
  const text = `This link signs you in. It is yours alone, works once, and ends after ${formatDuration(LINK_TTL)}.`;
  return { text, url: issued.url };
}

function told(text: string): WayIn {
  return { text, url: null };
}
