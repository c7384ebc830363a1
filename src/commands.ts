/**
 * The `/hitl` verbs, the same in every chat: text → command, checkpoints → rows of a list. Lists name things and
 * leave out what they hold: no arguments, and no button that approves.
 */
import { type Checkpoint, KINDS, type KindName, type Status } from "./checkpoint.ts";
import { kindOf } from "./kinds/index.ts";
import { lateFrom } from "./overdue.ts";
import { ID } from "./request.ts";
import { nameOf, roughly } from "./state-line.ts";
import { oneLine } from "./text.ts";

export const SCOPES = ["mine", "team", "overdue", "all"] as const;
export type Scope = (typeof SCOPES)[number];

export type Command =
  | { verb: "pending"; scope: Scope; kind?: KindName; agent?: string }
  | { verb: "show"; id: string }
  | { verb: "history"; count: number }
  | { verb: "stats" }
  | { verb: "whoami" }
  | { verb: "withdraw"; id: string; reason?: string }
  /** `note`: why help is shown when it was not asked for. */
  | { verb: "help"; note: string | null };

/** What `help` lists. */
export const VERBS: readonly { usage: string; what: string }[] = [
  { usage: "pending [mine|team|overdue|all] [kind] [agent]", what: "what is waiting for a decision" },
  { usage: "show ID", what: "one checkpoint, to you alone" },
  { usage: "history [n]", what: "the last decisions" },
  { usage: "stats", what: "how fast and how decisions are made" },
  { usage: "whoami", what: "who you are here, with the ids to paste into the settings" },
  { usage: "withdraw ID [reason]", what: "take back what you asked for" },
  { usage: "help", what: "this list" },
];

const HISTORY = { usual: 10, most: 50 };

export function parseCommand(text: string): Command {
  const [first = "", ...rest] = text.trim().split(/\s+/);
  switch (first.toLowerCase()) {
    case "":
    case "help":
      return help(null);
    case "pending":
      return pending(rest);
    case "show":
      return withId(rest, "show", (id) => ({ verb: "show", id }));
    case "history":
      return history(rest);
    case "stats":
      return rest.length === 0 ? { verb: "stats" } : help("`stats` stands alone.");
    case "whoami":
      return rest.length === 0 ? { verb: "whoami" } : help("`whoami` stands alone.");
    case "withdraw":
      return withId(rest, "withdraw", (id, reason) => ({ verb: "withdraw", id, ...(reason === "" ? {} : { reason }) }));
    default:
      return help(`There is no command "${oneLine(first, 40)}".`);
  }
}

function pending(words: string[]): Command {
  let scope: Scope | undefined;
  let kind: KindName | undefined;
  let agent: string | undefined;
  for (const word of words) {
    const lower = word.toLowerCase();
    if (scope === undefined && isScope(lower)) scope = lower;
    else if (kind === undefined && isKind(lower)) kind = lower;
    else if (agent === undefined) agent = word;
    else return help(`"${oneLine(word, 40)}" is one word too many for \`pending\`.`);
  }
  return {
    verb: "pending",
    scope: scope ?? "mine",
    ...(kind === undefined ? {} : { kind }),
    ...(agent === undefined ? {} : { agent }),
  };
}

function history([word, ...more]: string[]): Command {
  if (word === undefined) return { verb: "history", count: HISTORY.usual };
  if (more.length > 0 || !/^[1-9]\d{0,5}$/.test(word)) return help("`history` takes a number, as in `history 20`.");
  return { verb: "history", count: Math.min(Number(word), HISTORY.most) };
}

function withId([id, ...words]: string[], verb: string, make: (id: string, rest: string) => Command): Command {
  if (id === undefined) return help(`\`${verb}\` needs an id; \`pending\` lists them.`);
  if (!ID.test(id)) return help(`"${oneLine(id, 40)}" is not an id; \`pending\` lists them.`);
  if (verb === "show" && words.length > 0) return help("`show` takes one id.");
  return make(id, words.join(" "));
}

function help(note: string | null): Command {
  return { verb: "help", note };
}

function isScope(word: string): word is Scope {
  return SCOPES.some((scope) => scope === word);
}

function isKind(word: string): word is KindName {
  return KINDS.some((kind) => kind === word);
}

export interface Row {
  id: string;
  icon: string;
  title: string;
  kind: KindName;
  status: Status;
  /** Since the raise: `5m`. */
  age: string;
  /** `in 55m`, `overdue`; null when it never falls due or has ended. */
  due: string | null;
  /** Who ended it. */
  by?: string;
}

/** In the order given; titles, and nothing of what the checkpoints hold. */
export function listing(checkpoints: readonly Checkpoint[], now: number): Row[] {
  return checkpoints.map((each) => {
    const by = each.decision?.by ?? each.withdrawn?.by;
    return {
      id: each.id,
      icon: kindOf(each.kind).icon(each.payload),
      title: oneLine(each.title, 100),
      kind: each.kind,
      status: each.status,
      age: roughly(now - each.created_at),
      due: dueOf(each, now),
      ...(by === undefined ? {} : { by: by.kind === "policy" ? `policy ${by.name}` : nameOf(by) }),
    };
  });
}

function dueOf(checkpoint: Checkpoint, now: number): string | null {
  const { status, due_at } = checkpoint;
  if (status !== "pending") return null;
  if (now >= (lateFrom(checkpoint) ?? Number.POSITIVE_INFINITY)) return "overdue";
  return due_at === null ? null : `in ${roughly(due_at - now)}`;
}
