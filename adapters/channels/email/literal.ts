/**
 * An agent's words in a mail. Mail programs make links of whatever looks like one, in plain text as well, and what
 * stands in our mail seems to come from us: so nothing of theirs may look like one.
 */
import { oneLine } from "../../../src/text.ts";

/** `https://evil.example` → `https[:]//evil[.]example`: as it is usually written where links are not to be followed. */
export function unlinked(text: string, limit: number): string {
  return oneLine(text, limit)
    .replaceAll("://", "[:]//")
    .replace(/\b(mailto|tel|sms|javascript|data|file|callto|skype):/gi, "$1[:]")
    .replace(/[.\u3002\uFF0E\uFF61](?=\p{L})/gu, "[.]")
    .replace(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, (address) => address.replaceAll(".", "[.]"));
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
