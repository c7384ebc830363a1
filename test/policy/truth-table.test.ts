/**
 * Who may approve whose request, written out: approvers × requester × everybody who might press the button.
 * Y approves, s is refused because it is their own request, - is refused as no approver. 40 rows of 12: 480 cells.
 */
import { describe, expect, test } from "vitest";
import { type Actor, makeAccess } from "../../src/access.ts";
import type { Checkpoint } from "../../src/checkpoint.ts";
import { raise } from "../../src/decide/raise.ts";
import { decide } from "../../src/decide.ts";
import { makeHouse } from "../../src/house.ts";
import { makeDirectory } from "../../src/policy/directory.ts";
import type { Ruling } from "../../src/ruling.ts";
import { NOON } from "../town.ts";

const people = [
  { id: "alice", slack: "T1/U0ALICE", discord: "11", email: "alice@example.com" },
  { id: "bob", slack: "T1/U0BOB" },
  { id: "carol" },
  { id: "mallory" },
];
const groups = [
  { id: "sre", members: ["person:alice", "person:bob", "person:carol"] },
  { id: "all", members: ["group:sre", "slack-group:S1", "discord-role:5", "discord:77"] },
];
const directory = makeDirectory({ people, groups, admin: "admin" });
const access = makeAccess({ tokens: [] }, directory);
const house = makeHouse({ settings: { policies: [], approvers: [] }, directory });

const slack = { platform: "slack", tenant: "T1", member: true } as const;
const discord = { platform: "discord", member: true } as const;
const ACTORS: [name: string, actor: Actor][] = [
  ["alice on the web", onTheWeb("alice")],
  ["alice in Slack", access.account({ ...slack, id: "U0ALICE" })],
  ["alice in Discord", access.account({ ...discord, id: "11" })],
  ["bob on the web", onTheWeb("bob")],
  ["bob in Slack", access.account({ ...slack, id: "U0BOB" })],
  ["carol on the web", onTheWeb("carol")],
  ["U9 of the Slack group", access.account({ ...slack, id: "U9", groups: ["slack-group:S1"] })],
  ["77 in Discord", access.account({ ...discord, id: "77" })],
  ["88 with the Discord role", access.account({ ...discord, id: "88", groups: ["discord-role:5"] })],
  ["a guest in Slack", access.account({ ...slack, id: "U8", member: false })],
  ["the admin", onTheWeb("admin")],
  ["mallory on the web", onTheWeb("mallory")],
];

function onTheWeb(id: string): Actor {
  const caller = access.person(id, "web");
  if (caller === undefined || caller.role === "agent") throw new Error(`${id} is nobody`);
  return caller.actor;
}

function raised(approvers: string[], requester: string | null): Checkpoint {
  const request = { kind: "confirm", payload: { summary: "Publish it" }, approvers: ["person:alice"] } as const;
  const first = raise(
    {
      request: { ...request, approvers: [...request.approvers], ...(requester && { requested_by: requester }) },
      caller: { role: "agent", name: "ci", agents: "any", person: null },
      id: "chk_truth_table",
      previous: null,
    },
    NOON,
    house,
  );
  if (first.type === "refused") throw new Error(first.detail);
  // As a policy would say it: a raiser may not ask for `anyone`.
  return { ...first.first.next, approvers };
}

function said(ruling: Ruling): string {
  if (ruling.type === "change") return "Y";
  if (ruling.type !== "refused") return ruling.type;
  return { self_approval: "s", not_an_approver: "-" }[ruling.code as string] ?? ruling.code;
}

const TABLE: [approvers: string[], requester: string | null, cells: string][] = [
  [["person:alice"], null, "YYY---------"],
  [["person:alice"], "person:alice", "sss---------"],
  [["person:alice"], "slack:T1/U0ALICE", "sss---------"],
  [["person:alice"], "discord:11", "sss---------"],
  [["person:alice"], "email:alice@example.com", "sss---------"],
  [["person:alice"], "person:bob", "YYY---------"],
  [["person:alice"], "slack:T1/U9", "YYY---------"],
  [["person:alice"], "discord:88", "YYY---------"],
  [["group:sre"], null, "YYYYYY------"],
  [["group:sre"], "person:alice", "sssYYY------"],
  [["group:sre"], "slack:T1/U0ALICE", "sssYYY------"],
  [["group:sre"], "discord:11", "sssYYY------"],
  [["group:sre"], "email:alice@example.com", "sssYYY------"],
  [["group:sre"], "person:bob", "YYYssY------"],
  [["group:sre"], "slack:T1/U9", "YYYYYY------"],
  [["group:sre"], "discord:88", "YYYYYY------"],
  [["group:all"], null, "YYYYYYYYY---"],
  [["group:all"], "person:alice", "sssYYYYYY---"],
  [["group:all"], "slack:T1/U0ALICE", "sssYYYYYY---"],
  [["group:all"], "discord:11", "sssYYYYYY---"],
  [["group:all"], "email:alice@example.com", "sssYYYYYY---"],
  [["group:all"], "person:bob", "YYYssYYYY---"],
  [["group:all"], "slack:T1/U9", "YYYYYYsYY---"],
  [["group:all"], "discord:88", "YYYYYYYYs---"],
  [["slack:T1/U0BOB", "discord:77"], null, "---YY--Y----"],
  [["slack:T1/U0BOB", "discord:77"], "person:alice", "---YY--Y----"],
  [["slack:T1/U0BOB", "discord:77"], "slack:T1/U0ALICE", "---YY--Y----"],
  [["slack:T1/U0BOB", "discord:77"], "discord:11", "---YY--Y----"],
  [["slack:T1/U0BOB", "discord:77"], "email:alice@example.com", "---YY--Y----"],
  [["slack:T1/U0BOB", "discord:77"], "person:bob", "---ss--Y----"],
  [["slack:T1/U0BOB", "discord:77"], "slack:T1/U9", "---YY--Y----"],
  [["slack:T1/U0BOB", "discord:77"], "discord:88", "---YY--Y----"],
  [["anyone"], null, "-YY-Y-YYY---"],
  [["anyone"], "person:alice", "-ss-Y-YYY---"],
  [["anyone"], "slack:T1/U0ALICE", "-ss-Y-YYY---"],
  [["anyone"], "discord:11", "-ss-Y-YYY---"],
  [["anyone"], "email:alice@example.com", "-ss-Y-YYY---"],
  [["anyone"], "person:bob", "-YY-s-YYY---"],
  [["anyone"], "slack:T1/U9", "-YY-Y-sYY---"],
  [["anyone"], "discord:88", "-YY-Y-YYs---"],
];

describe("who may approve whose request", () => {
  test("is a table of at least 400 cells", () => {
    expect(TABLE.length * ACTORS.length).toBe(480);
  });

  test.each(TABLE)("%j decide, asked for by %s: %s", (approvers, requester, cells) => {
    const checkpoint = raised(approvers, requester);
    const press = (action: "proceed" | "reject" | "cancel") =>
      ACTORS.map(([, actor]) => said(decide(checkpoint, { type: "act", actor, act: { action } }, NOON, house)));
    expect(press("proceed").join("")).toBe(cells);
    // To say no to what one asked for is no approval.
    expect(press("cancel").join("")).toBe(cells.replaceAll("s", "Y"));
  });
});
