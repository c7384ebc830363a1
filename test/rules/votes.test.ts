import { describe, expect, test } from "vitest";
import { SEED } from "../seeds.ts";
import { act, raised, town } from "../town.ts";

const payment = {
  kind: "tool",
  payload: { tool_name: "make_payment", tool_args: { amount: 120, to: "ACME" } },
} as const;
const shared = () => raised({ ...payment, approvers: ["group:sre"], quorum: 2 });

describe("rule 6, votes", () => {
  test("an approval short of the quorum is recorded and ends nothing", () => {
    const once = act(shared(), "bob", { action: "proceed", feedback: "fine by me" });
    expect(once.status).toBe("pending");
    expect(once.decision).toBeNull();
    expect(once.votes).toMatchObject([{ action: "proceed", feedback: "fine by me", by: { person: "bob" } }]);
  });

  test("the second person's approval ends it", () => {
    const twice = act(act(shared(), "bob", { action: "proceed" }), "carol", { action: "proceed" });
    expect(twice).toMatchObject({
      status: "resolved",
      decision: { action: "proceed", outcome: "approved", by: { person: "carol" } },
    });
    expect(twice.votes.map((vote) => vote.by)).toMatchObject([{ person: "bob" }, { person: "carol" }]);
  });

  test("one person is one vote, from whichever account", () => {
    const once = act(shared(), "bob", { action: "proceed" });
    for (const account of ["bob", "bob on slack", "bob on discord"])
      expect(town().rule(once, account, { action: "proceed" })).toMatchObject({
        type: "refused",
        code: "already_voted",
        detail: "Your approval is already recorded; one more person has to approve.",
      });
  });

  test.each([
    [{ ...payment, approvers: ["group:sre"], quorum: 2 }, { action: "reject", reason: "wrong account" }, "rejected"],
    [
      { kind: "task", payload: SEED.task, approvers: ["group:sre"], quorum: 2 },
      { action: "revise", feedback: "shorter" },
      "changes",
    ],
    [
      { kind: "phase", payload: SEED.phase, approvers: ["group:sre"], quorum: 2 },
      { action: "refine", feedback: "add a queue" },
      "changes",
    ],
    [{ kind: "confirm", payload: SEED.confirm, approvers: ["group:sre"], quorum: 2 }, { action: "cancel" }, "rejected"],
  ] as const)("any one objection by an approver ends it at once (%#)", (request, objection, outcome) => {
    const ended = act(act(raised(request), "bob", { action: "proceed" }), "carol", objection);
    expect(ended).toMatchObject({ status: "resolved", decision: { ...objection, outcome, by: { person: "carol" } } });
  });

  test("who has approved may still veto", () => {
    const vetoed = act(act(shared(), "bob", { action: "proceed" }), "bob", {
      action: "reject",
      reason: "looked again",
    });
    expect(vetoed.decision).toMatchObject({ outcome: "rejected", reason: "looked again", by: { person: "bob" } });
  });

  test("an edit opens a new digest: earlier votes do not count, its author has voted", () => {
    const first = act(shared(), "bob", { action: "proceed" });
    const edited = act(first, "carol", { action: "edit", edited: { amount: 100, to: "ACME" } });
    expect(edited.status).toBe("pending");
    expect(edited.digest).not.toBe(first.digest);
    expect(town().rule(edited, "carol", { action: "proceed" })).toMatchObject({ code: "already_voted" });
    const done = act(edited, "bob", { action: "proceed" });
    expect(done.decision).toMatchObject({
      action: "edit",
      outcome: "approved",
      edited: { amount: 100, to: "ACME" },
      digest: edited.digest,
      by: { person: "bob" },
    });
  });

  test("an edit of an edit starts counting again", () => {
    const once = act(shared(), "bob", { action: "edit", edited: { amount: 100, to: "ACME" } });
    const again = act(once, "carol", { action: "edit", edited: { amount: 90, to: "ACME" } });
    expect(again).toMatchObject({ status: "pending", edited: { value: { amount: 90, to: "ACME" } } });
    expect(act(again, "bob", { action: "proceed" }).decision).toMatchObject({ edited: { amount: 90, to: "ACME" } });
  });

  test("an edit back to the original counts the votes that the original has", () => {
    const bobs = act(shared(), "bob", { action: "proceed" });
    const daves = act(bobs, "dave", { action: "edit", edited: { amount: 1, to: "ACME" } });
    const back = act(daves, "carol", { action: "edit", edited: { amount: 120, to: "ACME" } });
    expect(back).toMatchObject({
      status: "resolved",
      edited: null,
      decision: { action: "proceed", by: { person: "carol" } },
    });
  });

  test("an answer needs no quorum", () => {
    const asked = raised({
      kind: "clarify",
      payload: { questions: [{ question: "Which?" }] },
      approvers: ["group:sre"],
      quorum: 2,
    });
    expect(act(asked, "bob", { action: "answer", answers: { response: "this" } }).decision).toMatchObject({
      outcome: "answered",
    });
  });

  test("votes short of the quorum at due time stay in the record of what timed out", () => {
    const once = act(shared(), "bob", { action: "proceed" });
    const late = town().look(once, Number(once.due_at));
    expect(late).toMatchObject({
      status: "expired",
      decision: { outcome: "timed_out", by: { kind: "policy" } },
      votes: [{ by: { person: "bob" } }],
    });
  });

  test("whoever comes after the end is told who, what and when", () => {
    const ended = act(raised({ ...payment, approvers: ["group:sre"] }), "bob", { action: "reject", reason: "no" });
    expect(town().rule(ended, "carol", { action: "proceed" })).toMatchObject({
      type: "refused",
      code: "already_resolved",
      detail: "Already resolved by Bob at 2026-11-20 10:00 UTC: reject.",
    });
  });
});
