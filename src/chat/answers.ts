/**
 * What `/hitl` answers, before any chat draws it: a verb of commands.ts carried out for one person. What is listed is
 * what they may see, and whoever may see nothing gets the same answer as whoever has nothing waiting.
 */
import { type Actor, asCaller } from "../access.ts";
import type { Checkpoint } from "../checkpoint.ts";
import { type Command, listing, parseCommand, type Row, VERBS } from "../commands.ts";
import type { DeskPort } from "../desk-port.ts";
import { accountRef, type Directory } from "../policy/directory.ts";
import type { Clock } from "../ports.ts";
import { lately, mineOf } from "./queries.ts";
import { PERIOD, wordsOf } from "./stats.ts";

export type Answer =
  | { type: "help"; note: string | null }
  | { type: "text"; text: string; title?: string }
  | { type: "list"; list: List }
  /** All that its card says, and none of its buttons; those are behind Open. */
  | { type: "card"; checkpoint: Checkpoint; row: Row };

/** One page of a longer list, and the command that makes it again. */
export interface List {
  title: string;
  rows: Row[];
  from: number;
  count: number;
  command: string;
}

export interface Answering {
  desk: Pick<DeskPort, "list" | "read" | "stats" | "withdraw">;
  directory: Pick<Directory, "nameOf">;
  clock: Clock;
}

/** `from`: how many of a list were on the pages before; `size`: how many are on this one. */
export async function answerTo(
  parts: Answering,
  actor: Actor,
  text: string,
  { from, size }: { from: number; size: number },
): Promise<Answer> {
  const asked = parseCommand(text);
  const command = text.trim();
  const paged = (title: string, found: readonly Checkpoint[], words: string, otherwise: string): Answer => {
    if (found.length === 0) return { type: "text", text: otherwise };
    const rows = listing(found.slice(from, from + size), parts.clock());
    const where = found.length > size ? `, ${from + 1} to ${from + rows.length} of ${found.length}` : "";
    return { type: "list", list: { title: title + where, rows, from, count: found.length, command: words } };
  };
  switch (asked.verb) {
    case "help":
      return { type: "help", note: asked.note };
    case "pending": {
      const found = await mineOf(parts, actor, asked);
      return paged(`Waiting (${asked.scope})`, found, command || "pending", "Nothing waits for you.");
    }
    case "history": {
      const found = (await lately(parts, actor)).slice(0, asked.count);
      return paged("Decided lately", found, command, "Nothing was decided yet.");
    }
    case "show":
      return show(parts, actor, asked.id);
    case "stats":
      return stats(parts, actor);
    case "whoami":
      return { type: "text", text: whoami(parts, actor) };
    case "withdraw":
      return withdraw(parts, actor, asked);
  }
}

async function show({ desk, clock }: Answering, actor: Actor, id: string): Promise<Answer> {
  const checkpoint = await desk.read(asCaller(actor), id);
  if ("type" in checkpoint) return { type: "text", text: checkpoint.detail };
  const [row] = listing([checkpoint], clock());
  return row === undefined ? { type: "text", text: "" } : { type: "card", checkpoint, row };
}

async function stats({ desk }: Answering, actor: Actor): Promise<Answer> {
  const counted = await desk.stats(asCaller(actor), PERIOD);
  const text = counted.type === "refused" ? counted.detail : wordsOf(counted.stats);
  return { type: "text", title: "How decisions are made", text };
}

async function withdraw(
  { desk }: Answering,
  actor: Actor,
  { id, reason }: Extract<Command, { verb: "withdraw" }>,
): Promise<Answer> {
  const { surface } = actor.by;
  const where = surface === "slack" ? "Slack" : surface === "discord" ? "Discord" : surface;
  const done = await desk.withdraw(asCaller(actor), id, reason ?? `withdrawn in ${where}`, { surface });
  return { type: "text", text: done.type === "refused" ? done.detail : `Withdrawn: ${done.checkpoint.title}` };
}

function whoami({ directory }: Answering, { by, known, person, refs }: Actor): string {
  const { surface, id, tenant } = by;
  const platform = surface === "discord" ? "discord" : "slack";
  const account = accountRef({ platform, id, member: true, ...(tenant === undefined ? {} : { tenant }) });
  // A number of 18 digits in YAML is a number unless it is quoted.
  const own = platform === "discord" ? `discord: "${id}"` : `slack: ${id}`;
  const lines = [
    known ? `You are ${directory.nameOf(person)} (person:${person}).` : "The settings do not know you.",
    `Your account is ${account}.`,
    known ? "" : `To be known: under people, write your name with ${own}; or set HITL_APPROVERS=${platform}:${id}.`,
    `You meet: ${[...refs].join(", ")}`,
  ];
  return lines.filter((line) => line !== "").join("\n");
}

/** Words that mean nothing as a reply, where the bot is mentioned under a card. */
export function isCommand(text: string): boolean {
  const [first = ""] = text.trim().toLowerCase().split(/\s+/);
  return first === "" || VERBS.some(({ usage }) => usage.split(" ")[0] === first);
}
