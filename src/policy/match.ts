/**
 * Which policy takes a checkpoint: the first whose `when` holds, else the default. Where that cannot be told, because
 * a value cannot be compared, the raise is refused and says why: whoever sent it can mend it, and no policy is evaded.
 */
import { type Refusal, refuse } from "../card.ts";
import { digestOf, pointer } from "../json.ts";
import { type Doubt, judge } from "./judge.ts";
import type { Policy } from "./policy.ts";
import type { Subject } from "./subject.ts";
import { conditionOf, normalWhen } from "./when.ts";

export const DEFAULT_POLICY: Policy = { name: "default" };

export type Matcher = (subject: Subject) => Policy | Refusal;

/** Compiled once, for every checkpoint of the program's life. */
export function matcherOf(policies: readonly Policy[]): Matcher {
  const rules = policies.map((policy) => ({ policy, condition: conditionOf(policy.when) }));
  return (subject) => {
    for (const { policy, condition } of rules) {
      const verdict = judge(condition, subject);
      if (verdict === true) return policy;
      if (verdict !== false) return undecided(policy, verdict);
    }
    return DEFAULT_POLICY;
  };
}

/** Of the policy as the settings hold it, durations in ms: the same rule written another way is the same version. */
export function versionOf(policy: Policy): string {
  const known = versions.get(policy);
  if (known !== undefined) return known;
  const version = digestOf(policy.when === undefined ? policy : { ...policy, when: normalWhen(policy.when) });
  versions.set(policy, version);
  return version;
}

/** Policies are as the settings hold them, and never changed: each is digested once. */
const versions = new WeakMap<Policy, string>();

function undecided({ name }: Policy, { path, steps, needs }: Doubt): Refusal {
  const [first = ""] = steps;
  return refuse(
    "policy_undecided",
    `The policy "${name}" compares ${path}, and what was sent there is not ${needs}: send ${needs}, so that it can be told who decides.`,
    [
      {
        pointer: pointer(first === "agent" ? ["source", ...steps] : steps),
        message: `must be ${needs}: the policy "${name}" compares it`,
      },
    ],
  );
}
