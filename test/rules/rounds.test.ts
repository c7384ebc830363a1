import { describe, expect, test } from "vitest";
import { act, raised, town } from "../town.ts";

const preview = { kind: "preview", payload: { content: "## Overview" } } as const;

describe("rule 11, rounds", () => {
  test("refine ends the round, and the next one follows it", () => {
    const first = act(raised(preview), "bob", { action: "refine", feedback: "Add more error handling examples" });
    expect(first.status).toBe("resolved");
    const second = raised({ ...preview, previous: first.id }, {}, first);
    expect(second).toMatchObject({ round: 2, previous: first.id, status: "pending" });
  });

  test("route, approvers, priority and source are inherited unless given", () => {
    const first = raised({
      ...preview,
      approvers: ["person:bob"],
      route: ["slack:C1"],
      priority: "high",
      source: { session: "job_1" },
    });
    expect(raised({ ...preview, previous: first.id }, {}, first)).toMatchObject({
      approvers: ["person:bob"],
      route: ["slack:C1"],
      priority: "high",
      source: { session: "job_1" },
    });
    expect(
      raised({ ...preview, previous: first.id, approvers: ["person:carol"], route: ["web"] }, {}, first),
    ).toMatchObject({
      approvers: ["person:carol"],
      route: ["web"],
    });
  });

  test("people that escalation had added are not inherited", () => {
    const place = town({ policies: [{ name: "p", on_timeout: "escalate" }] });
    const first = place.look(place.raise({ ...preview, approvers: ["person:bob"] }), Number(raised(preview).due_at));
    expect(first.approvers).toEqual(["person:bob", "admin"]);
    expect(place.raise({ ...preview, previous: first.id }, {}, first).approvers).toEqual(["person:bob"]);
  });

  test("a round that is still pending is withdrawn in the same commit", () => {
    const first = raised(preview);
    const again = town().raising({ ...preview, previous: first.id }, {}, first);
    expect(again).toMatchObject({
      type: "raised",
      superseded: {
        next: { id: first.id, status: "withdrawn", decision: null, withdrawn: { by: { kind: "agent", name: "ci" } } },
        news: [{ type: "checkpoint.withdrawn" }],
      },
    });
  });

  test("another agent's checkpoint is no previous round", () => {
    const first = raised(preview);
    expect(town().raising({ ...preview, previous: first.id }, { name: "other" }, first)).toMatchObject({
      code: "not_found",
    });
    expect(
      town().raising({ ...preview, previous: first.id, source: { agent: "somebody-else" } }, {}, first),
    ).toMatchObject({ code: "not_found" });
  });

  test("in the last round the changing actions are not offered", () => {
    const place = town({ policies: [{ name: "p", max_rounds: 2 }] });
    const first = place.raise(preview);
    expect(first.actions.map((each) => each.action)).toEqual(["proceed", "refine", "cancel"]);
    const second = place.raise({ ...preview, previous: first.id }, {}, first);
    expect(second.actions.map((each) => each.action)).toEqual(["proceed", "cancel"]);
  });

  test("where only changes were offered besides approving, the last round still can be refused", () => {
    const place = town({ policies: [{ name: "p", max_rounds: 1 }] });
    const only = place.raise({ ...preview, actions: ["proceed", "refine"] });
    expect(only.actions.map((each) => each.action)).toEqual(["proceed", "cancel"]);
  });
});

describe("withdrawal", () => {
  const asked = () => raised({ ...preview, approvers: ["person:bob"], requested_by: "person:alice" });

  test.each([
    ["the agent that raised it", "agent ci", true],
    ["another agent", "agent other", false],
    ["the requester", "alice", true],
    ["the requester, from a linked account", "alice on slack", true],
    ["the admin", "admin", true],
    ["an approver", "bob", false],
  ])("%s: %s", (_who, caller, may) => {
    const ruling = town().withdraw(asked(), caller, "not needed any more");
    if (may)
      expect(ruling).toMatchObject({
        type: "change",
        next: { status: "withdrawn", decision: null, withdrawn: { reason: "not needed any more" } },
      });
    else expect(ruling).toMatchObject({ type: "refused", code: "forbidden" });
  });

  test("what has ended cannot be withdrawn", () => {
    const ended = act(asked(), "bob", { action: "proceed" });
    expect(town().withdraw(ended, "agent ci", "late")).toMatchObject({ code: "already_resolved" });
  });

  test("nobody decides what was withdrawn, and is told who withdrew it", () => {
    const ruling = town().withdraw(asked(), "alice", "not needed any more");
    if (ruling.type !== "change") throw new Error("refused");
    expect(town().rule(ruling.next, "bob", { action: "proceed" })).toMatchObject({
      code: "withdrawn",
      detail: "Alice withdrew it at 2026-11-20 10:00 UTC: not needed any more",
    });
  });
});
