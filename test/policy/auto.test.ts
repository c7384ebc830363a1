/** Approved by a policy, without anybody being asked: only where a policy of the settings says so, and said everywhere. */
import { describe, expect, test } from "vitest";
import { openMemory } from "../../adapters/stores/memory/index.ts";
import type { Card, Note } from "../../src/card.ts";
import type { Policy } from "../../src/policy/policy.ts";
import type { Channel } from "../../src/ports.ts";
import { raiseRequest } from "../../src/request.ts";
import { logView, viewOf } from "../../src/view.ts";
import { office } from "../office.ts";
import { NOON, town } from "../town.ts";

const tool = { kind: "tool", payload: { tool_name: "read_file", tool_args: { path: "a.txt" } } } as const;
const POLICIES: Policy[] = [
  { name: "reads", when: { "payload.tool_name": { glob: "read_*" } }, auto: "proceed" },
  { name: "small", when: { "payload.tool_args.amount": { lt: 100 } }, auto: "proceed" },
  { name: "rest" },
];

test("the card, the person who asked, the API, the timeline and the record all name the policy", async () => {
  const cards: Card[] = [];
  const told: [string, Note][] = [];
  const shown = { type: "shown", message: "m1" } as const;
  const slack: Channel = {
    name: "slack",
    start: async () => {},
    stop: async () => {},
    post: async (_, card) => {
      cards.push(card);
      return shown;
    },
    update: async (_, card) => {
      cards.push(card);
      return shown;
    },
    tell: async (to, note) => {
      told.push([to, note]);
      return shown;
    },
  };
  const opened = openMemory({ clock: () => NOON });
  const bot = office(opened, { policies: POLICIES, channels: [slack] });
  await bot.raise({ id: "chk_auto_read", ...tool, requested_by: "person:alice" });
  await bot.timers();

  const by = { kind: "policy", name: "reads" };
  const record = await bot.record("chk_auto_read");
  expect(cards.at(-1)).toMatchObject({
    status: "resolved",
    state: "Approved by policy reads without asking anybody, 2026-11-20 10:00 UTC",
    actions: [],
  });
  expect(told).toMatchObject([
    ["slack:T1/U0ALICE", { type: "outcome", text: expect.stringContaining("policy reads") }],
  ]);
  expect(viewOf(record, "https://hitl.example.com")).toMatchObject({
    status: "resolved",
    policy: { name: "reads" },
    votes: [],
    decision: { action: "proceed", outcome: "approved", by },
  });
  const log = await bot.log("chk_auto_read");
  expect(log.map(logView).slice(0, 2)).toMatchObject([
    { type: "checkpoint.raised", data: { policy: "reads" } },
    { type: "checkpoint.resolved", by, data: { action: "proceed", outcome: "approved" } },
  ]);
  await opened.close();
});

describe("nobody is left out", () => {
  const place = town({ policies: POLICIES });

  test("where an agent asks for it itself", () => {
    expect(() => raiseRequest.parse({ ...tool, auto: "proceed" })).toThrow(/auto/);
    expect(() => raiseRequest.parse({ ...tool, policy: "reads" })).toThrow(/policy/);
  });

  test("where it is not offered to approve", () => {
    expect(place.raise({ ...tool, actions: ["edit", "reject"] }).status).toBe("pending");
  });

  test("where it cannot be told whether the policy holds", () => {
    const pay = (amount: unknown) => ({ kind: "tool", payload: { tool_name: "pay", tool_args: { amount } } });
    expect(place.raise(pay(99)).status).toBe("resolved");
    expect(place.raise(pay(100)).status).toBe("pending");
    expect(place.raise(pay(null)).status).toBe("pending");
    for (const amount of ["99", "1e9", true, [99], { value: 99 }])
      expect(place.refusal(pay(amount))).toMatchObject({ code: "policy_undecided" });
  });

  test("where somebody edits what was asked into what would have passed by itself", () => {
    const checkpoint = place.raise({ kind: "tool", payload: { tool_name: "pay", tool_args: { amount: 100 } } });
    for (const amount of [99, "99"])
      expect(place.rule(checkpoint, "bob", { action: "edit", edited: { amount } })).toMatchObject({
        type: "refused",
        code: "edit_out_of_policy",
      });
    expect(place.rule(checkpoint, "bob", { action: "edit", edited: { amount: 101 } })).toMatchObject({
      type: "change",
    });
  });
});
