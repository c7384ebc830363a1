/**
 * A sign-in link by mail, for whoever types an address of the settings into the sign-in page. The answer is the same
 * for every address, so that nobody learns who is there; and nobody's mailbox is filled by others.
 */
import type { Links } from "./links.ts";
import type { Directory } from "./policy/directory.ts";
import type { Shelf } from "./ports.ts";

export interface MailLinkParts {
  shelf: Pick<Shelf, "add">;
  directory: Pick<Directory, "ownerOf">;
  links: Pick<Links, "issue">;
  send(person: string, url: string, minutes: number): Promise<void>;
  report(error: unknown): void;
}

/** `to`: where the link leads, a path of the inbox. */
export type MailLink = (address: string, to: string) => void;

const MINUTE = 60_000;
const LIFE = 15 * MINUTE;
/** Mails to one person within an hour, and ms between two of them. */
const MOST = 5;
const APART = MINUTE;

export function makeMailLinks({ shelf, directory, links, send, report }: MailLinkParts): MailLink {
  async function mail(address: string, to: string): Promise<void> {
    const person = directory.ownerOf(`email:${address.trim().toLowerCase()}`);
    if (person === undefined || !(await isFree(person))) return;
    const link = await links.issue(person, { ttl: LIFE, to });
    if (link.type === "link") await send(person, link.url, LIFE / MINUTE);
  }

  async function isFree(person: string): Promise<boolean> {
    if (!(await shelf.add(`mail-link:${person}`, "1", APART))) return false;
    for (let count = 0; count < MOST; count += 1)
      if (await shelf.add(`mail-link:${person}:${count}`, "1", 60 * MINUTE)) return true;
    return false;
  }

  // Not waited for: how long it takes would tell whether there is such an address.
  return (address, to) => void mail(address, to).catch(report);
}
