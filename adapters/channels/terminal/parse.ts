/**
 * What was typed at "Proceed? (proceed/revise/cancel) [proceed]:" as one of the offered actions, or as a sentence on
 * why it is none. Pure. Only a whole word or an unambiguous beginning counts, and an agent's label for an action is
 * never taken where it is the name of another one.
 */
import type { Card, CardAction } from "../../../src/card.ts";
import { ACTIONS, type KindName } from "../../../src/checkpoint.ts";

export type Typed =
  | { type: "action"; action: CardAction; words: string }
  | { type: "skip" }
  | { type: "stop" }
  | { type: "again"; reason: string };

const QUESTION: Record<KindName, string> = {
  clarify: "What shall it do?",
  confirm: "Proceed?",
  preview: "Looks good?",
  validate: "Accept?",
  tool: "Run it?",
  task: "Take it?",
  phase: "Go on?",
};

/** The kinds whose protocol takes an empty answer for "proceed"; nowhere else does Enter decide anything. */
const ENTER_PROCEEDS: readonly KindName[] = ["confirm", "preview", "validate"];

/** What people type for yes; counts only as the whole answer. */
const YES = ["yes", "y", "ok", "approve", "accept"];
const NO = ["no", "n", "stop"];

/** `Proceed? (proceed/revise/cancel) [proceed]:` */
export function promptOf(card: Card, enter: boolean): string {
  const fallback = enter ? defaultOf(card) : undefined;
  const words = card.actions.map((action) => wordOf(action)).join("/");
  return `${QUESTION[card.kind]} (${words})${fallback === undefined ? "" : ` [${wordOf(fallback)}]`}:`;
}

export function defaultOf(card: Card): CardAction | undefined {
  if (!ENTER_PROCEEDS.includes(card.kind)) return undefined;
  return card.actions.find(({ action, form }) => action === "proceed" && form === null);
}

/** `enter`: an empty answer was a person's Enter, not the silence of a pipe. */
export function parseTyped(text: string, card: Card, enter: boolean): Typed {
  const [, head = "", words = ""] = /^([^:]*)(?::\s*(.*))?$/s.exec(text.trim()) ?? [];
  const word = head.trim().toLowerCase().replace(/^\//, "");
  const offered = card.actions.map((action) => wordOf(action)).join(", ");
  if (word === "") {
    const fallback = enter ? defaultOf(card) : undefined;
    if (fallback !== undefined && words === "") return { type: "action", action: fallback, words: "" };
    return { type: "again", reason: `Type one of: ${offered}.` };
  }
  if (word === "skip") return { type: "skip" };
  if (word === "quit" || word === "exit") return { type: "stop" };
  if (NO.includes(word)) return { type: "again", reason: `To say no, type what you mean: ${offered}.` };
  const found = matches(word, card.actions);
  const [action] = found;
  if (action === undefined)
    return { type: "again", reason: `"${word.slice(0, 40)}" is not offered. Type one of: ${offered}.` };
  if (found.length > 1)
    return { type: "again", reason: `That could be ${found.map(wordOf).join(" or ")}; type more of it.` };
  if (words !== "" && action.comment === "none")
    return { type: "again", reason: `${wordOf(action)} takes no words; type it alone.` };
  return { type: "action", action, words };
}

function matches(word: string, actions: readonly CardAction[]): CardAction[] {
  const exact = actions.filter((each) => each.action === word);
  if (exact.length > 0) return exact;
  const named = actions.filter((each) => wordOf(each) === word);
  if (named.length > 0) return named;
  if (YES.includes(word)) return actions.filter((each) => each.action === "proceed");
  return actions.filter((each) => each.action.startsWith(word) || wordOf(each).startsWith(word));
}

/** The action's label where it is a plain word that means no other action; else the action's own name. */
export function wordOf({ action, label }: CardAction): string {
  const word = label.toLowerCase();
  const other = RESERVED.includes(word) && word !== action;
  return /^[a-z]{2,20}$/.test(word) && !other ? word : action;
}

const RESERVED: readonly string[] = [
  ...ACTIONS,
  ...YES.filter((word) => word !== "approve"),
  ...NO,
  "skip",
  "quit",
  "exit",
];
