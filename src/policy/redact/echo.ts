/** A secret that was found by its name is hidden wherever else it is written out in the same raise. */
import { alnum, is, isMixed } from "./letters.ts";
import type { Span } from "./span.ts";

/** Shorter ones, and plain words, would blank what has nothing to do with them. */
const SHORTEST = 8;
/** Of one secret, how much is compared; and how many are looked for. */
const LONGEST = 256;
const MOST = 64;
/** Of those that begin alike. */
const ALIKE = 4;

export type Echo = (text: string) => Span[];

export function echoOf(secrets: ReadonlySet<string>): Echo | undefined {
  const byHead = new Map<string, string[]>();
  for (const secret of [...secrets].filter(isTelling).slice(0, MOST)) {
    const head = secret.slice(0, SHORTEST);
    const alike = byHead.get(head) ?? [];
    if (alike.length < ALIKE)
      byHead.set(
        head,
        [...alike, secret].sort((a, b) => b.length - a.length),
      );
  }
  if (byHead.size === 0) return undefined;
  const firsts = new Set([...byHead.keys()].map((head) => head.charCodeAt(0)));
  return (text) => {
    const spans: Span[] = [];
    for (let at = 0; at + SHORTEST <= text.length; at += 1) {
      if (!firsts.has(text.charCodeAt(at))) continue;
      const alike = byHead.get(text.slice(at, at + SHORTEST));
      const secret = alike?.find((each) => text.startsWith(each, at));
      if (secret === undefined) continue;
      spans.push({ from: at, to: at + secret.length });
      at += secret.length - 1;
    }
    return spans;
  };
}

function isTelling(secret: string): boolean {
  if (secret.length < SHORTEST || secret.length > LONGEST) return false;
  return isMixed(secret, (code) => !is(alnum, code));
}
