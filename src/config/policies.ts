/** Policies that can do what they say: people who exist, a quorum that can be met, steps that come in time. */
import { isApproving, KINDS, PRIORITIES } from "../checkpoint.ts";
import { voters } from "../policy/approvers.ts";
import type { Directory } from "../policy/directory.ts";
import { DEFAULT_POLICY } from "../policy/match.ts";
import type { Policy, When } from "../policy/policy.ts";
import { formatDuration } from "../time.ts";
import { suggest } from "./fault.ts";
import type { ConfigFile, Path } from "./file.ts";
import { refFault } from "./people.ts";
import type { Shape } from "./shape.ts";

type Given = NonNullable<Shape["policies"]>[number];

const WORDS: Record<string, readonly string[]> = { kind: KINDS, priority: PRIORITIES };
const ROOTS = ["payload", "source", "metadata"];

/** The last one has no `when`. */
export function readPolicies(shape: Shape, directory: Directory, file: ConfigFile): Policy[] {
  const given = shape.policies ?? [];
  const policies = given.map((policy, index) => {
    const path = ["policies", index];
    const first = given.findIndex((each) => each.name === policy.name);
    if (first !== index) file.fault([...path, "name"], `is the name of policies[${first}] too; choose another`);
    if (policy.when === undefined && index < given.length - 1)
      file.fault(path, "has no `when`, so that no policy after it is ever reached; move it to the end or give it one");
    if (policy.when !== undefined && policy.name === DEFAULT_POLICY.name)
      file.fault([...path, "name"], "is kept for the policy without `when`; choose another");
    checkPeople(policy, path, directory, file);
    checkActions(policy, path, file);
    checkTime(policy, path, file);
    return clean(policy, path, file);
  });
  return policies.at(-1)?.when === undefined && policies.length > 0 ? policies : [...policies, DEFAULT_POLICY];
}

function checkPeople({ approvers, quorum, escalate }: Given, path: Path, directory: Directory, file: ConfigFile): void {
  const lists = [
    { path: [...path, "approvers"], refs: approvers ?? [] },
    ...(escalate ?? []).map((rung, index) => ({ path: [...path, "escalate", index, "to"], refs: rung.to })),
  ];
  let isSound = true;
  for (const list of lists)
    for (const [index, ref] of list.refs.entries()) {
      const at = [...list.path, index];
      const fault = refFault(ref, JSON.stringify(file.written(at)), directory);
      if (fault !== undefined) file.fault(at, fault);
      if (fault !== undefined) isSound = false;
    }
  if (!isSound || approvers === undefined || quorum === undefined || quorum < 2) return;
  const able = voters(approvers, directory).size;
  if (able < quorum)
    file.fault(
      [...path, "quorum"],
      `asks for ${quorum} different people, but of \`approvers\` only ${able} can vote; name more of them under \`people\` or ask for fewer`,
    );
}

function checkActions({ actions, comment }: Given, path: Path, file: ConfigFile): void {
  if (actions?.every(isApproving))
    file.fault([...path, "actions"], "leave no way to say no; add reject, cancel, revise or refine");
  for (const [index, action] of (comment ?? []).entries())
    if (actions !== undefined && !actions.includes(action))
      file.fault([...path, "comment", index], `"${action}" is not among the \`actions\` of this policy; take it out`);
}

function checkTime({ timeout, on_timeout, remind, escalate = [] }: Given, path: Path, file: ConfigFile): void {
  const climbs = on_timeout === "escalate";
  if (typeof timeout === "number") {
    // Each rung that is climbed when it falls due begins the time anew.
    const end = timeout * (climbs ? 1 + Math.max(1, escalate.length) : 1);
    const late = (after: number | undefined, at: Path) => {
      if (after !== undefined && after >= end)
        file.fault(at, `comes too late: it all ends after ${formatDuration(end)}`);
    };
    for (const [index, after] of (remind ?? []).entries()) late(after, [...path, "remind", index]);
    for (const [index, rung] of escalate.entries()) late(rung.after, [...path, "escalate", index, "after"]);
  }
  for (const [index, { after }] of escalate.entries()) {
    const before = escalate[index - 1]?.after;
    if (after === undefined && !climbs)
      file.fault(
        [...path, "escalate", index],
        "is never climbed; say `after:`, or `on_timeout: escalate` in the policy",
      );
    if (after !== undefined && before !== undefined && after <= before)
      file.fault(
        [...path, "escalate", index, "after"],
        "comes before the rung above it; write the rungs in order of time",
      );
  }
}

function clean({ when, remind, escalate, ...rest }: Given, path: Path, file: ConfigFile): Policy {
  return dense({
    ...rest,
    when: when === undefined ? undefined : readWhen(when, [...path, "when"], file),
    remind: remind && [...new Set(remind)].sort((a, b) => a - b),
    escalate: escalate?.map(dense),
  });
}

function readWhen(given: Record<string, unknown>, path: Path, file: ConfigFile): When {
  const when: When = {};
  if (Object.keys(given).length === 0) file.fault(path, "says nothing; take it out or write what has to match");
  for (const [name, value] of Object.entries(given)) {
    const fault = pathFault(name) ?? valueFault(name, value);
    if (fault === undefined) when[name] = value as When[string];
    else file.fault([...path, name], fault);
  }
  return when;
}

function pathFault(name: string): string | undefined {
  const [root = "", ...rest] = name.split(".");
  if (name === "agent" || Object.hasOwn(WORDS, name)) return undefined;
  if (ROOTS.includes(root))
    return rest.length > 0 && !rest.includes("") ? undefined : `needs a path within it, as in ${root}.NAME`;
  const otherwise = "; write kind, agent, priority or a path like payload.tool_name";
  return `is nothing to match by${suggest(root, ["agent", ...Object.keys(WORDS), ...ROOTS], otherwise)}`;
}

/** A word that no checkpoint has would never match, and leave in silence what it guards to a laxer policy. */
function valueFault(name: string, value: unknown): string | undefined {
  if (typeof value === "object" && value !== null)
    return "is not one value, and comparing in other ways is not supported by this version yet; write the one that it must equal";
  const words = Object.hasOwn(WORDS, name) ? WORDS[name] : undefined;
  if (words === undefined || words.includes(String(value))) return undefined;
  return `is no ${name}${suggest(String(value), words, `; write one of ${words.join(", ")}`)}`;
}

type Dense<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** zod says undefined where a value is absent; a policy's version is taken over what is there. */
function dense<T extends object>(value: T): Dense<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Dense<T>;
}
