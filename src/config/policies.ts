/** Policies that can do what they say: people who exist, a quorum that can be met, steps that come in time. */
import { isApproving } from "../checkpoint.ts";
import { isObject } from "../json.ts";
import { KIND_LIST } from "../kinds/index.ts";
import type { Kind } from "../kinds/kind.ts";
import { voters } from "../policy/approvers.ts";
import type { Directory } from "../policy/directory.ts";
import { DEFAULT_POLICY } from "../policy/match.ts";
import type { Policy } from "../policy/policy.ts";
import { formatDuration } from "../time.ts";
import { checkMail } from "./email.ts";
import type { ConfigFile, Path } from "./file.ts";
import { refFault } from "./people.ts";
import type { Shape } from "./shape.ts";
import { readWhen } from "./when.ts";

type Given = NonNullable<Shape["policies"]>[number];

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
    checkMail(policy, path, directory, file);
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

function checkActions({ when, actions, comment, auto, on_timeout }: Given, path: Path, file: ConfigFile): void {
  const kinds = kindsOf(when);
  const which = kinds === undefined ? undefined : kinds.map(({ name }) => name).join(" or ");
  const offered = new Set(kinds?.flatMap((kind) => kind.actions.map(({ action }) => action)));
  if (actions?.every(isApproving))
    file.fault([...path, "actions"], "leave no way to say no; add reject, cancel, revise or refine");
  else if (actions !== undefined)
    for (const kind of kinds ?? [])
      if (kind.actions.every(({ action }) => isApproving(action) || !actions.includes(action)))
        file.fault(
          [...path, "actions"],
          `leave a ${kind.name} checkpoint no way to say no; it offers ${kind.actions.map(({ action }) => action).join(", ")}`,
        );
  for (const [index, action] of (comment ?? []).entries())
    if (actions !== undefined && !actions.includes(action))
      file.fault([...path, "comment", index], `"${action}" is not among the \`actions\` of this policy; take it out`);
    else if (kinds !== undefined && !offered.has(action))
      file.fault([...path, "comment", index], `"${action}" is no action of a ${which} checkpoint; take it out`);
  for (const [name, word] of Object.entries({ auto, on_timeout }))
    if (word === "proceed" && ((actions && !actions.includes("proceed")) || (kinds && !offered.has("proceed"))))
      file.fault([...path, name], "approves what cannot be approved: proceed is not offered; take it out");
}

/** Where `when` names them; undefined: any. */
function kindsOf(when: Given["when"]): readonly Kind[] | undefined {
  const kind = when?.kind;
  const names: unknown = isObject(kind) ? kind.in : [kind];
  const named = KIND_LIST.filter(({ name }) => Array.isArray(names) && names.includes(name));
  return named.length === 0 ? undefined : named;
}

function checkTime(given: Given, path: Path, file: ConfigFile): void {
  const { timeout, on_timeout, remind, escalate = [], sla, warn } = given;
  const climbs = on_timeout === "escalate";
  if (typeof timeout === "number") {
    // Each rung that is climbed when it falls due begins the time anew.
    const end = timeout * (climbs ? 1 + Math.max(1, escalate.length) : 1);
    const late = (after: number | undefined, at: Path) => {
      if (after !== undefined && after >= end)
        file.fault(at, `comes too late: it all ends after ${formatDuration(end)}`);
    };
    late(sla, [...path, "sla"]);
    if (warn && warn >= timeout) file.fault([...path, "warn"], "begins before it is raised; choose a shorter one");
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

type Dense<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** zod says undefined where a value is absent; a policy's version is taken over what is there. */
function dense<T extends object>(value: T): Dense<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Dense<T>;
}
