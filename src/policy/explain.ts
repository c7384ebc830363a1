/** How a policy was chosen, condition by condition, each with what was found there: what `hitl policy test` prints. */

import { valueAt } from "../json.ts";
import { oneLine } from "../text.ts";
import { judge } from "./judge.ts";
import type { Policy } from "./policy.ts";
import type { Subject } from "./subject.ts";
import { type Condition, conditionOf, type Test } from "./when.ts";

export type Answer = "yes" | "no" | "doubt";

export interface Reason {
  answer: Answer;
  /** `payload.tool_args.amount gt 10000 (it is 500)` */
  text: string;
  /** Under `all`, `any` and `not`. */
  of: Reason[];
}

export interface Consideration {
  policy: string;
  /** later: one above has taken it, or it could not be told whether that does. */
  result: "taken" | "passed" | "undecided" | "later";
  reasons: Reason[];
}

const SHOWN = 60;

export function consider(policies: readonly Policy[], subject: Subject): Consideration[] {
  let over = false;
  return policies.map(({ name, when }) => {
    if (over) return { policy: name, result: "later", reasons: [] };
    const condition = conditionOf(when);
    const answer = answerOf(condition, subject);
    over = answer !== "no";
    const result = answer === "yes" ? "taken" : answer === "no" ? "passed" : "undecided";
    return {
      policy: name,
      result,
      reasons: condition.type === "all" ? all(condition.of, subject) : [why(condition, subject)],
    };
  });
}

function all(conditions: readonly Condition[], subject: Subject): Reason[] {
  return conditions.map((each) => why(each, subject));
}

function why(condition: Condition, subject: Subject): Reason {
  const answer = answerOf(condition, subject);
  switch (condition.type) {
    case "test":
      return { answer, text: `${sentence(condition)} (${found(condition, subject)})`, of: [] };
    case "not":
      return { answer, text: "not", of: [why(condition.of, subject)] };
    case "all":
      return { answer, text: "all of", of: all(condition.of, subject) };
    case "any":
      return { answer, text: "any of", of: all(condition.of, subject) };
  }
}

function answerOf(condition: Condition, subject: Subject): Answer {
  const verdict = judge(condition, subject);
  if (typeof verdict !== "boolean") return "doubt";
  return verdict ? "yes" : "no";
}

function sentence({ path, check }: Test): string {
  if (check.op === "exists") return `${path} ${check.value ? "is there" : "is not there"}`;
  if (check.op === "number") return `${path} ${check.value ? "is a number" : "is no number"}`;
  return `${path} ${check.op} ${JSON.stringify(check.value)}`;
}

function found({ steps, ...test }: Test, subject: Subject): string {
  const value = valueAt(subject, steps);
  if (value === undefined) return "it is not there";
  const verdict = judge({ steps, ...test }, subject);
  const is = `it is ${oneLine(JSON.stringify(value), SHOWN)}`;
  return typeof verdict === "boolean" ? is : `${is}, not ${verdict.needs}`;
}
