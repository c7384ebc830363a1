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

describe("in a text whose secrets hide alike", () => {
  const [first, second] = ["aaaa1111bbbb2222", "cccc3333dddd4444"];
  const call = (secret: string, host: string) => `curl -H 'X-Api-Key: ${secret}' https://${host}.example`;
  const twoLines = (one: string, two: string) => [call(one, "a"), call(two, "b")].join("\n");
  const asked = (command: string) => raise({ kind: "tool", payload: { tool_name: "sh", tool_args: { command } } });
  const changed = (command: string) => ({ action: "edit", edited: { command } }) as const;
  const mark = `[redacted ${first.length} chars]`;

  test.each([
    ["lines that change places", twoLines, [call(mark, "b"), call(mark, "a")].join("\n")],
    ["lines that change places, one with a word more", twoLines, [call(mark, "b"), `${call(mark, "a")} -s`].join("\n")],
    ["a line that is written over with the next one", twoLines, [call(mark, "b"), call(mark, "b")].join("\n")],
    [
      "commands of one line that change places",
      (one: string, two: string) => `${call(one, "a")} && ${call(two, "b")}`,
      `${call(mark, "b")} && ${call(mark, "a")}`,
    ],
    [
      "names that change places",
      (one: string, two: string) => `{"db_password":"${one}","api_token":"${two}"}`,
      `{"api_token":"${mark}","db_password":"${mark}"}`,
    ],
  ])("%s: refused, because one secret would go where the other one belongs", (_, text, command) => {
    const open = asked(text(first, second));
    expect(open.payload.tool_args).toEqual({ command: text(mark, mark) });
    expect(rule(open, "bob", changed(command))).toMatchObject({ type: "refused", code: "invalid_edit" });
  });

  test.each([
    ["a host is written anew", twoLines, (one: string, two: string) => `${call(one, "c")}\n${call(two, "b")}`],
    ["a line is put before them", twoLines, (one: string, two: string) => `set -e\n${twoLines(one, two)}`],
    [
      "a word is written a second time",
      (one: string, two: string) => `Authorization: Bearer ${one}\nX-Api-Key: ${two}`,
      (one: string, two: string) => `Authorization: Bearer ${one}\nX-Api-Key: Bearer ${two}`,
    ],
  ])("where %s, every secret stays in its place", (_, text, meant) => {
    const payload = { tool_name: "sh", tool_args: { command: text(first, second) } };
    const done = act(asked(payload.tool_args.command), "bob", changed(meant(mark, mark)));
    expect(approvedValue(payload, viewOf(done, ""))).toEqual({ command: meant(first, second) });
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

describe("where only editing approves", () => {
  const edit = { action: "edit", edited: { amount: 9 } } as const;
  const payment = { kind: "tool", payload: { tool_name: "pay", tool_args: { amount: 10 } } } as const;
  const onceEdited = (quorum: number) => act(raise({ ...payment, actions: ["edit", "reject"], quorum }), "bob", edit);

  test("the same edit by another person is their vote for it", () => {
    const once = onceEdited(2);
    expect(once.status).toBe("pending");
    const twice = act(once, "carol", edit);
    expect([twice.status, twice.decision?.action, twice.decision?.edited]).toEqual(["resolved", "edit", { amount: 9 }]);
    expect(twice.decision?.by).toMatchObject({ person: actor("carol").person });
  });

  test("it stays the edit of whoever wrote it, whoever votes for it", () => {
    const labels = cardOf(act(onceEdited(3), "carol", edit), NOON).body.map(({ label }) => label);
    expect(labels).toEqual(cardOf(onceEdited(3), NOON).body.map(({ label }) => label));
    expect(labels.join()).toContain(actor("bob").by.name);
  });

  test("the same edit by the same person is no second vote, and says so", () => {
    expect(rule(onceEdited(3), "bob", edit)).toMatchObject({ type: "refused", code: "already_voted" });
  });
});
