/**
 * Whether one condition is met wherever another is, as far as that can be told from the conditions alone. "Yes" is
 * certain; "no" only means that it cannot be told, as with three policies of which two together cover the third.
 */
import { holdsOf } from "./judge.ts";
import type { Check, Condition, Range } from "./when.ts";

export function implies(given: Condition, then: Condition): boolean {
  if (then.type === "all") return then.of.every((each) => implies(given, each));
  if (given.type === "any") return given.of.every((each) => implies(each, then));
  if (then.type === "any" && then.of.some((each) => implies(given, each))) return true;
  if (given.type === "all") return given.of.some((each) => implies(each, then));
  if (then.type === "not") return given.type === "not" ? implies(then.of, given.of) : excludes(given, then.of);
  if (given.type !== "test" || then.type !== "test") return false;
  return given.path === then.path && checkImplies(given.check, then.check);
}

/** Never both. */
function excludes(given: Condition, other: Condition): boolean {
  if (other.type === "any") return other.of.every((each) => excludes(given, each));
  if (other.type === "all") return other.of.some((each) => excludes(given, each));
  if (given.type !== "test" || other.type !== "test" || given.path !== other.path) return false;
  const { check } = given;
  if (check.op === "exists" && !check.value) return checkImplies(other.check, { op: "exists", value: true });
  if (check.op === "is") return holdsOf(other.check, check.value) === false;
  return check.op === "in" && check.value.every((value) => holdsOf(other.check, value) === false);
}

function checkImplies(given: Check, then: Check): boolean {
  if (given.op === then.op && given.value === then.value) return true;
  if (given.op === "is") return holdsOf(then, given.value) === true;
  if (given.op === "in") return given.value.every((value) => holdsOf(then, value) === true);
  const isRange = isLimit(given);
  if (then.op === "exists")
    return then.value ? isRange || given.op === "contains" || given.op === "glob" || isNumber(given) : false;
  if (then.op === "number") {
    if (then.value) return isRange;
    return (given.op === "exists" && !given.value) || given.op === "contains" || given.op === "glob";
  }
  // A star in the one pattern is taken by a star of the other, since no other letter of it is one.
  if (given.op === "glob" && then.op === "glob") return then.glob(given.value);
  return isRange && isLimit(then) && isTighter(given, then);
}

function isNumber(check: Check): boolean {
  return check.op === "number" && check.value;
}

interface Limit {
  op: Range;
  value: number;
}

function isLimit(check: Check): check is Limit {
  return check.op === "gt" || check.op === "gte" || check.op === "lt" || check.op === "lte";
}

function isTighter(given: Limit, then: Limit): boolean {
  const [side, other] = [given.op.slice(0, 2), then.op.slice(0, 2)];
  if (side !== other) return false;
  if (given.value === then.value) return given.op === side || then.op !== side;
  return side === "gt" ? given.value > then.value : given.value < then.value;
}
