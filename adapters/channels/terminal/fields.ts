/**
 * The fields of a form, asked one after the other. What is prefilled may hold hidden characters: those are shown and
 * taken as JSON escapes, so that nothing unseen is typed back and nothing reaches the terminal as a command.
 */
import type { CardAction, Field } from "../../../src/card.ts";
import { OTHER } from "../../../src/form.ts";
import { hasHidden, spelledJson } from "../../../src/spelled.ts";
import { isBlank } from "../../../src/text.ts";
import { oneLine } from "./literal.ts";
import { hasLeft, type Left, type Prompter, type Question } from "./prompter.ts";

export type Values = Record<string, string | boolean>;

/** Typed at a question instead of an answer. */
export const ASIDES = ["/skip", "/quit", "/cancel"] as const;
export type Aside = (typeof ASIDES)[number];

export interface FieldOptions {
  prompter: Prompter;
  /** Instead of the field's label, where that was shown already. */
  message?: string;
  /** What was typed before, when it has to be asked again. */
  kept: string | undefined;
  /** The asides that are open here. */
  asides: readonly Aside[];
}

/** Tagged, because an agent's option may read like one of the asides. */
export type Given = { value: string } | { aside: Aside } | Left;

export async function askField(field: Field, options: FieldOptions): Promise<Given> {
  const { prompter } = options;
  const message = options.message ?? messageOf(field);
  switch (field.type) {
    case "choice":
      return askChoice(field, message, options);
    case "boolean": {
      const now = options.kept ?? field.value;
      const picked = await prompter.choose({ message, options: BOOLEANS, initial: now === "false" ? 1 : 0 });
      return givenOf(hasLeft(picked) ? picked : (BOOLEANS[picked]?.label ?? ""));
    }
    case "json":
      return givenOf(await prompter.page(question(field, message, options, spelledJson)));
    case "multiline":
      if (field.value === undefined) return askLine(field, message, options);
      return givenOf(await askText(field, message, options, "page"));
    case "text":
      return givenOf(await askText(field, message, options, "line"));
    case "number":
      return givenOf(await prompter.line(question(field, message, options)));
  }
}

function givenOf(answer: string | Left): Given {
  return hasLeft(answer) ? answer : { value: answer };
}

const BOOLEANS = [{ label: "true" }, { label: "false" }];

function messageOf(field: Field): string {
  const label = oneLine(field.label);
  return field.required || field.value !== undefined ? label : `${label} (optional)`;
}

async function askChoice(field: Field, message: string, options: FieldOptions): Promise<Given> {
  const { prompter, kept, asides } = options;
  const own = (field.options ?? []).map((value) => ({ label: oneLine(value), given: { value } }));
  const rows: { label: string; given: Given | "other" }[] = [
    ...own,
    ...(field.other === true ? [{ label: OTHER, given: "other" as const }] : []),
    ...(field.required ? [] : [{ label: "No answer", given: { value: "" } }]),
    ...asides.filter((aside) => aside !== "/quit").map((aside) => ({ label: ASIDE_LABEL[aside], given: { aside } })),
  ];
  const before = own.findIndex(({ given }) => given.value === (kept ?? field.value));
  const picked = await prompter.choose({ message, options: rows, initial: Math.max(0, before) });
  if (hasLeft(picked)) return picked;
  const given = rows[picked]?.given ?? { value: "" };
  return given === "other" ? askLine({ ...field, required: true }, "Your own answer", options) : given;
}

const ASIDE_LABEL: Record<Aside, string> = {
  "/skip": "Leave it for later",
  "/cancel": "Cancel it",
  "/quit": "Stop here",
};

async function askLine(field: Field, message: string, options: FieldOptions): Promise<Given> {
  const asked = question(field, message, options);
  const typed = await options.prompter.line({ ...asked, several: true });
  if (hasLeft(typed)) return typed;
  const aside = options.asides.find((each) => each === typed.trim());
  return aside === undefined ? { value: typed } : { aside };
}

/** A text to be changed. With hidden characters in it, it is changed as the JSON text that spells them out. */
async function askText(
  field: Field,
  message: string,
  options: FieldOptions,
  how: "line" | "page",
): Promise<string | Left> {
  const now = options.kept ?? field.value ?? "";
  if (!hasHidden(now)) return options.prompter[how](question(field, message, options));
  const typed = await options.prompter.page({
    message: `${message} (as JSON: it holds hidden characters)`,
    initial: spelledJson(JSON.stringify(now)),
    check: (text) => (jsonText(text) === undefined ? 'It must be a JSON text, in quotes: "…".' : undefined),
  });
  return hasLeft(typed) ? typed : (jsonText(typed) ?? now);
}

function question(
  field: Field,
  message: string,
  { kept, asides }: FieldOptions,
  shown = (text: string) => text,
): Question {
  const initial = kept ?? field.value;
  const hints = [
    ...(asides.length > 0 ? [asides.join(" · ")] : []),
    ...(field.type === "json" && field.hint ? [oneLine(field.hint)] : []),
  ];
  return {
    message,
    ...(hints.length > 0 ? { hint: hints.join(" · ") } : {}),
    ...(initial === undefined ? {} : { initial: shown(initial) }),
    check: (text) => (field.required && isBlank(text) ? "This is still blank; say something." : undefined),
  };
}

function jsonText(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The field that takes an action's words: its feedback, or the reason. */
export function wordsField({ form }: CardAction): Field | undefined {
  return form?.fields.find(({ name }) => name === "feedback" || name === "reason");
}
