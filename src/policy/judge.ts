/**
 * Whether a condition holds of what was raised: yes, no, or not to be told. What is there but cannot be compared (a
 * text where a range is, a list where a glob is) is neither above nor below anything. Taking it for "no" would let an
 * agent slip under the policy that guards a number by sending "20000"; taking it for "yes" would let it into one that
 * allows small numbers. It stays a doubt through `not`, `any` and `all`, unless the rest decides.
 */

import { valueAt } from "../json.ts";
import type { Subject } from "./subject.ts";
import type { Check, Condition, Test } from "./when.ts";

export interface Doubt {
  path: string;
  steps: readonly string[];
  /** What would have to stand there: `a number`. */
  needs: string;
}

export type Verdict = boolean | Doubt;

export function judge(condition: Condition, subject: Subject): Verdict {
  switch (condition.type) {
    case "test":
      return judgeTest(condition, subject);
    case "not": {
      const verdict = judge(condition.of, subject);
      return typeof verdict === "boolean" ? !verdict : verdict;
    }
    case "all":
      return unlessOne(condition.of, subject, false);
    case "any":
      return unlessOne(condition.of, subject, true);
  }
}

/** One that is `decisive` settles it, whatever is in doubt beside it. */
function unlessOne(conditions: readonly Condition[], subject: Subject, decisive: boolean): Verdict {
  let verdict: Verdict = !decisive;
  for (const condition of conditions) {
    const each = judge(condition, subject);
    if (each === decisive) return decisive;
    if (typeof each !== "boolean" && typeof verdict === "boolean") verdict = each;
  }
  return verdict;
}

function judgeTest({ path, steps, check }: Test, subject: Subject): Verdict {
  const holds = holdsOf(check, valueAt(subject, steps));
  return typeof holds === "boolean" ? holds : { path, steps, needs: holds };
}

/** Of one value: whether the check holds, or what the value would have to be for that to be told. */
export function holdsOf(check: Check, value: unknown): boolean | string {
  switch (check.op) {
    case "is":
      return value === check.value;
    case "in":
      return check.has.has(value as never);
    case "exists":
      return (value !== undefined) === check.value;
    case "number":
      return (typeof value === "number") === check.value;
  }
  // Agents write null where there is nothing; it hides no amount.
  if (value === undefined || value === null) return false;
  switch (check.op) {
    case "contains":
      if (Array.isArray(value)) return value.includes(check.value);
      if (check.find === null) return "a list";
      return typeof value === "string" ? check.find(value, 0) >= 0 : "a text or a list";
    case "glob":
      return typeof value === "string" ? check.glob(value) : "a text";
    default:
      return typeof value === "number" ? isWithin(check, value) : "a number";
  }
}

function isWithin({ op, value: limit }: Extract<Check, { value: number }>, value: number): boolean {
  switch (op) {
    case "gt":
      return value > limit;
    case "gte":
      return value >= limit;
    case "lt":
      return value < limit;
    default:
      return value <= limit;
  }
}
