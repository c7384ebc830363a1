/** Runs of characters that look drawn by lot. It takes digests and ids along, and is off unless it is asked for. */
import { ALNUM, classOf, runEnd } from "./letters.ts";
import type { Span } from "./span.ts";

const run = classOf(`${ALNUM}+/_=-`);
const SHORTEST = 20;
/** What is looked at of a long one. */
const SAMPLE = 128;
/** Bits for each character. Words have below 4; 20 drawn by lot from 64 have 4 and more, hexadecimal ones above 3. */
const [MIXED, HEX] = [3.9, 3];
const UUID = /^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$/;

export function drawn(text: string): Span[] {
  const spans: Span[] = [];
  for (let at = 0; at < text.length; ) {
    const to = runEnd(text, at, run);
    if (to - at >= SHORTEST && isDrawn(text.slice(at, Math.min(to, at + SAMPLE)))) spans.push({ from: at, to });
    at = to + 1;
  }
  return spans;
}

function isDrawn(sample: string): boolean {
  if (UUID.test(sample)) return false;
  const bits = entropyOf(sample);
  if (/^[0-9a-fA-F]{32,}$/.test(sample)) return bits > HEX;
  return /[0-9]/.test(sample) && /[A-Z]/.test(sample) && /[a-z]/.test(sample) && bits > MIXED;
}

/** Shannon's, over the characters of the text. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
