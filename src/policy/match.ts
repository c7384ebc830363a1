/**
 * Which policy takes a checkpoint: the first whose `when` holds, else the default. A `when` is a list of equalities
 * over paths of what was raised; what is not there equals nothing.
 */
import type { Subject } from "../house.ts";
import { digestOf, isObject } from "../json.ts";
import type { Policy } from "./policy.ts";

export const DEFAULT_POLICY: Policy = { name: "default" };

export function matchPolicy(policies: readonly Policy[], subject: Subject): Policy {
  return policies.find((policy) => holds(policy, subject)) ?? DEFAULT_POLICY;
}

/** Of the policy as the settings hold it, durations in ms: the same rule written another way is the same version. */
export function versionOf(policy: Policy): string {
  return digestOf(policy);
}

function holds({ when = {} }: Policy, subject: Subject): boolean {
  return Object.entries(when).every(([path, value]) => at(subject, path.split(".")) === value);
}

/** Own members only: `payload.constructor` or a list's `length` is nothing that an agent sent. */
function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, part) => {
    if (Array.isArray(inner)) return /^\d+$/.test(part) ? inner[Number(part)] : undefined;
    return isObject(inner) && Object.hasOwn(inner, part) ? inner[part] : undefined;
  }, value);
}
