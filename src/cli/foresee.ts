/** What the bot of this folder would make of a request: by the same functions as at a raise, with nothing stored. */
import type { Checkpoint } from "../checkpoint.ts";
import { readSample } from "../config/sample.ts";
import type { LocalRules } from "../config.ts";
import { raise } from "../decide/raise.ts";
import { makeHouse } from "../house.ts";
import { isSelf, voters } from "../policy/approvers.ts";
import { type Directory, makeDirectory } from "../policy/directory.ts";
import { type Answer, type Consideration, consider, type Reason } from "../policy/explain.ts";
import type { Subject } from "../policy/subject.ts";
import { type RaiseRequest, raiseRequest } from "../request.ts";
import { formatDuration } from "../time.ts";
import { UsageError } from "./exit.ts";

export interface Foreseen {
  /** null: the request is refused before any policy takes it. */
  policy: string | null;
  considered: Consideration[];
  refused: { code: string; detail: string } | null;
  version: string | null;
  /** What would come of it, one line each. */
  result: [label: string, text: string][];
}

export function foresee(text: string, agentName: string | undefined, rules: LocalRules): Foreseen {
  const request = requestOf(text);
  const directory = makeDirectory(rules);
  const house = makeHouse({ settings: rules, directory, ...rules.chats, callbackFault: () => null });
  const agent = request.source?.agent ?? agentName ?? "agent";
  const token = rules.agents.find(({ name, agents }) => name === agent || (agents !== "any" && agents.includes(agent)));
  const { previous: _, ...first } = request;
  const raised = raise(
    {
      request: { ...first, source: { ...request.source, agent } },
      caller: { role: "agent", name: agent, agents: "any", person: token?.person ?? null },
      id: "chk_policy_test",
      previous: null,
    },
    0,
    house,
  );
  const considered = consider(rules.policies, subjectOf(request, agent));
  const taker = considered.find(({ result }) => result === "taken")?.policy ?? null;
  if (raised.type === "refused") {
    const { code, detail, errors = [] } = raised;
    const told = [detail, ...errors.map(({ pointer, message }) => `${pointer}: ${message}`)].join("\n");
    return { policy: taker, considered, refused: { code, detail: told }, version: null, result: [] };
  }
  const record = raised.first.next;
  return {
    ...{ policy: record.policy.name, considered, refused: null, version: record.policy.version },
    result: resultOf(record, directory),
  };
}

function requestOf(text: string): RaiseRequest {
  const parsed = readSample(text);
  if (!parsed.ok) throw new UsageError(`The request is neither JSON nor YAML: ${parsed.problem.message}`);
  const result = raiseRequest.safeParse(parsed.value);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `\n  /${issue.path.map(String).join("/")}: ${issue.message}`);
  throw new UsageError(`This is not a request that an agent can send:${faults.join("")}`);
}

function subjectOf(
  { kind, payload, priority = "normal", source, metadata = {} }: RaiseRequest,
  agent: string,
): Subject {
  return { kind, agent, priority, payload, source: { ...source, agent } as Subject["source"], metadata };
}

function resultOf(record: Checkpoint, directory: Directory): Foreseen["result"] {
  const { policy, approvers, quorum, actions, requesters, route, due_at } = record;
  if (record.decision !== null)
    return [
      ["Approved", "at once, by this policy, without asking anybody"],
      ["Shown in", route.join(", ")],
    ];
  const rows: (Foreseen["result"][number] | null)[] = [
    [
      "Approvers",
      approvers.length === 0
        ? "the admin only: nobody else is named"
        : approvers.map((ref) => named(ref, directory)).join(", "),
    ],
    ["Quorum", quorum === 1 ? "1" : `${quorum} different people${quorumDoubt(record, directory)}`],
    requesters.length > 0 && !policy.self_approval
      ? ["Not by", `${requesters.join(", ")}: it is their own request`]
      : null,
    [
      "Actions",
      actions
        .map(({ action, comment }) => (comment === "required" ? `${action} (comment required)` : action))
        .join(", "),
    ],
    ["Time", due_at === null ? "for ever" : `${formatDuration(due_at)}, then ${onTimeout(policy)}`],
    policy.remind.length > 0 ? ["Reminders", `after ${policy.remind.map(formatDuration).join(", ")}`] : null,
    ...policy.escalate.map(({ after, to }): [string, string] => [
      "Escalates",
      `${after === undefined ? "when it falls due" : `after ${formatDuration(after)}`} to ${to.map((ref) => named(ref, directory)).join(", ")}`,
    ]),
    policy.self_approval ? ["Note", "whoever asked may approve it"] : null,
    policy.see_all ? ["Shown", "approving only where all of it can be seen"] : null,
    ["Shown in", route.join(", ")],
    policy.fallback === null ? null : ["Fallback", policy.fallback],
  ];
  return rows.filter((row) => row !== null);
}

/** Nobody approves what they asked for themselves, and then there may be too few others. */
function quorumDoubt({ policy, approvers, quorum, requesters }: Checkpoint, directory: Directory): string {
  if (policy.self_approval) return "";
  const all = [...voters([...approvers, ...policy.escalate.flatMap(({ to }) => to)], directory)];
  const refsOf = (id: string) => (id.includes(":") ? new Set([id]) : directory.refsOf(id));
  const others = all.filter((id) => !isSelf(requesters, { refs: refsOf(id) }));
  if (others.length < quorum)
    return `, and without those who asked only ${others.length} can vote: it can never be approved`;
  return requesters.length === 0 && all.length === quorum
    ? ": all there are, so that what one of them asks for can never be approved"
    : "";
}

function onTimeout({ on_timeout }: Checkpoint["policy"]): string {
  return on_timeout === "proceed" ? "proceed: approved by silence" : on_timeout;
}

/** `group:finance (alice, bob)` */
function named(ref: string, directory: Directory): string {
  const members = ref.startsWith("group:") ? directory.members(ref) : [];
  return members.length === 0 ? ref : `${ref} (${members.map((each) => each.replace(/^person:/, "")).join(", ")})`;
}

const MARKS: Record<Answer, string> = { yes: "✓", no: "✗", doubt: "?" };
const RESULTS: Record<Consideration["result"], (policy: string) => string> = {
  taken: (policy) => `✓ ${policy} takes it`,
  passed: (policy) => `✗ ${policy} does not`,
  undecided: (policy) => `? ${policy} cannot be told`,
  later: (policy) => `· ${policy} is not looked at`,
};

export function foretold({ considered, refused, result }: Foreseen): string {
  const why = considered.flatMap(({ policy, result, reasons }) => [
    RESULTS[result](policy),
    ...(result === "taken" && reasons.length === 0
      ? ["    it has no `when`"]
      : reasons.flatMap((each) => drawn(each, 1))),
  ]);
  const width = Math.max(...result.map(([label]) => label.length), 0);
  const what = result.map(([label, text]) => `${label.padEnd(width)}  ${text}`);
  const refusal = refused === null ? [] : [`Refused (${refused.code}): ${refused.detail}`];
  return [...why, "", ...what, ...refusal].join("\n");
}

function drawn({ answer, text, of }: Reason, depth: number): string[] {
  return [`${"    ".repeat(depth)}${MARKS[answer]} ${text}`, ...of.flatMap((each) => drawn(each, depth + 1))];
}
