/** Every mistake in hitl.config.yml stops the start with a sentence that names the line, the place and the cure. */
import { describe, expect, test } from "vitest";
import { LONG, OTHER, RANDOM, room } from "./load.ts";

const { mistake } = room();

const REFERENCES =
  "write one like person:alice, group:sre, slack:U0ALICE, discord:1122, slack-group:S0SRE or discord-role:99";

describe("hitl.config.yml", () => {
  const cases: [what: string, yaml: string, sentence: string][] = [
    [
      "two values for one name",
      "people: {}\npeople: {}\n",
      "hitl.config.yml:2 people: stands here twice; keep one of them.",
    ],
    [
      "one person twice",
      "people:\n  alice: {}\n  alice: {}\n",
      "hitl.config.yml:3 people.alice: stands here twice; keep one of them.",
    ],
    ["a tab", "people:\n\talice: {}\n", "hitl.config.yml:2: a tab cannot indent; use spaces."],
    [
      "an open quote",
      'people:\n  alice: { name: "Alice }\n',
      "hitl.config.yml:3: not readable as YAML (Missing closing); check the indentation and the quotes.",
    ],
    [
      "a value that begins with @",
      "people:\n  alice: { slack: @alice }\n",
      "hitl.config.yml:2: something here is not YAML; put values with special characters in quotes.",
    ],
    [
      "a second document",
      "people: {}\n---\npeople: {}\n",
      "hitl.config.yml:2: a second document begins here (---); keep all settings in one.",
    ],
    ["a tag", "people: {}\nadmin: !x alice\n", "hitl.config.yml:2: tags (!name) are not read here; take it out."],
    [
      "an alias",
      'groups:\n  one: &one ["slack:U1"]\n  two: *one\n',
      "hitl.config.yml:3 groups.two: aliases (*name) are not read here; write the value out, or use a group.",
    ],
    ["a list", "- people\n", "hitl.config.yml:1: must hold settings by name, as in `policies:`."],
    [
      "a name that JavaScript keeps for itself",
      "people:\n  __proto__: { slack: U1 }\n",
      "hitl.config.yml:2 people.__proto__: cannot be a name here; write a plain word.",
    ],
    ["an unknown block", "poeple: {}\n", "hitl.config.yml:1 poeple: there is no such setting; did you mean people?"],
    [
      "an unknown block like no other",
      "colours: {}\n",
      "hitl.config.yml:1 colours: there is no such setting; there are admin, people, groups, tokens, policies, agents, thread_replies, redact.",
    ],
    [
      "a mistyped setting of a policy",
      "policies:\n  - name: all\n    aprovers: [anyone]\n",
      "hitl.config.yml:3 policies[0].aprovers: there is no such setting; did you mean approvers?",
    ],
    [
      "a mistyped setting of a person",
      "people:\n  bob: { nmae: Bob }\n",
      "hitl.config.yml:2 people.bob.nmae: there is no such setting; did you mean name?",
    ],
    [
      "a mistyped setting of a rung",
      "policies:\n  - name: all\n    escalate:\n      - { afer: 1m, to: [admin] }\n",
      "hitl.config.yml:4 policies[0].escalate[0].afer: there is no such setting; did you mean after?",
    ],
    [
      "an admin whom nobody knows",
      "admin: alise\npeople: { alice: {} }\n",
      "hitl.config.yml:1 admin: is nobody under `people`; did you mean alice?",
    ],
    [
      "an admin as a reference",
      "admin: person:alice\npeople: { alice: {} }\n",
      "hitl.config.yml:1 admin: is nobody under `people`; write alice.",
    ],
    [
      "two admins",
      "admin: alice\npeople:\n  alice: {}\n  admin: {}\n",
      "hitl.config.yml:4 people.admin: is the person that alice stands for under `admin`; choose another id.",
    ],
    [
      "a person with a name for an id",
      "people:\n  Bob Builder: {}\n",
      'hitl.config.yml:2 people["Bob Builder"]: must be an id of A-Z a-z 0-9 _ . @ -; put the name people see under `name`.',
    ],
    [
      "a person called anyone",
      "people: { anyone: {} }\n",
      "hitl.config.yml:1 people.anyone: is a word with a meaning of its own; choose another id.",
    ],
    [
      "a Slack name",
      "people:\n  alice:\n    slack: alice\n",
      'hitl.config.yml:3 people.alice.slack: must be a member id like U0ALICE (never a name: names can be changed), not "alice".',
    ],
    [
      "a Discord id without quotes",
      "people: { alice: { discord: 112233 } }\n",
      'hitl.config.yml:1 people.alice.discord: must be a user id in quotes, like "112233445566" (never a name: names can be changed), not "112233".',
    ],
    [
      "a Discord id that a number cannot hold",
      "people: { alice: { discord: 112233445566778899 } }\n",
      "hitl.config.yml:1 people.alice.discord: has too many digits for a number; put it in quotes.",
    ],
    [
      "half an e-mail address",
      "people: { alice: { email: alice@ } }\n",
      'hitl.config.yml:1 people.alice.email: must be an address like alice@example.com, not "alice@".',
    ],
    [
      "a misspelt time zone",
      "people: { alice: { zone: Europe/Berln } }\n",
      "hitl.config.yml:1 people.alice.zone: is no time zone; did you mean Europe/Berlin?",
    ],
    [
      "an offset for a time zone",
      'people: { alice: { zone: "+02:00" } }\n',
      "hitl.config.yml:1 people.alice.zone: is no time zone; write one like Europe/Berlin.",
    ],
    [
      "hours of another kind",
      "people: { alice: { hours: 9-17 } }\n",
      'hitl.config.yml:1 people.alice.hours: must be hours like "09:00-18:00", not "9-17".',
    ],
    [
      "hours that last no time",
      'people: { alice: { hours: "09:00-09:00" } }\n',
      "hitl.config.yml:1 people.alice.hours: begin and end at the same time; leave them out for all day.",
    ],
    [
      "an account of two people",
      "people:\n  alice: { slack: U1 }\n  bob: { slack: U1 }\n",
      "hitl.config.yml:3 people.bob.slack: is already the account of alice; one account belongs to one person.",
    ],
    [
      "an account that may be that of another person",
      "people:\n  alice: { slack: U1 }\n  bob: { slack: T1/U1 }\n",
      "hitl.config.yml:3 people.bob.slack: is already the account of alice; one account belongs to one person.",
    ],
    [
      "an e-mail address of two people",
      "people:\n  alice: { email: ops@example.com }\n  bob: { email: Ops@Example.com }\n",
      "hitl.config.yml:3 people.bob.email: is already the account of alice; one account belongs to one person.",
    ],
    [
      "an empty group",
      "groups: { sre: [] }\n",
      "hitl.config.yml:1 groups.sre: must not be empty; take it out instead.",
    ],
    [
      "a group that is one person",
      "groups: { sre: alice }\n",
      'hitl.config.yml:1 groups.sre: must be a list of members, not "alice".',
    ],
    [
      "a member whom nobody knows",
      "people: { bob: {} }\ngroups:\n  sre:\n    - bob\n    - bobb\n",
      'hitl.config.yml:5 groups.sre[1]: "bobb" is nobody under `people`; did you mean bob?',
    ],
    [
      "a member that is a group's name",
      "groups:\n  ops: [slack:U1]\n  sre: [ops]\n",
      'hitl.config.yml:3 groups.sre[0]: "ops" is a group; write group:ops.',
    ],
    [
      "a group that nobody knows",
      "groups:\n  ops: [slack:U1]\n  sre: [group:opps]\n",
      'hitl.config.yml:3 groups.sre[0]: "group:opps" is no group under `groups`; did you mean ops?',
    ],
    [
      "anyone in a group",
      "groups: { sre: [anyone] }\n",
      'hitl.config.yml:1 groups.sre[0]: "anyone" cannot be in a group; name it under `approvers` itself.',
    ],
    [
      "groups that go round",
      "groups:\n  a: [group:b]\n  b: [group:c]\n  c: [group:a]\n",
      "hitl.config.yml:2 groups.a: holds itself (a → b → c → a); take one of them out.",
    ],
    [
      "a token in the file",
      "tokens:\n  - { name: ci, role: agent, token: a-token-of-thirty-two-characters }\n",
      `hitl.config.yml:2 tokens[0].token: is written into the file; put it into the environment and write \${NAME} here.`,
    ],
    [
      "a token that is partly in the file",
      `tokens:\n  - { name: ci, role: agent, token: "x\${CI}" }\n`,
      `hitl.config.yml:2 tokens[0].token: is written into the file; put it into the environment and write \${NAME} here.`,
    ],
    [
      "a variable that is not set",
      `tokens:\n  - { name: ci, role: agent, token: "\${CI_TOKEN}" }\n`,
      "hitl.config.yml:2 tokens[0].token: the environment variable CI_TOKEN is not set; set it or take this setting out.",
    ],
    [
      "a variable that is empty",
      `people: { alice: { name: "\${EMPTY}" } }\n`,
      "hitl.config.yml:1 people.alice.name: the environment variable EMPTY is not set; set it or take this setting out.",
    ],
    [
      "a reference that does not end",
      `people: { alice: { name: "\${CI" } }\n`,
      `hitl.config.yml:1 people.alice.name: a reference must name an environment variable, as in \${CI_TOKEN}.`,
    ],
    [
      "a short token",
      `tokens:\n  - { name: ci, role: agent, token: "\${SHORT}" }\n`,
      `hitl.config.yml:2 tokens[0].token: the value of SHORT has fewer than 16 characters: use a long random one, such as the output of ${RANDOM}.`,
    ],
    [
      "two tokens of one name",
      `tokens:\n  - { name: ci, role: agent, token: "\${CI}" }\n  - { name: ci, role: agent, token: "\${CD}" }\n`,
      "hitl.config.yml:3 tokens[1].name: is the name of tokens[0] too; choose another.",
    ],
    [
      "two tokens of one value",
      `tokens:\n  - { name: ci, role: agent, token: "\${CI}" }\n  - { name: cd, role: admin, token: "\${CI}" }\n`,
      "hitl.config.yml:3 tokens[1].token: the value of CI is that of CI too; give each token its own.",
    ],
    [
      "a token with the value of the environment's",
      `tokens:\n  - { name: ci, role: agent, token: "\${CI}" }\n  - { name: cd, role: agent, token: "\${AGENT}" }\n`,
      "hitl.config.yml:3 tokens[1].token: the value of AGENT is that of HITL_AGENT_TOKEN too; give each token its own.",
    ],
    [
      "a token with the name of another setting's",
      `tokens:\n  - { name: admin, role: agent, token: "\${CI}" }\n`,
      'hitl.config.yml:2 tokens[0].name: "admin" is the name of HITL_ADMIN_TOKEN; choose another.',
    ],
    [
      "a token without a value",
      "tokens:\n  - { name: ci, role: agent }\n",
      `hitl.config.yml:2 tokens[0].token: is missing; it must be a reference like \${CI_TOKEN}.`,
    ],
    [
      "a role that there is not",
      `tokens:\n  - name: ci\n    role: root\n    token: "\${CI}"\n`,
      'hitl.config.yml:3 tokens[0].role: must be agent or approver or admin, not "root".',
    ],
    [
      "an approver's token of nobody",
      `tokens:\n  - { name: cli, role: approver, token: "\${CI}" }\n`,
      "hitl.config.yml:2 tokens[0]: needs the `person` that it acts as.",
    ],
    [
      "a token of a person whom nobody knows",
      `people: { alice: {} }\ntokens:\n  - { name: cli, role: approver, person: person:alice, token: "\${CI}" }\n`,
      "hitl.config.yml:3 tokens[0].person: is nobody under `people`; did you mean alice?",
    ],
    [
      "an admin's token of a person",
      `people: { alice: {} }\ntokens:\n  - { name: root, role: admin, person: alice, token: "\${CI}" }\n`,
      "hitl.config.yml:3 tokens[0].person: is not for the role admin; say at the top whom it acts as: `admin: alice`.",
    ],
    [
      "an approver's token with agents",
      `people: { alice: {} }\ntokens:\n  - { name: cli, role: approver, person: alice, agents: [x], token: "\${CI}" }\n`,
      "hitl.config.yml:3 tokens[0].agents: is only for the role agent, not approver.",
    ],
    [
      "a policy without a name",
      "policies:\n  - quorum: 1\n",
      "hitl.config.yml:2 policies[0].name: is missing; it must be a short name like payments.",
    ],
    [
      "two policies of one name",
      "policies:\n  - { name: a, when: { kind: tool } }\n  - { name: a }\n",
      "hitl.config.yml:3 policies[1].name: is the name of policies[0] too; choose another.",
    ],
    [
      "a policy that hides the next",
      "policies:\n  - name: all\n  - name: tools\n    when: { kind: tool }\n",
      "hitl.config.yml:2 policies[0]: has no `when`, so that no policy after it is ever reached; move it to the end or give it one.",
    ],
    [
      "a default that is not one",
      "policies:\n  - { name: default, when: { kind: tool } }\n",
      "hitl.config.yml:2 policies[0].name: is kept for the policy without `when`; choose another.",
    ],
    [
      "an approver without a prefix",
      "people: { alice: {} }\npolicies:\n  - name: all\n    approvers: [alice]\n",
      'hitl.config.yml:4 policies[0].approvers[0]: "alice" needs to say what it is; write person:alice.',
    ],
    [
      "an approver whom nobody knows",
      "policies:\n  - name: all\n    approvers:\n      - person:bob\n",
      'hitl.config.yml:4 policies[0].approvers[0]: "person:bob" is nobody under `people`; add them there.',
    ],
    [
      "an approver by a name",
      'policies:\n  - name: all\n    approvers: ["@alice"]\n',
      `hitl.config.yml:3 policies[0].approvers[0]: "@alice" is not a reference; ${REFERENCES}.`,
    ],
    [
      "an approver by an address that nobody has",
      "people: { alice: { email: alice@example.com } }\npolicies:\n  - name: all\n    approvers: [email:Alice@example.com]\n",
      'hitl.config.yml:4 policies[0].approvers[0]: "email:Alice@example.com" is no e-mail address under `people`; write it in lower case and link it to a person there.',
    ],
    [
      "no approvers",
      "policies:\n  - name: all\n    approvers: []\n",
      "hitl.config.yml:3 policies[0].approvers: must not be empty; take it out instead.",
    ],
    [
      "a quorum in words",
      "policies:\n  - name: all\n    quorum: two\n",
      'hitl.config.yml:3 policies[0].quorum: must be a whole number from 1 to 50, not "two".',
    ],
    [
      "a quorum of more people than there are",
      "people: { alice: { slack: U1 }, bob: {} }\npolicies:\n  - name: all\n    approvers: [person:alice, slack:U1]\n    quorum: 2\n",
      "hitl.config.yml:5 policies[0].quorum: asks for 2 different people, but of `approvers` only 1 can vote; name more of them under `people` or ask for fewer.",
    ],
    [
      "a quorum of a group whose accounts nobody linked",
      "people: { alice: { slack: U1 } }\npolicies:\n  - name: all\n    approvers: [slack-group:S1]\n    quorum: 2\n",
      "hitl.config.yml:5 policies[0].quorum: asks for 2 different people, but of `approvers` only 1 can vote; name more of them under `people` or ask for fewer.",
    ],
    [
      "an action that there is not",
      "policies:\n  - name: all\n    actions: [proceed, approve]\n",
      'hitl.config.yml:3 policies[0].actions[1]: must be proceed or revise or refine or reject or cancel or answer or edit, not "approve".',
    ],
    [
      "actions that leave no way to say no",
      "policies:\n  - name: all\n    actions: [proceed, edit]\n",
      "hitl.config.yml:3 policies[0].actions: leave no way to say no; add reject, cancel, revise or refine.",
    ],
    [
      "a comment on an action that is not offered",
      "policies:\n  - name: all\n    actions: [proceed, reject]\n    comment: [cancel]\n",
      'hitl.config.yml:4 policies[0].comment[0]: "cancel" is not among the `actions` of this policy; take it out.',
    ],
    [
      "a time in words",
      "policies:\n  - name: all\n    timeout: 1 hour\n",
      'hitl.config.yml:3 policies[0].timeout: must be a duration like 90s, 15m, 1h or 2d, not "1 hour".',
    ],
    [
      "no time at all",
      "policies:\n  - name: all\n    timeout: 0s\n",
      'hitl.config.yml:3 policies[0].timeout: must be a duration like 90s, 15m, 1h or 2d, not "0s".',
    ],
    [
      "another word for the time-out",
      "policies:\n  - name: all\n    on_timeout: approve\n",
      'hitl.config.yml:3 policies[0].on_timeout: must be cancel or reject or escalate or proceed, not "approve".',
    ],
    [
      "a reminder after the end",
      "policies:\n  - name: all\n    timeout: 1h\n    remind: [30m, 60m]\n",
      "hitl.config.yml:4 policies[0].remind[1]: comes too late: it all ends after 1h.",
    ],
    [
      "a rung after the end",
      "policies:\n  - name: all\n    timeout: 1h\n    escalate:\n      - { after: 2h, to: [admin] }\n",
      "hitl.config.yml:5 policies[0].escalate[0].after: comes too late: it all ends after 1h.",
    ],
    [
      "a rung after the last rung's time",
      "policies:\n  - name: all\n    timeout: 1h\n    on_timeout: escalate\n    escalate: [{ after: 2h, to: [admin] }]\n",
      "hitl.config.yml:5 policies[0].escalate[0].after: comes too late: it all ends after 2h.",
    ],
    [
      "a rung that is never climbed",
      "policies:\n  - name: all\n    escalate: [{ to: [admin] }]\n",
      "hitl.config.yml:3 policies[0].escalate[0]: is never climbed; say `after:`, or `on_timeout: escalate` in the policy.",
    ],
    [
      "rungs in disorder",
      "policies:\n  - name: all\n    escalate: [{ after: 20m, to: [admin] }, { after: 10m, to: [admin] }]\n",
      "hitl.config.yml:3 policies[0].escalate[1].after: comes before the rung above it; write the rungs in order of time.",
    ],
    [
      "a rung to nobody",
      "policies:\n  - name: all\n    escalate: [{ after: 20m, to: [person:cfo] }]\n",
      'hitl.config.yml:3 policies[0].escalate[0].to[0]: "person:cfo" is nobody under `people`; add them there.',
    ],
    [
      "a place that is no place",
      "policies:\n  - name: all\n    route: ['#deploys']\n",
      'hitl.config.yml:3 policies[0].route[0]: must be a place like slack:#deploys, slack:C0123, discord:1122334455 or web, not "#deploys".',
    ],
    [
      "a chat without a place in it",
      "policies:\n  - name: all\n    fallback: slack\n",
      'hitl.config.yml:3 policies[0].fallback: must be a place like slack:#deploys, slack:C0123, discord:1122334455 or web, not "slack".',
    ],
    [
      "a word for yes",
      "policies:\n  - name: all\n    self_approval: yes\n",
      'hitl.config.yml:3 policies[0].self_approval: must be true or false, not "yes".',
    ],
    [
      "a when that says nothing",
      "policies:\n  - name: all\n    when: {}\n",
      "hitl.config.yml:3 policies[0].when: says nothing; take it out or write what has to match.",
    ],
    [
      "a kind that there is not",
      "policies:\n  - name: tools\n    when: { kind: tol }\n",
      "hitl.config.yml:3 policies[0].when.kind: is no kind; did you mean tool?",
    ],
    [
      "a priority that there is not",
      "policies:\n  - name: urgent\n    when: { priority: 1 }\n",
      "hitl.config.yml:3 policies[0].when.priority: is no priority; write one of low, normal, high, critical.",
    ],
    [
      "a path without its beginning",
      "policies:\n  - name: pay\n    when: { tool_name: pay }\n",
      "hitl.config.yml:3 policies[0].when.tool_name: is nothing to match by; write kind, agent, priority or a path like payload.tool_name.",
    ],
    [
      "a misspelt path",
      "policies:\n  - name: pay\n    when: { paylod.tool_name: pay }\n",
      'hitl.config.yml:3 policies[0].when["paylod.tool_name"]: is nothing to match by; did you mean payload?',
    ],
    [
      "a path that does not end",
      "policies:\n  - name: pay\n    when: { payload.: pay }\n",
      'hitl.config.yml:3 policies[0].when["payload."]: needs a path within it, as in payload.NAME.',
    ],
  ];
  const token = "the-token-of-the-environment";
  const env = { CI: LONG, CD: OTHER, SHORT: "short", EMPTY: "", HITL_AGENT_TOKEN: token, AGENT: token };
  test.each(cases)("refuses %s", (_, yaml, sentence) => {
    expect(mistake(yaml, env)).toBe(sentence);
  });
});
