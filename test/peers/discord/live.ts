/**
 * What of a text is live in Discord: mentions, links, emoji, timestamps, markup. Written from how its client reads, and
 * apart from every renderer, to hold one against it: a card of hostile words must have the live parts of a tame one.
 *
 *   text   = { line }            line = [ block ] { inline }
 *   block  = ("#" | "##" | "###" | "-#" | ">" | ">>>" | "-" | "*" | "+" | number ".") " " …   at a line's beginning
 *   inline = "\" punctuation (literal) | code | "<" … ">" (mention, emoji, time, link) | "@everyone" | "@here"
 *          | "[" label "](" url ")" | url | invite | "**" … "**" | "__" … | "*" … | "_" … | "~~" … | "||" … | character
 *
 * Nothing within code is live; everything within other markup is read on.
 */

import { walk } from "./mentions.ts";
import type { Message } from "./wire.ts";

export type LiveKind =
  | "everyone"
  | "user"
  | "role"
  | "channel"
  | "command"
  | "navigation"
  | "emoji"
  | "timestamp"
  | "link"
  | "masked link"
  | "invite"
  | "code"
  | "code block"
  | "bold"
  | "italic"
  | "underline"
  | "strike"
  | "spoiler"
  | "heading"
  | "subtext"
  | "quote"
  | "list";

export interface Live {
  kind: LiveKind;
  text: string;
  at: number;
}

/** The whole is taken, nothing within is read. */
const ATOMS: [LiveKind, RegExp][] = [
  ["code block", /```[\s\S]*?[^\n`][\s\S]*?```/y],
  ["code", /(`+)(?!`)([\s\S]*?[^`])\1(?!`)/y],
  ["user", /<@!?\d+>/y],
  ["role", /<@&\d+>/y],
  ["channel", /<#\d+>/y],
  ["command", /<\/[^\s:<>][^:<>]*:\d+>/y],
  ["navigation", /<id:[a-z-]+(:\d+)?>/y],
  ["emoji", /<a?:\w{2,32}:\d+>/y],
  ["timestamp", /<t:-?\d+(:[tTdDfFsSR])?>/y],
  ["link", /<(https?|discord):\/\/[^\s<>]+>/y],
  ["link", /<(mailto:|tel:|sms:)?(\+\d[\d ()-]{5,}|[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+)>/y],
  ["everyone", /@(everyone|here)/y],
  ["link", /(https?|discord):\/\/[^\s<]+/iy],
  ["invite", /(discord\.gg|discord(app)?\.com\/invite)\/[\w-]+/iy],
];

/** Taken with what is between, which is read on. */
const SPANS: [LiveKind, RegExp][] = [
  [
    "masked link",
    /\[((?:\\[\s\S]|[^\\[\]]|\[[^\]]*\])+)\]\(\s*<?(?:https?|discord|mailto):[^\s)]+\s*(?:["'][\s\S]*?["'])?\s*\)/iy,
  ],
  ["bold", /\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)/y],
  ["underline", /__((?:\\[\s\S]|[^\\])+?)__(?!_)/y],
  ["italic", /\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^*\s\\]|\*\*)|[^\s*\\])+?)\*(?!\*)/y],
  ["italic", /\b_((?:__|\\[\s\S]|[^\\_])+?)_\b/y],
  ["strike", /~~((?:\\[\s\S]|[^\\])+?)~~/y],
  ["spoiler", /\|\|((?:\\[\s\S]|[^\\])+?)\|\|/y],
];

/** Only at the beginning of a line; the rest of the line is read on. */
const BLOCKS: [LiveKind, RegExp][] = [
  ["heading", /[ \t]*#{1,3}[ \t]+(?=\S)/y],
  ["subtext", /[ \t]*-#[ \t]+(?=\S)/y],
  ["quote", /[ \t]*>(>>)?[ \t]+/y],
  ["list", /[ \t]*([-*+]|\d{1,9}\.)[ \t]+(?=\S)/y],
];

export function live(text: string): Live[] {
  return read(text, 0, true);
}

/** Over content and text displays, each of which Discord reads by itself. */
export function liveIn(message: Pick<Message, "content" | "components">): Live[] {
  const displays = [...walk(message.components)].flatMap(({ type, content }) => (type === 10 ? [content ?? ""] : []));
  return [message.content, ...displays].flatMap(live);
}

function read(text: string, from: number, startsLine: boolean): Live[] {
  const found: Live[] = [];
  let at = 0;
  let fresh = startsLine;
  while (at < text.length) {
    const block = fresh ? first(BLOCKS, text, at) : undefined;
    if (block !== undefined) {
      found.push({ kind: block.kind, text: block.match[0], at: from + at });
      at += block.match[0].length;
      // A quote may hold a heading or a list.
      continue;
    }
    const step = escaped(text, at) ?? atom(text, at) ?? span(text, at);
    fresh = text[at] === "\n";
    if (step?.live !== undefined) found.push({ ...step.live, at: from + at });
    if (step?.inner !== undefined) found.push(...read(step.inner, from + at + step.skip, false));
    at += step?.length ?? 1;
  }
  return found;
}

interface Step {
  length: number;
  live?: Omit<Live, "at">;
  inner?: string;
  skip: number;
}

function escaped(text: string, at: number): Step | undefined {
  return text[at] === "\\" && /[^0-9A-Za-z\s]/u.test(text.slice(at + 1, at + 2)) ? { length: 2, skip: 0 } : undefined;
}

function atom(text: string, at: number): Step | undefined {
  const hit = first(ATOMS, text, at);
  return hit && { length: hit.match[0].length, live: { kind: hit.kind, text: hit.match[0] }, skip: 0 };
}

function span(text: string, at: number): Step | undefined {
  const hit = first(SPANS, text, at);
  if (hit === undefined) return undefined;
  const inner = hit.match[1] ?? "";
  const [whole] = hit.match;
  return { length: whole.length, live: { kind: hit.kind, text: whole }, inner, skip: whole.indexOf(inner) };
}

function first(
  rules: [LiveKind, RegExp][],
  text: string,
  at: number,
): { kind: LiveKind; match: RegExpExecArray } | undefined {
  for (const [kind, pattern] of rules) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) return { kind, match };
  }
  return undefined;
}
