/**
 * Forty-odd ways to get a policy wrong. Each stops the start with the line, the place and the cure; and the cure is
 * tried: with the wrong words replaced as the sentence says, it starts.
 */
import { describe, expect, test } from "vitest";
import { LONG, OTHER, room, SECRET } from "./load.ts";

const { mistake } = room();

/** With these a start makes nothing on the disk. */
const ENV = { HITL_SECRET: SECRET, HITL_AGENT_TOKEN: LONG, HITL_ADMIN_TOKEN: OTHER };

/** Six lines, so that a policy's own begin at 7. */
const HEAD = `people:
  alice: { slack: U0ALICE, email: alice@example.com }
  bob: { slack: U0BOB }
groups:
  sre: [alice, bob]
policies:
`;

type Case = [what: string, policy: string, line: number, told: string, mend: [wrong: string, right: string]];

function policy(...lines: string[]): string {
  return ["  - name: guard", ...lines.map((line) => `    ${line}`), ""].join("\n");
}

const when = (...lines: string[]) => policy("when:", ...lines.map((line) => `  ${line}`));

const CONDITIONS: Case[] = [
  [
    "a path that begins with a misspelling",
    when("paylod.amount: { gt: 1 }"),
    9,
    'when["paylod.amount"]: is nothing to match by; did you mean payload?',
    ["paylod", "payload"],
  ],
  [
    "a path without its beginning",
    when("amount: { gt: 1 }"),
    9,
    "when.amount: is nothing to match by; write kind, agent, priority or a path like payload.tool_name.",
    ["amount:", "payload.amount:"],
  ],
  [
    "a path that ends too early",
    when("payload: { exists: true }"),
    9,
    "when.payload: needs a path within it, as in payload.NAME.",
    ["payload:", "payload.amount:"],
  ],
  [
    "a path with nothing between two dots",
    when("payload..amount: 5"),
    9,
    'when["payload..amount"]: needs a path within it, as in payload.NAME.',
    ["..", "."],
  ],
  [
    "something that a source does not have",
    when("source.sesion: job_1"),
    9,
    'when["source.sesion"]: is nothing that a source has; did you mean session?',
    ["sesion", "session"],
  ],
  [
    "a path within a source's text",
    when("source.workflow.name: create"),
    9,
    'when["source.workflow.name"]: is nothing that a source has; did you mean workflow?',
    [".name", ""],
  ],
  ["a kind that there is not", when("kind: tol"), 9, "when.kind: is no kind; did you mean tool?", ["tol", "tool"]],
  [
    "a kind that there is not, in a list",
    when("kind: { in: [task, tol] }"),
    9,
    "when.kind.in[1]: is no kind; did you mean tool?",
    ["tol", "tool"],
  ],
  [
    "a kind that there is not, denied",
    when("kind: { not: tol }"),
    9,
    "when.kind.not: is no kind; did you mean tool?",
    ["tol", "tool"],
  ],
  [
    "a priority by number",
    when("priority: 1"),
    9,
    "when.priority: is no priority; write one of low, normal, high, critical.",
    ["1", "low"],
  ],
  [
    "a range of priorities",
    when("priority: { gte: high }"),
    9,
    "when.priority.gte: does not go with priority, which is one of a few words; write { in: [high, critical] }.",
    ["gte: high", "in: [high, critical]"],
  ],
  [
    "an agent by number",
    when("agent: 7"),
    9,
    "when.agent: is no text, and agent always is one; put it in quotes.",
    ["7", '"7"'],
  ],
  [
    "a range of agents",
    when("agent: { gt: 7 }"),
    9,
    "when.agent.gt: does not go with agent, which is a text; write a value, { in: […] } or { glob: … }.",
    ["gt: 7", 'glob: "7*"'],
  ],
  [
    "a comparison that is misspelt",
    when("payload.amount: { gtt: 10 }"),
    9,
    'when["payload.amount"].gtt: is no comparison; did you mean gt?',
    ["gtt", "gt"],
  ],
  [
    "a comparison that there is not",
    when('payload.path: { matches: "^prod-" }'),
    9,
    'when["payload.path"].matches: is no comparison; there are gt, gte, lt, lte, in, contains, glob, number, exists, not.',
    ['matches: "^prod-"', 'glob: "prod-*"'],
  ],
  [
    "a comparison with nothing",
    when("payload.path: {}"),
    9,
    'when["payload.path"]: says nothing; write a value, or a comparison like { gt: 10000 }.',
    ["{}", "{ exists: true }"],
  ],
  [
    "a range with a number in quotes",
    when('payload.amount: { gt: "10000" }'),
    9,
    'when["payload.amount"].gt: must be a number, not "10000"; write it without quotes.',
    ['"10000"', "10000"],
  ],
  [
    "a range with a word",
    when("payload.amount: { gt: lots }"),
    9,
    'when["payload.amount"].gt: must be a number, not "lots".',
    ["lots", "10000"],
  ],
  [
    "two lower limits",
    when("payload.amount: { gt: 1, gte: 2 }"),
    9,
    'when["payload.amount"]: has two lower limits; keep gt or gte.',
    ["gt: 1, ", ""],
  ],
  [
    "a range that no number is in",
    when("payload.amount: { gt: 20, lt: 10 }"),
    9,
    'when["payload.amount"]: is a range that no number is in; swap its limits.',
    ["gt: 20, lt: 10", "gt: 10, lt: 20"],
  ],
  [
    "a list without what it is for",
    when("kind: [tool, task]"),
    9,
    "when.kind: is a list; write { in: […] } if it may be any of these, { contains: … } if it holds one.",
    ["[tool, task]", "{ in: [tool, task] }"],
  ],
  [
    "one value where a list has to be",
    when("payload.env: { in: prod }"),
    9,
    'when["payload.env"].in: must be a list of values, like [a, b].',
    ["prod", "[prod]"],
  ],
  [
    "an empty list",
    when("payload.env: { in: [] }"),
    9,
    'when["payload.env"].in: must be a list of values, like [a, b].',
    ["[]", "[prod]"],
  ],
  [
    "a list of blocks where values have to be",
    when("payload.env: { in: [prod, { glob: 'dev-*' }] }"),
    9,
    'when["payload.env"].in[1]: must be one value.',
    [", { glob: 'dev-*' }", ""],
  ],
  [
    "several values to contain",
    when("payload.tags: { contains: [a, b] }"),
    9,
    'when["payload.tags"].contains: must be one value that is a member of the list or a part of the text.',
    ["[a, b]", "a"],
  ],
  [
    "a pattern without a star",
    when("payload.env: { glob: prod }"),
    9,
    'when["payload.env"].glob: has no *; write the value itself instead of { glob: … }.',
    ["{ glob: prod }", "prod"],
  ],
  [
    "a pattern that is every text",
    when('payload.env: { glob: "*" }'),
    9,
    'when["payload.env"].glob: is every text; write { exists: true }.',
    ['{ glob: "*" }', "{ exists: true }"],
  ],
  [
    "a pattern that is a number",
    when("payload.env: { glob: 5 }"),
    9,
    'when["payload.env"].glob: must be a text with *, like prod-*, not "5".',
    ["5", "prod-*"],
  ],
  [
    "a word for yes",
    when("payload.env: { exists: yes }"),
    9,
    'when["payload.env"].exists: must be true or false, not "yes".',
    ["yes", "true"],
  ],
  [
    "what is not there and yet compared",
    when("payload.amount: { exists: false, gt: 5 }"),
    9,
    'when["payload.amount"]: compares what is not to be there; take `exists: false` or the rest out.',
    ["exists: false, ", ""],
  ],
  [
    "alternatives that are no list",
    when("any: { kind: tool }"),
    9,
    "when.any: must be a list of blocks, like any: [{ kind: tool }, { priority: high }].",
    ["{ kind: tool }", "[{ kind: tool }]"],
  ],
  [
    "an alternative that is no block",
    when("any: [{ kind: tool }, task]"),
    9,
    "when.any[1]: must be a block of conditions, like { kind: tool }.",
    ["task]", "{ kind: task }]"],
  ],
  [
    "a denial of a list",
    when("not: [{ kind: tool }]"),
    9,
    "when.not: must be a block of conditions, like { kind: tool }.",
    ["[{ kind: tool }]", "{ kind: tool }"],
  ],
  [
    "an alternative that says nothing",
    when("any:", "  - kind: tool", "  - {}"),
    11,
    "when.any[1]: says nothing; take it out or write what has to match.",
    ["\n        - {}", ""],
  ],
  [
    "blocks in blocks in blocks",
    when("not: { not: { not: { not: { not: { kind: tool } } } } }"),
    9,
    "when.not.not.not.not.not: is nested deeper than 5 blocks; write it with fewer, or as another policy.",
    ["not: { not: { not: { not: { not: { kind: tool } } } } }", "not: { kind: tool }"],
  ],
];

const REST: Case[] = [
  [
    "actions that leave no way to say no to the kind that it takes",
    policy("when: { kind: tool }", "actions: [proceed, cancel]"),
    9,
    "actions: leave a tool checkpoint no way to say no; it offers proceed, edit, reject.",
    ["cancel", "reject"],
  ],
  [
    "a comment on an action that the kind does not have",
    policy("when: { kind: tool }", "comment: [revise]"),
    9,
    'comment[0]: "revise" is no action of a tool checkpoint; take it out.',
    ["\n    comment: [revise]", ""],
  ],
  [
    "approving at once what offers no approval",
    policy("when: { kind: clarify }", "auto: proceed"),
    9,
    "auto: approves what cannot be approved: proceed is not offered; take it out.",
    ["\n    auto: proceed", ""],
  ],
  [
    "approving by silence what offers no approval",
    policy("actions: [edit, reject]", "on_timeout: proceed"),
    9,
    "on_timeout: approves what cannot be approved: proceed is not offered; take it out.",
    ["proceed\n", "reject\n"],
  ],
  [
    "a setting that is misspelt",
    policy("quorom: 2"),
    8,
    "quorom: there is no such setting; did you mean quorum?",
    ["quorom", "quorum"],
  ],
  [
    "a name that nobody has",
    policy("approvers: [person:bobb]"),
    8,
    'approvers[0]: "person:bobb" is nobody under `people`; did you mean bob?',
    ["bobb", "bob"],
  ],
  [
    "a group that there is not",
    policy("approvers: [group:sres]"),
    8,
    'approvers[0]: "group:sres" is no group under `groups`; did you mean sre?',
    ["sres", "sre"],
  ],
  [
    "more approvals than there are voters",
    policy("approvers: [group:sre]", "quorum: 3"),
    9,
    "quorum: asks for 3 different people, but of `approvers` only 2 can vote; name more of them under `people` or ask for fewer.",
    ["quorum: 3", "quorum: 2"],
  ],
  [
    "a rung after the end",
    policy("timeout: 1h", "escalate:", "  - { after: 90m, to: [person:bob] }"),
    10,
    "escalate[0].after: comes too late: it all ends after 1h.",
    ["90m", "30m"],
  ],
  [
    "a duration in words",
    policy("timeout: an hour"),
    8,
    'timeout: must be a duration like 90s, 15m, 1h or 2d, not "an hour".',
    ["an hour", "1h"],
  ],
  [
    "a route to no place",
    policy('route: ["#deploys"]'),
    8,
    'route[0]: must be a place like slack:#deploys, slack:C0123, discord:1122334455 or web, not "#deploys".',
    ["#deploys", "slack:#deploys"],
  ],
  [
    "an approval that is no word of the settings",
    policy("auto: approve"),
    8,
    'auto: must be proceed, not "approve".',
    ["approve", "proceed"],
  ],
];

describe("a mistake in a policy", () => {
  const CASES = [...CONDITIONS, ...REST];

  test("is one of at least forty kinds", () => {
    expect(new Set(CASES.map(([what]) => what)).size).toBe(CASES.length);
    expect(CASES.length).toBeGreaterThanOrEqual(40);
  });

  test.each(CASES)("%s is told with its line, and mended by what is told", (_, yaml, line, told, [wrong, right]) => {
    expect(mistake(HEAD + yaml)).toBe(`hitl.config.yml:${line} policies[0].${told}`);
    expect(yaml.split(wrong)).toHaveLength(2);
    expect(mistake(HEAD + yaml.replace(wrong, right), ENV)).toBe("it started");
  });

  test("is told together with all others of the file", () => {
    const yaml = `${HEAD}  - name: one
    when:
      paylod.x: 1
      kind: tol
      payload.y: { gt: "5", glob: prod }
  - name: two
    approvers: [person:bobb]
`;
    expect(mistake(yaml).split("\n")).toEqual([
      'hitl.config.yml:9 policies[0].when["paylod.x"]: is nothing to match by; did you mean payload?',
      "hitl.config.yml:10 policies[0].when.kind: is no kind; did you mean tool?",
      'hitl.config.yml:11 policies[0].when["payload.y"].gt: must be a number, not "5"; write it without quotes.',
      'hitl.config.yml:11 policies[0].when["payload.y"].glob: has no *; write the value itself instead of { glob: … }.',
      'hitl.config.yml:13 policies[1].approvers[0]: "person:bobb" is nobody under `people`; did you mean bob?',
    ]);
  });

  test("never repeats what may be a secret of the environment", () => {
    const canary = "canary-canary-canary";
    for (const place of [
      "agent: X",
      "kind: { in: [X] }",
      "payload.a: { gt: X }",
      "payload.a: { exists: X }",
      "payload.a: { glob: X }",
    ]) {
      const told = mistake(`policies:\n  - { name: a, when: { ${place.replace("X", `"\${CANARY}"`)} } }\n`, {
        CANARY: canary,
      });
      expect(told).not.toContain("canary");
    }
  });
});
