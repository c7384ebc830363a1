/**
 * The questions of a clarify, whichever way the agent wrote them: a list of questions (or of plain texts), or one
 * Markdown text with a numbered list whose nested bullets are the options. A text without a list is one question.
 */
import { isObject, type Json, type JsonObject } from "../json.ts";

export interface Question {
  question: string;
  options: string[];
  rationale?: string;
  key?: string;
}

export function questionsOf(payload: JsonObject): Question[] {
  const { questions } = payload;
  if (typeof questions === "string") return fromMarkdown(questions);
  return Array.isArray(questions) ? questions.map(fromItem) : [];
}

function fromItem(item: Json): Question {
  if (!isObject(item)) return { question: String(item), options: [] };
  const { question, options, rationale, key } = item;
  return {
    question: String(question),
    options: Array.isArray(options) ? options.map(String) : [],
    ...(typeof rationale === "string" ? { rationale } : {}),
    ...(typeof key === "string" ? { key } : {}),
  };
}

const NUMBERED = /^( {0,3})\d{1,3}[.)]\s+(\S.*)$/;
const BULLET = /^\s*[-*+•]\s+(\S.*)$/;
/** Below a question, lettered and numbered points that stand further in are options too. */
const NESTED = /^\s{2,}(?:\d{1,3}|[A-Za-z])[.)]\s+(\S.*)$/;
const WHY = /^\s*(?:rationale|why)\s*:\s*(\S.*)$/i;

function fromMarkdown(markdown: string): Question[] {
  const questions: Question[] = [];
  let open: Question | undefined;
  let depth = 0;
  for (const line of markdown.split(/\r?\n/)) {
    const numbered = NUMBERED.exec(line);
    const indent = numbered?.[1]?.length ?? 0;
    const option =
      open === undefined
        ? null
        : (BULLET.exec(line) ?? (indent > depth || numbered === null ? NESTED.exec(line) : null));
    if (numbered?.[2] !== undefined && option === null) {
      depth = indent;
      open = { question: unmarked(numbered[2]), options: [] };
      questions.push(open);
    } else if (open !== undefined && option?.[1] !== undefined) {
      open.options.push(unmarked(option[1]));
    } else if (open !== undefined && /^\s+\S/.test(line)) {
      continued(open, line);
    } else if (line.trim() !== "") {
      // A paragraph that is not indented ends the item; the card shows it with the whole text.
      open = undefined;
    }
  }
  return questions.length === 0 ? [{ question: markdown.trim(), options: [] }] : questions;
}

function continued(open: Question, line: string): void {
  const why = WHY.exec(unmarked(line))?.[1];
  if (why !== undefined && open.rationale === undefined) open.rationale = why;
  else if (open.options.length > 0) open.options.push(`${open.options.pop()} ${line.trim()}`);
  else open.question += `\n${line.trim()}`;
}

/** Without the stars of bold type, which a field's label would show. */
function unmarked(text: string): string {
  return text.replaceAll("**", "").trim();
}
