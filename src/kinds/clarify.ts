/** clarify: questions that the agent needs answered before it goes on. */
import { z } from "zod";
import type { Block, Field } from "../card.ts";
import type { Answers } from "../checkpoint.ts";
import { isObject, type Json, type JsonObject, type Problem, pointer } from "../json.ts";
import { isBlank } from "../text.ts";
import { DEFAULTS, type Kind, offer, string, strings, text, titled } from "./kind.ts";
import { extras, textOf } from "./parts.ts";
import { type Question, questionsOf } from "./questions.ts";

const asked = string.refine((words) => !isBlank(words), "must ask something");
const question = z.looseObject(
  {
    question: asked,
    options: strings.nullish(),
    rationale: string.nullish(),
    key: string
      .refine((name) => !isBlank(name), "must not be blank")
      .refine((name) => name !== "__proto__", "must be another name")
      .max(100, "must be at most 100 characters")
      .nullish(),
  },
  "must be a question: text, or an object with `question`",
);
const list = z
  .array(
    either((item) => (typeof item === "string" ? asked : question)),
    "must be a list of questions or one text",
  )
  .min(1, "must hold a question")
  .superRefine(distinctKeys);
const payload = z
  .looseObject({
    questions: either((value) => (typeof value === "string" ? asked : list)).meta({
      anyOf: [
        { type: "string", description: "Markdown with a numbered list; nested bullets are options" },
        {
          type: "array",
          minItems: 1,
          items: { anyOf: [{ type: "string" }, schemaOf(question)] },
        },
      ],
    }),
    rationale: string.nullish(),
  })
  .meta({ id: "ClarifyPayload", description: "Questions to answer" });

export const clarify: Kind = {
  ...DEFAULTS,
  name: "clarify",
  payload,
  actions: [offer("answer"), offer("cancel")],
  icon: () => "❓",
  title: (sent) => titled(questionsOf(sent)[0]?.question, "Questions"),
  facts: () => [],
  body: (sent) => [
    ...textOf("Why we ask", sent.rationale),
    ...questionBlocks(sent),
    ...extras(sent, Object.keys(payload.shape)),
  ],
  questions: fieldsOf,
  gather,
  answers: checked,
};

/** For the published schema: what `either` takes cannot be read off it. */
function schemaOf(type: z.ZodType) {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(type, { io: "input" });
  return schema;
}

/** A union that says where the fault lies, which `z.union` does not. */
function either(choose: (value: unknown) => z.ZodType) {
  return z
    .custom<Json>((value) => value !== undefined, "is required")
    .superRefine((value, context) => {
      for (const issue of choose(value).safeParse(value).error?.issues ?? [])
        context.addIssue({ code: "custom", path: issue.path, message: issue.message });
    });
}

function distinctKeys(items: Json[], context: z.RefinementCtx): void {
  const seen = new Set<Json>();
  for (const [index, item] of items.entries()) {
    const name = isObject(item) ? item.key : undefined;
    if (name === undefined || name === null) continue;
    if (seen.has(name))
      context.addIssue({ code: "custom", path: [index, "key"], message: "is the key of another question too" });
    seen.add(name);
  }
}

function questionBlocks({ questions }: JsonObject): Block[] {
  // One Markdown text is shown whole, so that what stands around its list is seen too.
  if (typeof questions === "string") return textOf("Questions", questions);
  if (!Array.isArray(questions)) return [];
  return questions.map((item, index) => ({
    type: "text",
    label: `Question ${index + 1}/${questions.length}`,
    text: typeof item === "string" ? item : isObject(item) ? questionText(item) : text(item),
  }));
}

function questionText(item: JsonObject): string {
  const { question: words, options, rationale, key: _key, ...rest } = item;
  return [
    text(words),
    ...(Array.isArray(options) ? options.map((option) => `• ${text(option)}`) : []),
    ...(rationale === undefined || rationale === null ? [] : [`Why: ${text(rationale)}`]),
    ...Object.entries(rest).map(([name, value]) => `${name}: ${text(value)}`),
  ].join("\n");
}

/** Keys count only when every question has one: half an answer by key would leave the rest out. */
function keysOf(questions: Question[]): string[] | undefined {
  const keys = questions.flatMap((each) => each.key ?? []);
  return keys.length === questions.length ? keys : undefined;
}

/** Without keys the fields are `q1`, `q2`, …, and their answers become one `response`. */
function fieldsOf(sent: JsonObject): Field[] {
  const questions = questionsOf(sent);
  const keys = keysOf(questions);
  return questions.map((each, index) => ({
    name: keys?.[index] ?? `q${index + 1}`,
    label: each.question,
    type: each.options.length > 0 ? "choice" : "multiline",
    required: keys !== undefined || questions.length === 1,
    ...(each.rationale === undefined ? {} : { hint: each.rationale }),
    ...(each.options.length > 0 ? { options: each.options, other: true } : {}),
  }));
}

/** Without keys: the one answer as it is, or a line for each question that was answered. */
function gather(sent: JsonObject, filled: Answers): Answers {
  const questions = questionsOf(sent);
  if (keysOf(questions) !== undefined) return filled;
  if (questions.length === 1) return { response: String(filled.q1) };
  const lines = questions.flatMap((each, index) => {
    const given = filled[`q${index + 1}`];
    return isBlank(given) ? [] : [`${index + 1}. ${each.question.replace(/\s+/g, " ")} → ${given}`];
  });
  return { response: lines.join("\n") };
}

/** `{response}` is always taken; `{key: value}` when every question has a key, then all of them and no others. */
function checked(sent: JsonObject, answers: Answers | undefined): Answers | Problem[] {
  const given = answers ?? {};
  const names = Object.keys(given);
  if (names.length === 0) return [problem([], "An answer is missing: write what the agent should know.")];
  if (names.length === 1 && names[0] === "response")
    return isBlank(given.response) ? [problem(["response"], BLANK)] : { response: String(given.response) };
  const keys = keysOf(questionsOf(sent));
  if (keys === undefined)
    return names
      .filter((name) => name !== "response")
      .map((name) => problem([name], 'These questions have no keys: send one text, {"response": "…"}.'));
  const unknown = names.filter((name) => !keys.includes(name));
  const missing = keys.filter((name) => !Object.hasOwn(given, name) || isBlank(given[name]));
  const problems = [
    ...unknown.map((name) => problem([name], `There is no question with this key; the keys are ${keys.join(", ")}.`)),
    ...missing.map((name) => problem([name], BLANK)),
  ];
  return problems.length > 0 ? problems : Object.fromEntries(keys.map((name) => [name, String(given[name])]));
}

const BLANK = "This is still blank: write an answer, or cancel.";

function problem(path: string[], message: string): Problem {
  return { pointer: pointer(["answers", ...path]), message };
}
