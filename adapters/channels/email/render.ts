/**
 * A checkpoint as a mail: what it is about, in a few lines, and where to decide it. Neither what it holds nor anything
 * that decides: a mail is forwarded, archived, and opened by programs that follow its links.
 */
import type { Checkpoint } from "../../../src/checkpoint.ts";
import { moment, roughly, stateLine } from "../../../src/state-line.ts";
import { oneLine } from "../../../src/text.ts";
import { escaped, unlinked } from "./literal.ts";

export type Event = "raised" | "reminded" | "escalated" | "ended";

export interface Letter {
  subject: string;
  text: string;
  html: string;
}

/** `url`: of the checkpoint in the inbox; null: nobody would get there from where they read. */
export function render(event: Event, checkpoint: Checkpoint, now: number, url: string | null): Letter {
  const { kind, title, priority, source, round, created_at } = checkpoint;
  const head = unlinked(headOf(event, checkpoint, now), 1_000);
  const facts: [string, string][] = [
    ["What", unlinked(title, 300)],
    ["Kind", kind],
    ["Agent", unlinked(source.agent, 200)],
    ["Raised", `${moment(created_at)}, ${roughly(now - created_at)} ago${round > 1 ? ` (round ${round})` : ""}`],
    ...(priority === "normal" ? [] : [["Priority", priority] satisfies [string, string]]),
    ...(event === "ended" ? [] : [["State", unlinked(stateLine(checkpoint, now), 500)] satisfies [string, string]]),
  ];
  const way = event === "ended" ? "Read about it in the inbox" : "Read all of it and decide in the inbox";
  return {
    // The same on all mails of a checkpoint: some programs tell a thread by it as well.
    subject: `${event === "raised" ? "" : "Re: "}[hitl-bot] ${kind}: ${oneLine(title, 150)}`,
    text: textOf(head, facts, way, url),
    html: htmlOf(head, facts, way, url),
  };
}

export function signInLetter(name: string, url: string, minutes: number): Letter {
  const head = `Somebody, hopefully you, asked to sign in to hitl-bot as ${unlinked(name, 100)}.`;
  const way = `Open this, and press the button there. It works once, for ${minutes} minutes`;
  const foot = "Was it not you? Then do nothing: without this mail nobody gets in.";
  return {
    subject: "[hitl-bot] Your sign-in link",
    text: `${head}\n\n${way}:\n${url}\n\n${foot}\n`,
    html: page(`<p>${escaped(head)}</p>\n${button(way, "Sign in", url)}\n<p>${foot}</p>`),
  };
}

function headOf(event: Event, checkpoint: Checkpoint, now: number): string {
  if (event === "ended") return `${stateLine(withoutWords(checkpoint), now)}.`;
  if (event === "escalated") return "Escalated to you: nobody has decided it yet.";
  return event === "reminded" ? "A reminder: this still waits for you." : "An agent waits for a decision.";
}

/** What was answered or given as a reason may say what the checkpoint holds. */
function withoutWords(checkpoint: Checkpoint): Checkpoint {
  const { decision, withdrawn } = checkpoint;
  const bare = ({ action, outcome, by, at, digest }: NonNullable<typeof decision>) => ({
    action,
    outcome,
    by,
    at,
    digest,
  });
  return {
    ...checkpoint,
    decision: decision && bare(decision),
    withdrawn: withdrawn && { ...withdrawn, reason: "" },
  };
}

const ELSEWHERE = "in the inbox of hitl-bot, on the machine that it runs on";
const FOOT = "Nobody reads replies to this mail, and none of them decides anything.";

function textOf(head: string, facts: readonly [string, string][], way: string, url: string | null): string {
  const lines = facts.map(([label, value]) => `${`${label}:`.padEnd(10)}${value}`);
  const place = url === null ? `${way.replace("in the inbox", ELSEWHERE)}.` : `${way}:\n${url}`;
  return `${head}\n\n${lines.join("\n")}\n\n${place}\n\n-- \n${FOOT}\n`;
}

function htmlOf(head: string, facts: readonly [string, string][], way: string, url: string | null): string {
  const rows = facts.map(
    ([label, value]) =>
      `<tr><td style="padding:2px 16px 2px 0;color:#555">${label}</td><td style="padding:2px 0"><bdi>${escaped(value)}</bdi></td></tr>`,
  );
  const place =
    url === null
      ? `<p>${escaped(way.replace("in the inbox", ELSEWHERE))}.</p>`
      : button(way, way.startsWith("Read all") ? "Open and decide" : "Open", url);
  return page(
    `<p><strong><bdi>${escaped(head)}</bdi></strong></p>\n<table style="border-collapse:collapse">\n${rows.join("\n")}\n</table>\n${place}\n<p style="color:#555">${FOOT}</p>`,
  );
}

function button(way: string, label: string, url: string): string {
  const style = "display:inline-block;padding:8px 16px;border:1px solid #222;color:#222;text-decoration:none";
  return `<p>${escaped(way)}:</p>\n<p><a href="${escaped(url)}" style="${style}">${label}</a></p>`;
}

function page(body: string): string {
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>hitl-bot</title></head>\n<body style="font:16px/1.5 sans-serif;color:#222">\n${body}\n</body></html>\n`;
}
