/** `hitl policy`: who would decide a request and why, told without a bot; and what is odd or wrong about the policies. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { local } from "./local.ts";

const here = local();
const policy = (args: string[], stdin?: string, env?: Record<string, string>) =>
  here.hitl(["policy", ...args], stdin, env);

const SETTINGS = `people:
  alice: { slack: U0ALICE }
  bob: { slack: U0BOB }
  cfo: {}
groups:
  finance: [alice, bob]
policies:
  - name: odd-payments
    when: { payload.tool_name: make_payment, payload.tool_args.amount: { exists: false } }
    approvers: ["person:cfo"]
  - name: payments
    when:
      kind: tool
      payload.tool_name: make_payment
      payload.tool_args.amount: { gt: 10000 }
      not: { agent: { glob: "test-*" } }
    approvers: ["group:finance"]
    quorum: 2
    actions: [proceed, reject]
    comment: [reject]
    timeout: 2h
    on_timeout: reject
    remind: [15m, 30m]
    escalate: [{ after: 45m, to: ["person:cfo"] }]
  - name: reads
    when: { agent: reader }
    auto: proceed
  - name: rest
    approvers: ["group:finance"]
`;

beforeEach(() => here.write("hitl.config.yml", SETTINGS));

const payment = (amount: unknown) =>
  JSON.stringify({ kind: "tool", payload: { tool_name: "make_payment", tool_args: { amount } } });

describe("hitl policy test", () => {
  test("says which policy takes it and why, why none before does, and what follows", async () => {
    here.write("payment.json", payment(12_000));
    expect(await policy(["test", "payment.json"])).toEqual({
      code: 0,
      err: "",
      out: `✗ odd-payments does not
    ✓ payload.tool_name is "make_payment" (it is "make_payment")
    ✗ payload.tool_args.amount is not there (it is 12000)
✓ payments takes it
    ✓ kind is "tool" (it is "tool")
    ✓ payload.tool_name is "make_payment" (it is "make_payment")
    ✓ payload.tool_args.amount gt 10000 (it is 12000)
    ✓ not
        ✗ agent glob "test-*" (it is "agent")
· reads is not looked at
· rest is not looked at

Approvers  group:finance (alice, bob)
Quorum     2 different people
Actions    proceed, reject (comment required)
Time       2h, then reject
Reminders  after 15m, 30m
Escalates  after 45m to person:cfo
Shown      approving only where all of it can be seen
Shown in   web
`,
    });
  });

  test("reads YAML, and from stdin; and knows who may not approve", async () => {
    const request = "kind: confirm\npayload: { summary: Publish it }\nrequested_by: person:alice\n";
    const { code, out } = await policy(["test", "-"], request);
    expect(code).toBe(0);
    expect(out.split("\n").slice(-8)).toEqual([
      "",
      "Approvers  group:finance (alice, bob)",
      "Quorum     1",
      "Not by     person:alice: it is their own request",
      "Actions    proceed, revise (comment required), cancel",
      "Time       1h, then cancel",
      "Shown in   web",
      "",
    ]);
  });

  test("says what would be refused, and why it cannot be told who decides", async () => {
    const { code, out } = await policy(["test", "-"], payment("20000"));
    expect(code).toBe(1);
    expect(out).toContain("? payments cannot be told\n");
    expect(out).toContain('    ? payload.tool_args.amount gt 10000 (it is "20000", not a number)\n');
    expect(out).toContain('Refused (policy_undecided): The policy "payments" compares payload.tool_args.amount');
    const wider = await policy(["test", "-"], payment(12_000).replace(/}$/, ',"quorum":1}'));
    expect(wider.code).toBe(1);
    expect(wider.out).toContain('Refused (policy_widened): The policy "payments" asks for 2 approvals.');
  });

  test("says where a quorum cannot be met, because whoever asks is one of those needed", async () => {
    const policies = (more: string) => `people: { alice: , bob: , carol: }
policies: [{ name: both, approvers: [person:alice, person:bob], quorum: 2${more} }]
`;
    const quorum = async (more: string, asks = "") => {
      here.write("hitl.config.yml", policies(more));
      const { out } = await policy(["test", "-"], `kind: confirm\npayload: { summary: Publish it }\n${asks}`);
      return /^Quorum +(.*)$/m.exec(out)?.[1];
    };
    const [alice, carol] = ["requested_by: person:alice\n", "requested_by: person:carol\n"];
    expect(await quorum("")).toBe(
      "2 different people: all there are, so that what one of them asks for can never be approved",
    );
    expect(await quorum("", alice)).toBe(
      "2 different people, and without those who asked only 1 can vote: it can never be approved",
    );
    expect(await quorum("", carol)).toBe("2 different people");
    expect(await quorum(", self_approval: true", alice)).toBe("2 different people");
    expect(await quorum(", escalate: [{ after: 1h, to: [person:carol] }], timeout: 2h", alice)).toBe(
      "2 different people",
    );
  });

  test("says plainly that nobody is asked", async () => {
    const { out } = await policy(["test", "-", "--agent", "reader"], payment(1));
    expect(out).toMatch(/✓ reads takes it\n {4}✓ agent is "reader" \(it is "reader"\)\n/);
    expect(out).toContain("\nApproved  at once, by this policy, without asking anybody\n");
  });

  test("ends with 1 when another policy takes it than was expected", async () => {
    expect((await policy(["test", "-", "--expect", "payments"], payment(10_001))).code).toBe(0);
    const { code, out } = await policy(["test", "-", "--expect", "payments"], payment(10_000));
    expect(code).toBe(1);
    expect(out).toMatch(/\n\nExpected: payments\n$/);
  });

  test("answers a machine with all of it", async () => {
    const { out } = await policy(["test", "-", "--json"], payment(500));
    expect(JSON.parse(out)).toMatchObject({
      policy: "rest",
      refused: null,
      version: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      considered: [
        { policy: "odd-payments", result: "passed" },
        {
          policy: "payments",
          result: "passed",
          reasons: [
            { answer: "yes" },
            { answer: "yes" },
            { answer: "no", text: "payload.tool_args.amount gt 10000 (it is 500)" },
            {},
          ],
        },
        { policy: "reads", result: "passed" },
        { policy: "rest", result: "taken", reasons: [] },
      ],
    });
  });

  test("shows what an agent wrote literally", async () => {
    const { out } = await policy(["test", "-"], payment("\u001b[2J\u202e"));
    for (const live of ["\u001b", "\u202e"]) expect(out).not.toContain(live);
  });

  test.each([
    ["{", "The request is neither JSON nor YAML"],
    ["kind: [", "The request is neither JSON nor YAML"],
    ['{"kind": "tool", "kind": "task"}', "The request is neither JSON nor YAML"],
    ["kind: tool\n", "This is not a request that an agent can send:\n  /payload: must be an object"],
    [
      "kind: tool\npayload: {}\naprovers: [x]\n",
      'This is not a request that an agent can send:\n  /: Unrecognized key: "aprovers"',
    ],
  ])("of %j says what is wrong with it", async (request, says) => {
    const { code, out, err } = await policy(["test", "-"], request);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(says);
  });
});

describe("hitl policy lint", () => {
  test("says what is odd, and makes nothing on the disk", async () => {
    expect(await policy(["lint"])).toEqual({
      code: 0,
      err: "",
      out: "! reads: `auto: proceed` approves at once, without asking anybody, whatever matches.\n",
    });
    expect(readdirSync(here.folder)).toEqual(["hitl.config.yml"]);
  });

  test("says what the settings always hide, and nobody may approve while it is hidden", async () => {
    here.write(
      "hitl.config.yml",
      `people: { bob: }
redact: { keys: [iban] }
policies: [{ name: all, approvers: [person:bob], redact: { forbid_approving: [payload.tool_args.iban] } }]
`,
    );
    expect((await policy(["lint"])).out).toBe(
      "! all: forbids approving while payload.tool_args.iban is hidden, and `redact` always hides it (iban): what has it can never be approved.\n",
    );
  });

  test.each(["README.md", "docs/redaction.md", "docs/settings.md"])(
    "finds no policy in %s whose approvals can never come",
    async (page) => {
      const text = readFileSync(join(import.meta.dirname, "../..", page), "utf8");
      for (const [, yaml = ""] of text.matchAll(/^```yaml\n(.*?)^```$/gms)) {
        here.write("hitl.config.yml", yaml);
        const { out } = await policy(["lint"], undefined, {
          CI_AGENT_TOKEN: "a".repeat(20),
          BOB_TOKEN: "b".repeat(20),
        });
        expect(out).not.toMatch(/can never be approved/);
      }
    },
  );

  test("says that nothing is", async () => {
    here.write("hitl.config.yml", "people: { bob: }\npolicies: [{ name: all, approvers: [person:bob] }]\n");
    expect(await policy(["lint"])).toEqual({ code: 0, err: "", out: "✓ 1 policy, nothing odd\n" });
  });

  test("ends with 1 where the bot would not start, with every fault", async () => {
    here.write("hitl.config.yml", SETTINGS.replace("person:cfo", "person:cfoo").replace("gt:", "gtt:"));
    expect(await policy(["lint"])).toEqual({
      code: 1,
      err: "",
      out: `✗ hitl.config.yml:10 policies[0].approvers[0]: "person:cfoo" is nobody under \`people\`; did you mean cfo?
✗ hitl.config.yml:15 policies[1].when["payload.tool_args.amount"].gtt: is no comparison; did you mean gt?
`,
    });
  });

  test("looks at the chats that are set up", async () => {
    here.write(
      "hitl.config.yml",
      "people: { bob: }\npolicies: [{ name: all, approvers: [person:bob], route: ['slack:#x'] }]\n",
    );
    const env = { SLACK_BOT_TOKEN: "xoxb-12345", SLACK_APP_TOKEN: "xapp-12345" };
    expect((await policy(["lint"])).out).toContain("routes to slack:#x, which is not set up");
    expect((await policy(["lint"], "", env)).out).toBe("✓ 1 policy, nothing odd\n");
  });
});

test.each([[[]], [["tset", "x"]], [["test"]], [["lint", "x"]]])(
  "hitl policy %j ends with 2 and says how it goes",
  async (args) => {
    const { code, err } = await policy(args);
    expect(code).toBe(2);
    expect(err).toContain("hitl policy test FILE");
  },
);
