/** Editing around what is hidden: no mark comes to stand for another secret, and nothing is approved that nobody could see. */
import { describe, expect, test } from "vitest";
import { approvedValue } from "../../src/client.ts";
import type { Json, JsonObject } from "../../src/json.ts";
import { cardOf } from "../../src/picture.ts";
import { viewOf } from "../../src/view.ts";
import { NOON, town } from "../town.ts";

const { raise, act, rule, actor } = town();
const GRANTS = [
  { to: "alice", token: "alice-secret-0001" },
  { to: "bob", token: "bobby-secret-0002" },
];
const sent = { tool_name: "grant", tool_args: { grants: GRANTS, days: 1 } };
const record = raise({ kind: "tool", payload: sent });
const shown = (record.payload.tool_args as JsonObject).grants as Json[];
const edited = (grants: Json[]) => ({ action: "edit", edited: { grants, days: 2 } }) as const;

describe("in a list whose items hide alike", () => {
  test.each([
    ["taking out the first", [shown[1]]],
    ["changing places", [shown[1], shown[0]]],
    ["putting one before them", [{ to: "carol", token: "own" }, ...shown]],
  ])("%s is refused, because a mark would stand for the other one's secret", (_, grants) => {
    expect(rule(record, "bob", edited(grants as Json[]))).toMatchObject({ type: "refused", code: "invalid_edit" });
  });

  test.each([
    ["taking out the last", [shown[0]], [GRANTS[0]]],
    ["taking out all", [], []],
    ["putting one behind them", [...shown, { to: "carol" }], [...GRANTS, { to: "carol" }]],
    [
      "changing what is not hidden",
      [{ ...(shown[0] as object), to: "dave" }, shown[1]],
      [{ ...GRANTS[0], to: "dave" }, GRANTS[1]],
    ],
  ])("%s hands every other secret back in its place", (_, grants, expected) => {
    const done = act(record, "bob", edited(grants as Json[]));
    expect(approvedValue(sent, viewOf(done, ""))).toEqual({ grants: expected, days: 2 });
  });
});

describe("where the policy forbids approving while something is hidden", () => {
  const path = "payload.tool_args.iban";
  const strict = {
    name: "payments",
    quorum: 2,
    approvers: ["group:sre"],
    redact: { paths: [path], forbid_approving: [path] },
  };
  const payments = town({ policies: [strict] });
  const open = payments.raise({ kind: "tool", payload: { tool_name: "pay", tool_args: { iban: "", amount: 1 } } });

  test("an edit that puts something there is refused, because who approves it next could not see it", () => {
    const act = { action: "edit", edited: { iban: "DE89370400440532013000", amount: 1 } } as const;
    expect(payments.rule(open, "bob", act)).toMatchObject({
      type: "refused",
      code: "edit_out_of_policy",
      detail: expect.stringContaining("payload.tool_args.iban would be hidden"),
    });
  });

  test("any other edit counts", () => {
    const after = payments.act(open, "bob", { action: "edit", edited: { iban: "", amount: 2 } });
    expect(cardOf(after, NOON).actions.map(({ action }) => action)).toContain("proceed");
  });
});

test("where only editing approves, the same edit by another person is their vote for it", () => {
  const asked = raise({
    kind: "tool",
    payload: { tool_name: "pay", tool_args: { amount: 10 } },
    actions: ["edit", "reject"],
    quorum: 2,
  });
  const edit = { action: "edit", edited: { amount: 9 } } as const;
  const once = act(asked, "bob", edit);
  expect(once.status).toBe("pending");
  const twice = act(once, "carol", edit);
  expect([twice.status, twice.decision?.action, twice.decision?.edited]).toEqual(["resolved", "edit", { amount: 9 }]);
  expect(twice.decision?.by).toMatchObject({ person: actor("carol").person });
});
