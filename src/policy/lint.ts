/**
 * What policies say that their author may not mean: rules that no checkpoint reaches, approvals that nobody gives,
 * people whom the card never finds. All of it may be on purpose; what cannot be is refused at the start.
 */
import { isApproving, KINDS, type Ref } from "../checkpoint.ts";
import { READING_CHANNELS } from "../house.ts";
import { kindOf } from "../kinds/index.ts";
import { formatDuration } from "../time.ts";
import { voters } from "./approvers.ts";
import type { Directory } from "./directory.ts";
import { implies } from "./implies.ts";
import { hiddenForEver } from "./lint-hidden.ts";
import type { Policy } from "./policy.ts";
import type { Redaction } from "./redact/rules.ts";
import { type Condition, conditionOf, type Test } from "./when.ts";

export interface Finding {
  policy: string;
  text: string;
}

export interface Scene {
  policies: readonly Policy[];
  directory: Directory;
  /** HITL_APPROVERS. */
  approvers: readonly Ref[];
  /** Chats that are set up. */
  channels: readonly string[];
  /** What the settings hide under every policy. */
  redact?: Redaction;
}

type Look = (policy: Policy, scene: Scene, index: number) => string[];

export function lint(scene: Scene): Finding[] {
  return scene.policies.flatMap((policy, index) =>
    LOOKS.flatMap((look) => look(policy, scene, index)).map((text) => ({ policy: policy.name, text })),
  );
}

/** `auto: proceed` or `on_timeout: proceed`: an approval that no person gives. */
function approvesAlone({ auto, on_timeout }: Policy): boolean {
  return auto === "proceed" || on_timeout === "proceed";
}

const unreachable: Look = ({ when }, { policies }, index) => {
  const condition = conditionOf(when);
  const above = policies.slice(0, index).find((each) => implies(condition, conditionOf(each.when)));
  if (above === undefined) return [];
  return [`is never reached: whatever it matches, "${above.name}" above it takes; move it up, or narrow that one`];
};

const alone: Look = (policy) => {
  const { auto, on_timeout, when, timeout } = policy;
  const said: string[] = [];
  if (auto === "proceed")
    said.push(
      when === undefined
        ? "`auto: proceed` without `when` approves at once, without asking anybody, whatever no policy above takes"
        : "`auto: proceed` approves at once, without asking anybody, whatever matches",
    );
  if (on_timeout === "proceed" && timeout !== null)
    said.push(
      `\`on_timeout: proceed\` approves by silence: what nobody has decided after ${timeout === undefined ? "the kind's time" : formatDuration(timeout)} counts as approved`,
    );
  if (auto === "proceed") said.push(...idle(policy));
  return said;
};

/** What is never asked for where nobody is asked. */
function idle(policy: Policy): string[] {
  const unused = (["approvers", "quorum", "timeout", "on_timeout", "remind", "escalate"] as const).filter(
    (name) => policy[name] !== undefined,
  );
  if (unused.length === 0) return [];
  return [
    `asks nobody, so that ${unused.map((name) => `\`${name}\``).join(", ")} only counts where a raise leaves proceed out`,
  ];
}

/** What an agent says of itself must not be what lets it pass. */
const claims: Look = (policy) => {
  if (!approvesAlone(policy)) return [];
  const said: string[] = [];
  const tests = testsOf(conditionOf(policy.when));
  const claimed = [...new Set(tests.map(({ test }) => test.path).filter(isClaim))];
  if (claimed.length > 0)
    said.push(`approves on the agent's own word for ${claimed.join(", ")}: any agent may say so of itself`);
  const missing = [
    ...new Set(tests.filter(({ test, denied }) => denied && !isAlwaysThere(test.path)).map(({ test }) => test.path)),
  ];
  if (missing.length > 0)
    said.push(
      `approves also where ${missing.join(", ")} is not there at all; add { exists: true } unless that is meant`,
    );
  return said;
};

function isClaim(path: string): boolean {
  return path === "priority" || path.startsWith("metadata.") || (path.startsWith("source.") && path !== "source.agent");
}

function isAlwaysThere(path: string): boolean {
  return path === "kind" || path === "priority" || path === "agent" || path === "source.agent";
}

/** An amount under another name is an amount that is not there. */
const gaps: Look = (policy, { policies }) => {
  if (approvesAlone(policy)) return [];
  const ranges = testsOf(conditionOf(policy.when)).filter(({ test, denied }) => isRange(test) && !denied);
  const caught = new Set(
    policies
      .flatMap(({ when }) => testsOf(conditionOf(when)))
      .filter(({ test: { check } }) => (check.op === "number" || check.op === "exists") && !check.value)
      .map(({ test }) => test.path),
  );
  const open = [...new Set(ranges.map(({ test }) => test.path))].filter((path) => !caught.has(path));
  return open.map(
    (path) =>
      `does not take what has no ${path}: a policy with { ${path}: { number: false } } above it would; without one it goes to those below`,
  );
};

function isRange({ check: { op } }: Test): boolean {
  return op === "gt" || op === "gte" || op === "lt" || op === "lte";
}

const people: Look = (policy, { directory, approvers: everywhere, channels }) => {
  if (policy.auto === "proceed") return [];
  const { approvers, quorum = 1, self_approval } = policy;
  const said: string[] = [];
  if (self_approval) said.push("`self_approval: true` lets whoever asked approve it");
  if (approvers === undefined)
    said.push(
      everywhere.length === 0
        ? "names no `approvers`: the agent says who decides, and where it does not, only the admin may"
        : "names no `approvers`: the agent says who decides, and where it does not, HITL_APPROVERS does",
    );
  if (approvers?.includes("anyone")) said.push("`anyone` lets every full member of the workspace or guild decide");
  const able = voters(approvers ?? everywhere, directory).size;
  if (approvers === undefined && everywhere.length > 0 && quorum > 1 && able < quorum)
    said.push(`asks for ${quorum} different people, but of HITL_APPROVERS only ${able} can vote`);
  if (approvers !== undefined && quorum > 1 && able === quorum && !self_approval && policy.escalate === undefined)
    said.push(`needs all ${able} of its approvers: what one of them asks for can never be approved`);
  for (const ref of [...(approvers ?? []), ...(policy.escalate ?? []).flatMap(({ to }) => to)])
    said.push(...unreached(ref, directory, channels));
  return [...new Set(said)];
};

/** A reference through which nobody can come in. */
function unreached(ref: Ref, directory: Directory, channels: readonly string[]): string[] {
  const chatOf = (each: Ref) => /^(slack|discord)(-group|-role)?:/.exec(each)?.[1];
  const members = directory.members(ref);
  const isReached = (each: Ref) => {
    const chat = chatOf(each);
    if (each === "anyone") return channels.some((channel) => channel === "slack" || channel === "discord");
    return chat === undefined || channels.includes(chat) || directory.ownerOf(each) !== undefined;
  };
  if (members.length === 0) return [`names ${ref}, which is empty`];
  if (members.some(isReached)) return [];
  const chats = [...new Set(members.map(chatOf).filter((chat) => chat !== undefined))];
  return [
    `names ${ref}, but ${chats.join(" and ") || "no chat"} is ${chats.length > 0 ? "not " : ""}set up, so that nobody decides through it`,
  ];
}

const ladder: Look = ({ escalate = [], approvers = [], auto }, { directory }) => {
  if (auto === "proceed") return [];
  const namesOf = (refs: readonly Ref[]) =>
    refs.flatMap((ref) => [ref, ...directory.members(ref), ...directory.expand(ref)]);
  const known = new Set(namesOf(approvers));
  return escalate.flatMap(({ to }, index) => {
    const added = to.some((ref) => !known.has(ref) && directory.members(ref).some((member) => !known.has(member)));
    for (const name of namesOf(to)) known.add(name);
    return added ? [] : [`rung ${index + 1} of its ladder adds nobody who may not decide already`];
  });
};

const places: Look = ({ route = [], fallback }, { channels }) => {
  const isThere = (place: string) => {
    const channel = place.split(":")[0] ?? "";
    return READING_CHANNELS.has(channel) || channels.includes(channel);
  };
  const known = [...READING_CHANNELS, ...channels].join(", ");
  const said = route
    .filter((place) => !isThere(place))
    .map((place) => `routes to ${place}, which is not set up (there are ${known}): what it matches is refused`);
  if (fallback !== undefined && !isThere(fallback))
    said.push(`falls back on ${fallback}, which is not set up (there are ${known})`);
  return said;
};

const kinds: Look = ({ actions, when }) => {
  if (actions === undefined || when?.kind !== undefined) return [];
  const refused = KINDS.filter((name) =>
    kindOf(name).actions.every(({ action }) => isApproving(action) || !actions.includes(action)),
  );
  if (refused.length === 0) return [];
  return [`offers no way to say no to ${refused.join(", ")}: such a checkpoint is refused where it matches`];
};

const unseen: Look = (policy, { redact }) => hiddenForEver(policy, redact);

const LOOKS: readonly Look[] = [unreachable, alone, claims, gaps, people, ladder, places, kinds, unseen];

interface Found {
  test: Test;
  /** Under a `not`. */
  denied: boolean;
}

function testsOf(condition: Condition, denied = false): Found[] {
  if (condition.type === "test") return [{ test: condition, denied }];
  if (condition.type === "not") return testsOf(condition.of, !denied);
  return condition.of.flatMap((each) => testsOf(each, denied));
}
