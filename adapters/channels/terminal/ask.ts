/**
 * One card and the person in front of it: which action, then what that action asks. Ends in an act, or in none:
 * left for later, stopped, or left by Ctrl-C or the end of the input. Nothing in between counts as anything.
 */
import type { Act, Card, CardAction, Field, Form } from "../../../src/card.ts";
import type { CheckpointView } from "../../../src/client/checks.ts";
import { diffText } from "../../../src/diff.ts";
import { actFrom } from "../../../src/form.ts";
import { canonical, type Json, type Problem } from "../../../src/json.ts";
import { kindOf } from "../../../src/kinds/index.ts";
import { isBlank } from "../../../src/text.ts";
import { ASIDES, type Aside, askField, type Values, wordsField } from "./fields.ts";
import { literal, oneLine } from "./literal.ts";
import { parseTyped, promptOf } from "./parse.ts";
import { hasLeft, type Left, type Prompter } from "./prompter.ts";
import { type Look, renderQuestion } from "./render.ts";

export interface Asking {
  card: Card;
  checkpoint: CheckpointView;
  prompter: Prompter;
  look: Look;
  /** Enter may stand for the default: a person sits at a terminal. */
  enter: boolean;
}

/** An action with what was filled in: asked again with all of it when it is refused. */
export interface Draft {
  action: CardAction;
  values: Values;
}

export type Asked = { type: "act"; act: Act; draft: Draft } | { type: "skip" } | { type: "stop" } | Left;

export async function ask(asking: Asking, draft?: Draft): Promise<Asked> {
  const { card, prompter } = asking;
  await prompter.fresh();
  const kept = draft === undefined ? undefined : keptOf(card, draft);
  for (let again = kept; ; again = undefined) {
    const chosen = again ?? questionsOf(card) ?? (await chooseAction(asking));
    if (!("action" in chosen)) return chosen;
    const filled = await fill(asking, chosen, again === undefined);
    if (filled !== "back") return filled;
  }
}

/** Only what has fields can be asked again; a bare "proceed" that was refused is chosen anew, or not. */
function keptOf(card: Card, { action, values }: Draft): Draft | undefined {
  const offered = card.actions.find((each) => each.action === action.action);
  return offered === undefined || offered.form === null ? undefined : { action: offered, values };
}

/** A clarification has nothing to choose first: its questions are what is asked. */
function questionsOf(card: Card): Draft | undefined {
  const action = card.actions.find((each) => each.action === "answer" && each.form !== null);
  return action && { action, values: {} };
}

type Chosen = Draft | { type: "skip" } | { type: "stop" } | Left;

async function chooseAction({ card, prompter, enter }: Asking): Promise<Chosen> {
  for (;;) {
    const typed = await prompter.line({ message: promptOf(card, enter), hint: "skip · quit" });
    if (hasLeft(typed)) return typed;
    const read = parseTyped(typed, card, enter);
    if (read.type === "action") return draftOf(read.action, read.words);
    if (read.type !== "again") return read;
    prompter.say([oneLine(read.reason)]);
  }
}

/** `revise: shorter, please` says both at once. */
function draftOf(action: CardAction, words: string): Draft {
  if (isBlank(words)) return { action, values: {} };
  return { action, values: { [wordsField(action)?.name ?? "feedback"]: words } };
}

/** `first`: words that came with the action (`revise: shorter`) are taken as they are. */
async function fill(asking: Asking, draft: Draft, first: boolean): Promise<Asked | "back"> {
  const { action } = draft;
  if (action.form === null) {
    const { feedback } = draft.values;
    const act: Act = { action: action.action, ...(typeof feedback === "string" ? { feedback } : {}) };
    return { type: "act", act, draft };
  }
  const values: Values = { ...draft.values };
  const words = wordsField(action)?.name;
  const said = first && words !== undefined && values[words] !== undefined && action.form.fields.length === 1;
  if (!said) {
    const left = await askAll(asking, action, action.form, values);
    if (left !== undefined) return left;
  }
  const act = actFrom(action.form, asking.checkpoint, values);
  if (Array.isArray(act)) {
    asking.prompter.say(problemLines(act));
    return fill(asking, { action, values }, false);
  }
  if (action.action !== "edit") return { type: "act", act, draft: { action, values } };
  return confirmEdit(asking, { action, values }, act);
}

/** Fills `values`; answers how it was left, if it was. */
async function askAll(asking: Asking, action: CardAction, form: Form, values: Values): Promise<Asked | undefined> {
  const { prompter, look, card } = asking;
  const answering = action.action === "answer";
  for (const [index, field] of form.fields.entries()) {
    if (answering)
      prompter.say(renderQuestion(field, index + 1, form.fields.length, look, besides(card, field, index, form)));
    const before = values[field.name];
    const answer = await askField(field, {
      prompter,
      kept: typeof before === "string" ? before : undefined,
      asides: answering ? asidesOf(card) : [],
      ...(answering ? { message: field.type === "choice" ? "Select one option:" : "Your answer:" } : {}),
    });
    if (hasLeft(answer)) return answer;
    if ("aside" in answer) return stepAside(asking, answer.aside);
    values[field.name] = answer.value;
  }
  return undefined;
}

function asidesOf(card: Card): readonly Aside[] {
  const cancel = card.actions.some(({ action }) => action === "cancel");
  return ASIDES.filter((aside) => aside !== "/cancel" || cancel);
}

async function stepAside(asking: Asking, aside: Aside): Promise<Asked> {
  if (aside === "/skip") return { type: "skip" };
  if (aside === "/quit") return { type: "stop" };
  const action = asking.card.actions.find((each) => each.action === "cancel");
  if (action === undefined) return { type: "skip" };
  const filled = await fill(asking, { action, values: {} }, true);
  return filled === "back" ? { type: "skip" } : filled;
}

/** What the card says about a question beyond what the field holds (fields that the kind does not know). */
function besides(card: Card, field: Field, index: number, form: Form): string[] {
  const label = `Question ${index + 1}/${form.fields.length}`;
  const block = card.body.find((each) => each.type === "text" && each.label === label);
  if (block?.type !== "text") return [];
  const known = new Set(
    [
      ...field.label.split("\n"),
      ...(field.options ?? []).flatMap((option) => `• ${option}`.split("\n")),
      ...(field.hint === undefined ? [] : `Why: ${field.hint}`.split("\n")),
    ].map(oneLine),
  );
  return block.text.split("\n").filter((line) => !known.has(oneLine(line)));
}

async function confirmEdit({ prompter, checkpoint }: Asking, draft: Draft, act: Act): Promise<Asked | "back"> {
  if (canonical(act.edited) === canonical(subjectOf(checkpoint))) {
    prompter.say(["Nothing was changed. To take it as it is, approve it."]);
    return "back";
  }
  const fields = draft.action.form?.fields ?? [];
  prompter.say(["", "Changed:", ...fields.flatMap((field) => changeLines(field, draft.values[field.name]))]);
  await prompter.fresh();
  const options = [{ label: "Approve it like this" }, { label: "Go back without it" }];
  const picked = await prompter.choose({ message: "The edit is what will be approved.", options });
  if (hasLeft(picked)) return picked;
  return picked === 0 ? { type: "act", act, draft } : "back";
}

/** What an edit would replace. */
function subjectOf({ kind, payload, edited }: CheckpointView): Json | undefined {
  const { subject } = kindOf(kind);
  return edited === null ? subject && payload[subject] : edited.value;
}

function changeLines({ label, value }: Field, given: string | boolean | undefined): string[] {
  const now = String(given);
  if (value === undefined || value === now) return [];
  const short = [value, now].every((text) => text.length <= 60 && !text.includes("\n"));
  if (short) return [`  ${oneLine(label)}: ${oneLine(value)} → ${oneLine(now)}`];
  return [`  ${oneLine(label)}:`, ...literal(diffText(value, now)).map((line) => `    ${line}`)];
}

function problemLines(problems: readonly Problem[]): string[] {
  return problems.map(({ pointer, message }) => `${pointer.slice(1)}: ${message}`).map(oneLine);
}
