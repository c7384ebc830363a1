/**
 * What an action asks before it is sent, and the act that the filled form amounts to. Every surface draws the same
 * fields and hands their values back; blank or unreadable ones come out as problems at their field, never as an act.
 */
import type { Act, Field, Form } from "./card.ts";
import type { ActionName, Answers, Checkpoint, OfferedAction } from "./checkpoint.ts";
import { editedFrom, editFields, fault, type Values } from "./edit-form.ts";
import type { Json, Problem } from "./json.ts";
import { kindOf } from "./kinds/index.ts";
import { labelOn } from "./label.ts";
import { isBlank } from "./text.ts";

/** Added to the options of a choice that also takes free text. */
export const OTHER = "Other (type my own)";

/** Where a surface puts that text when it has its own input; a plain value that is no option does as well. */
export function otherName(field: string): string {
  return `${field}:other`;
}

/** What a form is about: the record, or the view of it that a surface got over HTTP. */
export type Asked = Pick<Checkpoint, "kind" | "payload"> & { edited: { value: Json } | null };

/** Null where one press is enough. */
export function formOf(checkpoint: Checkpoint, offered: OfferedAction): Form | null {
  const fields = fieldsOf(checkpoint, offered);
  if (fields.length === 0) return null;
  const label = labelOn(kindOf(checkpoint.kind), offered);
  return { action: offered.action, title: label, submit: SUBMIT[offered.action] ?? label, fields };
}

const SUBMIT: Partial<Record<ActionName, string>> = {
  answer: "Send answer",
  edit: "Approve edited",
  revise: "Send",
  refine: "Send",
  // Not "Cancel": that is how forms are left.
  cancel: "Cancel it",
};

function fieldsOf(checkpoint: Checkpoint, offered: OfferedAction): Field[] {
  switch (offered.action) {
    case "answer":
      return kindOf(checkpoint.kind).questions?.(checkpoint.payload) ?? [];
    case "edit":
      return [...editFields(subjectOf(checkpoint)), ...(offered.comment === "required" ? [commentField(offered)] : [])];
    case "proceed":
      return offered.comment === "required" || offered.reasons.length > 0 ? [commentField(offered)] : [];
    default:
      return offered.comment === "none" ? [] : [commentField(offered)];
  }
}

const ASKED: Record<ActionName, string> = {
  proceed: "Anything to add?",
  edit: "Anything to add?",
  revise: "What should change?",
  refine: "What should change?",
  reject: "Why not?",
  cancel: "Why cancel?",
  answer: "Your answer",
};

function commentField(offered: OfferedAction): Field {
  const field = {
    name: wordsOf(offered.action),
    label: ASKED[offered.action],
    required: offered.comment === "required",
  };
  return offered.reasons.length === 0
    ? { ...field, type: "multiline" }
    : { ...field, type: "choice", options: offered.reasons, other: true };
}

function wordsOf(action: ActionName): "feedback" | "reason" {
  return action === "reject" || action === "cancel" ? "reason" : "feedback";
}

/** What an edit starts from: the open edit, or what the agent sent. */
function subjectOf(checkpoint: Asked): Json {
  if (checkpoint.edited !== null) return checkpoint.edited.value;
  const { subject } = kindOf(checkpoint.kind);
  return subject === undefined ? null : (checkpoint.payload[subject] ?? null);
}

/** The inverse of `formOf`: a problem's pointer is the field's name. */
export function actFrom(form: Form, checkpoint: Asked, values: Values): Act | Problem[] {
  switch (form.action) {
    case "answer":
      return answerFrom(form, checkpoint, values);
    case "edit": {
      const read = editedFrom(subjectOf(checkpoint), values);
      const words = commentFrom(form, values);
      const problems = [...(Array.isArray(read) ? read : []), ...(Array.isArray(words) ? words : [])];
      return Array.isArray(read) || Array.isArray(words) ? problems : { action: "edit", ...read, ...words };
    }
    default: {
      const words = commentFrom(form, values);
      return Array.isArray(words) ? words : { action: form.action, ...words };
    }
  }
}

function answerFrom(form: Form, checkpoint: Asked, values: Values): Act | Problem[] {
  const filled: Answers = Object.fromEntries(form.fields.map((field) => [field.name, filledIn(form, field, values)]));
  const blank = form.fields.filter((field) => field.required && isBlank(filled[field.name]));
  if (blank.length > 0) return blank.map((field) => fault(field.name, BLANK));
  const first = form.fields[0];
  if (first !== undefined && form.fields.every((field) => isBlank(filled[field.name])))
    return [fault(first.name, "Answer at least one of the questions.")];
  return { action: "answer", answers: kindOf(checkpoint.kind).gather?.(checkpoint.payload, filled) ?? filled };
}

function commentFrom(form: Form, values: Values): { feedback?: string; reason?: string } | Problem[] {
  const name = wordsOf(form.action);
  const field = form.fields.find((each) => each.name === name);
  if (field === undefined) return {};
  const words = filledIn(form, field, values);
  if (!isBlank(words)) return { [name]: words };
  return field.required ? [fault(name, BLANK)] : {};
}

const BLANK = "This is still blank.";

/** The text of a field; of a choice, what was typed instead wins over what was chosen. */
function filledIn(form: Form, field: Field, values: Values): string {
  const own = textIn(values, field.name);
  if (field.other !== true) return own;
  const name = otherName(field.name);
  const typed = form.fields.some((each) => each.name === name) ? "" : textIn(values, name);
  return isBlank(typed) ? (own === OTHER ? "" : own) : typed;
}

function textIn(values: Values, name: string): string {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  return typeof value === "string" ? value : "";
}
