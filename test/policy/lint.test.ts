/** What is odd about policies, each told once, where it stands and what it means; and nothing about those that are not. */
import { describe, expect, test } from "vitest";
import { makeDirectory } from "../../src/policy/directory.ts";
import { lint } from "../../src/policy/lint.ts";
import type { Policy } from "../../src/policy/policy.ts";
import type { Redaction } from "../../src/policy/redact/rules.ts";

const HOUR = 3_600_000;
const directory = makeDirectory({
  admin: "admin",
  people: [{ id: "alice", slack: "U0ALICE" }, { id: "bob" }, { id: "carol" }],
  groups: [
    { id: "sre", members: ["person:alice", "person:bob"] },
    { id: "roles", members: ["discord-role:99", "discord:77"] },
    { id: "void", members: [] },
  ],
});
const sound: Policy = { name: "rest", approvers: ["group:sre"] };

function said(
  policies: Policy[],
  over: { approvers?: string[]; channels?: string[]; redact?: Redaction } = {},
): string[] {
  return lint({ policies, directory, approvers: [], channels: ["slack"], ...over }).map(
    ({ policy, text }) => `${policy} ${text}`,
  );
}

describe("nothing is said", () => {
  const fine: Policy[][] = [
    [sound],
    [
      { name: "tools", when: { kind: "tool" }, approvers: ["group:sre"], actions: ["proceed", "reject"] },
      { name: "prod", when: { agent: { glob: "prod-*" } }, approvers: ["person:bob"], timeout: HOUR },
      sound,
    ],
    [
      { name: "odd", when: { "payload.amount": { number: false } }, approvers: ["person:bob"] },
      { name: "large", when: { "payload.amount": { gt: 100 } }, approvers: ["person:bob"] },
      sound,
    ],
    [{ ...sound, quorum: 2, escalate: [{ after: HOUR, to: ["person:carol"] }], route: ["slack:#x", "web"] }],
    [{ ...sound, fallback: "slack:#ops", on_timeout: "escalate" }],
  ];
  test.each(fine.map((policies) => [policies]))("of %j", (policies) => expect(said(policies)).toEqual([]));
});

describe("what is odd", () => {
  const table: [what: string, policies: Policy[], said: string[]][] = [
    [
      "a policy below one that takes all it would",
      [
        { name: "tools", when: { kind: { in: ["tool", "task"] } }, approvers: ["person:bob"] },
        { name: "deploys", when: { kind: "tool", "payload.tool_name": "deploy" }, approvers: ["person:bob"] },
        sound,
      ],
      ['deploys is never reached: whatever it matches, "tools" above it takes; move it up, or narrow that one'],
    ],
    [
      "the same condition twice",
      [
        { name: "one", when: { agent: "a", kind: "tool" }, approvers: ["person:bob"] },
        { name: "two", when: { kind: "tool", agent: "a" }, approvers: ["person:bob"] },
        sound,
      ],
      ['two is never reached: whatever it matches, "one" above it takes; move it up, or narrow that one'],
    ],
    [
      "a policy below one without `when`",
      [sound, { name: "late", when: { kind: "tool" }, approvers: ["person:bob"] }],
      ['late is never reached: whatever it matches, "rest" above it takes; move it up, or narrow that one'],
    ],
    [
      "approving at once",
      [{ name: "reads", when: { agent: "reader" }, auto: "proceed" }, sound],
      ["reads `auto: proceed` approves at once, without asking anybody, whatever matches"],
    ],
    [
      "approving everything at once",
      [{ name: "all", auto: "proceed" }],
      ["all `auto: proceed` without `when` approves at once, without asking anybody, whatever no policy above takes"],
    ],
    [
      "approving at once, with approvers",
      [{ name: "reads", when: { agent: "reader" }, auto: "proceed", approvers: ["person:bob"], quorum: 2 }, sound],
      [
        "reads `auto: proceed` approves at once, without asking anybody, whatever matches",
        "reads asks nobody, so that `approvers`, `quorum` only counts where a raise leaves proceed out",
      ],
    ],
    [
      "approving by silence",
      [{ ...sound, on_timeout: "proceed", timeout: HOUR / 2 }],
      ["rest `on_timeout: proceed` approves by silence: what nobody has decided after 30m counts as approved"],
    ],
    [
      "approving on an agent's word",
      [{ name: "low", when: { priority: "low", "metadata.safe": true }, auto: "proceed" }, sound],
      [
        "low `auto: proceed` approves at once, without asking anybody, whatever matches",
        "low approves on the agent's own word for priority, metadata.safe: any agent may say so of itself",
      ],
    ],
    [
      "approving what is not there",
      [
        { name: "small", when: { kind: "tool", not: { "payload.tool_args.amount": { gt: 10 } } }, auto: "proceed" },
        sound,
      ],
      [
        "small `auto: proceed` approves at once, without asking anybody, whatever matches",
        "small approves also where payload.tool_args.amount is not there at all; add { exists: true } unless that is meant",
      ],
    ],
    [
      "a guard that is passed by what it does not find",
      [{ name: "cfo", when: { "payload.budget": { gt: 10_000 } }, approvers: ["person:carol"] }, sound],
      [
        "cfo does not take what has no payload.budget: a policy with { payload.budget: { number: false } } above it would; without one it goes to those below",
      ],
    ],
    [
      "approving one's own",
      [{ ...sound, self_approval: true }],
      ["rest `self_approval: true` lets whoever asked approve it"],
    ],
    [
      "anyone",
      [{ ...sound, approvers: ["anyone"] }],
      ["rest `anyone` lets every full member of the workspace or guild decide"],
    ],
    [
      "no approvers",
      [{ name: "rest" }],
      ["rest names no `approvers`: the agent says who decides, and where it does not, only the admin may"],
    ],
    [
      "a quorum of all there are",
      [{ ...sound, quorum: 2 }],
      ["rest needs all 2 of its approvers: what one of them asks for can never be approved"],
    ],
    [
      "people of a chat that is not there",
      [{ ...sound, approvers: ["discord-role:99", "group:roles", "person:bob"] }],
      [
        "rest names discord-role:99, but discord is not set up, so that nobody decides through it",
        "rest names group:roles, but discord is not set up, so that nobody decides through it",
      ],
    ],
    [
      "an empty group",
      [{ ...sound, approvers: ["group:void", "person:bob"] }],
      ["rest names group:void, which is empty"],
    ],
    [
      "a rung that adds nobody",
      [
        {
          ...sound,
          escalate: [
            { after: 1, to: ["person:carol"] },
            { after: 2, to: ["person:bob", "group:sre"] },
          ],
        },
      ],
      ["rest rung 2 of its ladder adds nobody who may not decide already"],
    ],
    [
      "places that are not there",
      [{ ...sound, route: ["slack:#x", "discord:123"], fallback: "discord:456" }],
      [
        "rest routes to discord:123, which is not set up (there are web, terminal, slack): what it matches is refused",
        "rest falls back on discord:456, which is not set up (there are web, terminal, slack)",
      ],
    ],
    [
      "actions that some kinds lack",
      [{ ...sound, actions: ["proceed", "reject"] }],
      [
        "rest offers no way to say no to clarify, confirm, preview, validate, phase: such a checkpoint is refused where it matches",
      ],
    ],
  ];
  test.each(table)("%s", (_, policies, told) => expect(said(policies)).toEqual(told));

  test("HITL_APPROVERS counts where a policy names nobody", () => {
    const told = "rest names no `approvers`: the agent says who decides, and where it does not, HITL_APPROVERS does";
    expect(said([{ name: "rest", quorum: 3 }], { approvers: ["group:sre"] })).toEqual([
      told,
      "rest asks for 3 different people, but of HITL_APPROVERS only 2 can vote",
    ]);
  });

  test("`anyone` is nobody without a chat", () => {
    expect(said([{ ...sound, approvers: ["anyone"] }], { channels: [] })).toEqual([
      "rest `anyone` lets every full member of the workspace or guild decide",
      "rest names anyone, but no chat is set up, so that nobody decides through it",
    ]);
  });
});

describe("a place that is always hidden, and must not be approved while it is", () => {
  const IBAN = "payload.tool_args.iban";
  const always = (by: string) => [
    `rest forbids approving while ${IBAN} is hidden, and \`redact\` always hides it (${by}): what has it can never be approved`,
  ];
  const forbidding = (redact: Redaction): Policy => ({ ...sound, redact: { ...redact, forbid_approving: [IBAN] } });
  const nothing: string[] = [];

  test.each<[what: string, redact: Redaction, said: string[]]>([
    ["the same path", { paths: [IBAN] }, always(IBAN)],
    ["a path above it", { paths: ["payload.tool_args"] }, always("payload.tool_args")],
    ["a path of stars", { paths: ["payload.*.iban"] }, always("payload.*.iban")],
    ["a path of any number of steps", { paths: ["payload.**.iban"] }, always("payload.**.iban")],
    ["all that is below", { paths: ["payload.**"] }, always("payload.**")],
    ["a name of the settings", { keys: ["iban"] }, always("iban")],
    ["a name that is shown there", { keys: ["iban"], show: [IBAN] }, nothing],
    ["another path", { paths: ["payload.tool_args.note"] }, nothing],
    ["a path that may lie below it", { paths: ["payload.**.email"] }, nothing],
    ["no path, with redaction off", { enabled: false, paths: [IBAN] }, nothing],
  ])("by %s", (_, redact, expected) => {
    expect(said([forbidding(redact)])).toEqual(expected);
    expect(said([forbidding({})], { redact })).toEqual(expected);
  });

  test("is not a secret that nobody is to approve at all", () => {
    expect(said([{ ...sound, redact: { forbid_approving: ["payload.tool_args.password"] } }])).toEqual([]);
  });
});
