/**
 * A checkpoint as a card: the neutral picture that every channel draws. All text on it is visible text; only what
 * forms hand back (field names, values and options) stays as it was sent.
 */
import type { Block, Card, CardAction, Fact } from "./card.ts";
import type { ActionName, Checkpoint, Decision, OfferedAction } from "./checkpoint.ts";
import { diffText } from "./diff.ts";
import { formOf } from "./form.ts";
import { canonical, type Json, type JsonObject } from "./json.ts";
import { kindOf } from "./kinds/index.ts";
import { text } from "./kinds/kind.ts";
import { labelOn } from "./label.ts";
import { notesOn } from "./notes.ts";
import { hiddenIn } from "./policy/redact/raise.ts";
import { DEFAULT_RULES, type Rules } from "./policy/redact/rules.ts";
import { nameOf, stateLine, WORDS, wordsOf } from "./state-line.ts";
import { oneLine, visible } from "./text.ts";

export interface PictureOptions {
  url?: string | null;
  /** The round before, for what has changed since. */
  previous?: Checkpoint;
  /** What people typed into an edit is shown by the same rules as what agents send. */
  rules?: Rules;
}

export function cardOf(record: Checkpoint, now: number, options: PictureOptions = {}): Card {
  const rules = options.rules ?? DEFAULT_RULES;
  const checkpoint = editShown(record, rules);
  const previous = options.previous && editShown(options.previous, rules);
  const kind = kindOf(checkpoint.kind);
  const payload = payloadOf(checkpoint);
  const title = oneLine(checkpoint.title, 300);
  const facts = [...kind.facts(payload), ...factsOf(checkpoint)].map(visibleFact);
  const body = [
    ...decidedBlocks(checkpoint, rules),
    ...changedBlocks(checkpoint, previous, rules),
    ...editBlocks(checkpoint),
    ...kind.body(payload),
  ].map(visibleBlock);
  return {
    id: checkpoint.id,
    kind: checkpoint.kind,
    status: checkpoint.status,
    revision: checkpoint.revision,
    digest: checkpoint.digest,
    seeAll: checkpoint.policy.see_all || kind.seeAll,
    icon: kind.icon(payload),
    title,
    source: visible(sourceLine(checkpoint)),
    facts,
    body,
    state: visible(stateLine(checkpoint, now, rules)),
    notes: notesOn(checkpoint, [title, ...facts.flatMap(Object.values), ...body.flatMap(textsOf)]),
    // Forms start from what is there: an approver goes on with the edit as it was typed.
    actions: record.status === "pending" ? record.actions.map((each) => actionOf(record, each)) : [],
    url: options.url ?? null,
  };
}

/** An edit without the secrets that somebody typed into it; the agent gets it as it is. */
function editShown(checkpoint: Checkpoint, rules: Rules): Checkpoint {
  const { edited, decision } = checkpoint;
  const member = kindOf(checkpoint.kind).subject;
  if (member === undefined || (edited === null && decision?.edited === undefined)) return checkpoint;
  const shown = (value: Json) => hiddenIn(value, ["payload", member], rules);
  return {
    ...checkpoint,
    edited: edited && { ...edited, value: shown(edited.value) },
    decision:
      decision === null || decision.edited === undefined ? decision : { ...decision, edited: shown(decision.edited) },
  };
}

/** What is on the table: with the open edit in place of what the agent sent. */
function payloadOf(checkpoint: Checkpoint): JsonObject {
  const edit = editOf(checkpoint);
  return edit === null ? checkpoint.payload : { ...checkpoint.payload, [edit.member]: edit.value };
}

function editOf(checkpoint: Checkpoint): { member: string; value: Json; by: string } | null {
  const member = kindOf(checkpoint.kind).subject;
  if (member === undefined) return null;
  const { edited, decision } = checkpoint;
  if (edited !== null) return { member, value: edited.value, by: nameOf(edited.by) };
  if (decision?.edited === undefined) return null;
  return { member, value: decision.edited, by: nameOf(decision.by) };
}

function sourceLine({ source, round, policy: { max_rounds: most } }: Checkpoint): string {
  const { agent, workflow, session } = source;
  const rounds = most === null ? (round > 1 ? [`round ${round}`] : []) : [`round ${round} of ${most}`];
  const parts = [agent, workflow, session].flatMap((part) => (part === undefined ? [] : [oneLine(part, 200)]));
  return [...parts, ...rounds].join(" · ");
}

function factsOf({ priority, source, requested_by }: Checkpoint): Fact[] {
  const named = (label: string, value: string | null | undefined) =>
    value === null || value === undefined ? [] : [{ label, value }];
  return [
    ...named("Priority", priority === "normal" ? null : priority),
    ...named("Step", source.step),
    ...named("Requested by", requested_by),
    ...named("Link", source.url),
  ];
}

/** What the decider wrote, where the status line has no room for it. */
function decidedBlocks({ decision, status }: Checkpoint, rules: Rules): Block[] {
  if (decision === null || status !== "resolved") return [];
  const words = wordsOf(decision, rules);
  if (words.length <= WORDS && !words.includes("\n")) return [];
  return [{ type: "text", label: `${labelOf(decision)} ${nameOf(decision.by)}`, text: words }];
}

function labelOf({ answers, reason }: Decision): string {
  if (answers !== undefined) return "Answers from";
  return reason === undefined ? "Feedback from" : "Reason from";
}

function editBlocks(checkpoint: Checkpoint): Block[] {
  const edit = editOf(checkpoint);
  if (edit === null) return [];
  const changes = diffText(text(checkpoint.payload[edit.member]), text(edit.value));
  return changes === "" ? [] : [{ type: "diff", label: `Edited by ${edit.by}`, text: changes }];
}

/** Since the round before: what was asked for, and what the agent made of it. */
function changedBlocks(checkpoint: Checkpoint, previous: Checkpoint | undefined, rules: Rules): Block[] {
  if (previous === undefined || checkpoint.round < 2) return [];
  if (previous.erased_at !== undefined) {
    const text = "(its content was erased after its time)";
    return [{ type: "text", label: `Changes since round ${previous.round}`, text }];
  }
  const asked = previous.decision === null ? "" : wordsOf(previous.decision, rules);
  const before = payloadOf(previous);
  const members = new Set([...Object.keys(before), ...Object.keys(checkpoint.payload)]);
  const changes = [...members]
    .filter((member) => canonical(before[member]) !== canonical(checkpoint.payload[member]))
    .map((member) => `@ ${member}\n${diffText(text(before[member]), text(checkpoint.payload[member]))}`);
  const label = `Changes since round ${previous.round}`;
  return [
    ...(asked === "" ? [] : [{ type: "text", label: `Asked for in round ${previous.round}`, text: asked } as const]),
    changes.length === 0 ? { type: "text", label, text: "(none)" } : { type: "diff", label, text: changes.join("\n") },
  ];
}

const TONES: Record<ActionName, CardAction["tone"]> = {
  proceed: "approve",
  answer: "approve",
  edit: "change",
  revise: "change",
  refine: "change",
  reject: "reject",
  cancel: "reject",
};

function actionOf(checkpoint: Checkpoint, offered: OfferedAction): CardAction {
  const { action, comment, reasons } = offered;
  return {
    action,
    label: labelOn(kindOf(checkpoint.kind), offered),
    tone: TONES[action],
    comment,
    reasons,
    form: formOf(checkpoint, offered),
  };
}

function visibleFact({ label, value }: Fact): Fact {
  return { label: visible(label), value: visible(value) };
}

function visibleBlock(block: Block): Block {
  switch (block.type) {
    case "list":
      return { ...block, label: heading(block.label), items: block.items.map(visible) };
    case "table":
      return {
        ...block,
        ...labelled(block),
        columns: block.columns.map(visible),
        rows: block.rows.map((row) => row.map(visible)),
      };
    case "diff":
      return { ...block, label: heading(block.label), text: visible(block.text) };
    case "text":
    case "code":
      return { ...block, ...labelled(block), text: visible(block.text) };
  }
}

function textsOf(block: Block): string[] {
  const label = block.label === undefined ? [] : [block.label];
  switch (block.type) {
    case "list":
      return [...label, ...block.items];
    case "table":
      return [...label, ...block.columns, ...block.rows.flat()];
    default:
      return [...label, block.text];
  }
}

function labelled({ label }: Block): { label?: string } {
  return label === undefined ? {} : { label: heading(label) };
}

/** Not cut: a label may hold the name of an argument. */
function heading(label: string): string {
  return visible(label).replaceAll("\n", "\\u{A}");
}
