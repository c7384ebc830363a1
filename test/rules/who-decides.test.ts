import { describe, expect, test } from "vitest";
import type { Policy } from "../../src/policy/policy.ts";
import { raised, town } from "../town.ts";

const confirm = { kind: "confirm", payload: { summary: "Publish it" } } as const;

describe("rule 1, nobody is an approver by accident", () => {
  test.each([
    // policy's, raiser's, HITL_APPROVERS → who may decide
    [undefined, undefined, [], [], ["admin"]],
    [undefined, undefined, ["person:bob"], ["person:bob"], ["bob"]],
    [undefined, ["person:carol"], ["person:bob"], ["person:carol"], ["carol"]],
    [["person:dave"], undefined, ["person:bob"], ["person:dave"], ["dave"]],
    [["person:dave", "person:carol"], ["person:carol"], ["person:bob"], ["person:carol"], ["carol"]],
    [["group:sre"], undefined, [], ["group:sre"], ["bob", "carol", "dave"]],
  ])("policy %j, raiser %j, HITL_APPROVERS %j: %j", (policy, raiser, settings, approvers, may) => {
    const place = town({ policies: [{ name: "default", ...(policy && { approvers: policy }) }], approvers: settings });
    const checkpoint = place.raise({ ...confirm, ...(raiser && { approvers: raiser }) });
    expect(checkpoint.approvers).toEqual(approvers);
    for (const who of ["admin", "alice", "bob", "carol", "dave", "mallory"]) {
      const ruling = place.rule(checkpoint, who, { action: "proceed" });
      if (may.includes(who)) expect(ruling, who).toMatchObject({ type: "change" });
      else expect(ruling, who).toMatchObject({ type: "refused", code: "not_an_approver" });
    }
  });

  test("empty lists are refused before anything is raised", () => {
    expect(() => raised({ ...confirm, approvers: [] })).toThrow(/must name somebody/);
    expect(() => raised({ ...confirm, actions: [] })).toThrow(/must offer something/);
  });

  test("`anyone` of the settings is a full member where the card is, not a guest, a stranger or a bot", () => {
    const place = town({ approvers: ["anyone"] });
    const checkpoint = place.raise(confirm);
    expect(place.rule(checkpoint, "a member on slack", { action: "proceed" })).toMatchObject({ type: "change" });
    expect(place.rule(checkpoint, "a guest on slack", { action: "proceed" })).toMatchObject({
      code: "not_an_approver",
    });
    expect(place.rule(checkpoint, "bob", { action: "proceed" })).toMatchObject({ code: "not_an_approver" });
  });
});

describe("rule 2, a raiser may only narrow a policy", () => {
  const strict: Policy = {
    name: "payments",
    approvers: ["person:bob", "person:carol"],
    quorum: 2,
    timeout: 3_600_000,
    on_timeout: "reject",
    actions: ["proceed", "cancel"],
  };
  const place = town({ policies: [strict] });

  test.each([
    [
      { approvers: ["person:bob", "person:dave"] },
      "/approvers/1",
      'The policy "payments" lets only person:bob, person:carol decide. A raiser may only narrow a policy.',
    ],
    [
      { approvers: ["anyone"] },
      "/approvers/0",
      'The policy "payments" lets only person:bob, person:carol decide. A raiser may only narrow a policy.',
    ],
    [{ quorum: 1 }, "/quorum", 'The policy "payments" asks for 2 approvals. A raiser may only narrow a policy.'],
    [{ timeout: "2h" }, "/timeout", 'The policy "payments" allows at most 1h. A raiser may only narrow a policy.'],
    [
      { on_timeout: "proceed" },
      "/on_timeout",
      "Silence is no approval: only a policy of the settings may say `on_timeout: proceed`. A raiser may only narrow a policy.",
    ],
    [
      { on_timeout: "escalate" },
      "/on_timeout",
      'The policy "payments" sets the time; escalating would prolong it. A raiser may only narrow a policy.',
    ],
    [
      { actions: ["revise", "proceed"] },
      "/actions/0",
      'The policy "payments" does not offer revise. A raiser may only narrow a policy.',
    ],
  ])("%j is refused", (wider, pointer, message) => {
    expect(place.refusal({ ...confirm, ...wider })).toMatchObject({
      code: "policy_widened",
      errors: [{ pointer, message }],
    });
  });

  test("what is narrower is taken", () => {
    const checkpoint = place.raise({
      ...confirm,
      approvers: ["person:carol", "person:bob"],
      quorum: 2,
      timeout: "10m",
      on_timeout: "cancel",
      actions: ["cancel", "proceed"],
    });
    expect(checkpoint.policy).toMatchObject({
      timeout: 600_000,
      on_timeout: "cancel",
      approvers: ["person:carol", "person:bob"],
    });
    expect(checkpoint.actions.map((each) => each.action)).toEqual(["cancel", "proceed"]);
  });

  test("`never` is shortened to the policy's time", () => {
    expect(place.raise({ ...confirm, timeout: null }).policy.timeout).toBe(3_600_000);
  });

  test("only approving actions are refused, also where a policy sets nothing", () => {
    for (const actions of [["proceed"], ["proceed", "edit"], ["edit"]] as const)
      expect(
        town().refusal({ kind: "tool", payload: { tool_name: "x", tool_args: {} }, actions: [...actions] }),
      ).toMatchObject({
        code: "only_approving_actions",
        errors: [{ pointer: "/actions" }],
      });
  });

  test("without a policy's approvers the raiser's list stands, except `anyone`", () => {
    expect(town().raise({ ...confirm, approvers: ["slack:U1", "group:sre"] }).approvers).toEqual([
      "slack:U1",
      "group:sre",
    ]);
    expect(town().refusal({ ...confirm, approvers: ["anyone"] })).toMatchObject({ code: "policy_widened" });
  });

  test("a person or group that the settings do not know is refused, not ignored", () => {
    expect(town().refusal({ ...confirm, approvers: ["person:bob", "person:bbo"] })).toMatchObject({
      code: "unknown_approver",
      errors: [{ pointer: "/approvers/1" }],
    });
    expect(town().refusal({ ...confirm, requested_by: "person:alcie" })).toMatchObject({
      code: "unknown_approver",
      errors: [{ pointer: "/requested_by" }],
    });
  });

  test("a quorum that the named people cannot reach is refused", () => {
    expect(town().refusal({ ...confirm, approvers: ["person:bob"], quorum: 2 })).toMatchObject({
      code: "quorum_unreachable",
    });
  });
});

describe("rule 3, people", () => {
  test("an admin decides where approvers are unset or name it, elsewhere it is refused like anybody", () => {
    const place = town({ approvers: [] });
    expect(place.rule(place.raise(confirm), "admin", { action: "proceed" })).toMatchObject({ type: "change" });
    const named = place.raise({ ...confirm, approvers: ["admin"] });
    expect(place.rule(named, "admin", { action: "proceed" })).toMatchObject({ type: "change" });
    const others = place.raise({ ...confirm, approvers: ["person:bob"] });
    expect(place.rule(others, "admin", { action: "proceed" })).toMatchObject({
      code: "not_an_approver",
      detail: "You are admin; person:bob may decide this.",
    });
  });

  test("an unknown account is the person of its platform and id", () => {
    const place = town();
    const checkpoint = place.raise({ ...confirm, approvers: ["slack:T1/U777"] });
    expect(place.act(checkpoint, "a member on slack", { action: "proceed" }).decision?.by).toMatchObject({
      person: "slack:T1/U777",
    });
  });

  test("in a quorum an unknown account votes only if it is named itself", () => {
    const place = town({ approvers: ["anyone"] });
    const open = place.raise({ ...confirm, quorum: 2 });
    expect(place.rule(open, "a member on slack", { action: "proceed" })).toMatchObject({
      code: "not_an_approver",
      detail:
        "slack:T1/U777 is not linked to a person, and 2 different people have to approve: link the account under `people` or name it in `approvers`.",
    });
    const named = place.raise({ ...confirm, quorum: 2, approvers: ["slack:T1/U777", "person:bob"] });
    expect(place.rule(named, "a member on slack", { action: "proceed" })).toMatchObject({ type: "change" });
    expect(place.rule(open, "a member on slack", { action: "cancel" })).toMatchObject({ type: "change" });
  });
});

describe("rule 4, membership is looked up when the act happens", () => {
  test("who has left the group may not decide any more, who has joined may", () => {
    const checkpoint = town().raise({ ...confirm, approvers: ["group:sre"] });
    const later = town({ groups: [{ id: "sre", members: ["person:mallory"] }] });
    expect(later.rule(checkpoint, "bob", { action: "proceed" })).toMatchObject({ code: "not_an_approver" });
    expect(later.rule(checkpoint, "mallory", { action: "proceed" })).toMatchObject({ type: "change" });
    expect(checkpoint.policy.approvers).toEqual(["group:sre"]);
  });
});

describe("rule 5, self-approval", () => {
  const everybody = ["person:alice", "person:bob"];
  const ways = ["alice", "alice on slack", "alice on discord"];

  test.each(["person:alice", "slack:U0ALICE", "discord:112233"])(
    "requested by %s: Alice may not approve from any account",
    (requested_by) => {
      const checkpoint = raised({ ...confirm, approvers: everybody, requested_by });
      for (const who of ways)
        expect(town().rule(checkpoint, who, { action: "proceed" }), who).toMatchObject({
          code: "self_approval",
          detail: "This is your own request: somebody else has to approve it.",
        });
      expect(town().rule(checkpoint, "bob", { action: "proceed" })).toMatchObject({ type: "change" });
    },
  );

  test("nor edit, which approves", () => {
    const request = {
      kind: "tool",
      payload: { tool_name: "x", tool_args: { a: 1 } },
      approvers: everybody,
      requested_by: "person:alice",
    } as const;
    expect(town().rule(raised(request), "alice", { action: "edit", edited: { a: 2 } })).toMatchObject({
      code: "self_approval",
    });
  });

  test("but answer, ask for changes, and say no", () => {
    const own = { approvers: everybody, requested_by: "person:alice" } as const;
    const may = [
      [
        { kind: "clarify", payload: { questions: "Which?" } },
        { action: "answer", answers: { response: "this" } },
      ],
      [confirm, { action: "revise", feedback: "shorter" }],
      [confirm, { action: "cancel" }],
      [{ kind: "tool", payload: { tool_name: "x", tool_args: {} } }, { action: "reject" }],
      [
        { kind: "preview", payload: { content: "x" } },
        { action: "refine", feedback: "more" },
      ],
    ] as const;
    for (const [request, attempt] of may)
      expect(town().rule(raised({ ...request, ...own }), "alice", attempt)).toMatchObject({ type: "change" });
  });

  test("the person bound to the agent's token counts as the requester", () => {
    const checkpoint = raised({ ...confirm, approvers: everybody }, { person: "alice" });
    expect(town().rule(checkpoint, "alice on slack", { action: "proceed" })).toMatchObject({ code: "self_approval" });
  });

  test("a policy can lift it", () => {
    const place = town({ policies: [{ name: "default", self_approval: true }] });
    const checkpoint = place.raise({ ...confirm, approvers: everybody, requested_by: "person:alice" });
    expect(place.rule(checkpoint, "alice", { action: "proceed" })).toMatchObject({ type: "change" });
  });

  test("`requested_by` gives nobody a right", () => {
    const checkpoint = raised({ ...confirm, approvers: ["person:bob"], requested_by: "person:alice" });
    expect(town().rule(checkpoint, "alice", { action: "cancel" })).toMatchObject({ code: "not_an_approver" });
  });
});
