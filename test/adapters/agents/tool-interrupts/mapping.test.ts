/** Interrupts and decisions in each other's words: every value of the document, sent or expected. */
import { describe, expect, test } from "vitest";
import { answerOf, approvalOf, auditEntry, raiseOf } from "../../../../adapters/agents/tool-interrupts/mapping.ts";
import type { Checkpoint } from "../../../../src/checkpoint.ts";
import type { ToolInterruptsConnection } from "../../../../src/connections.ts";
import { checkpoint, person } from "../../../make.ts";
import { NOON } from "../../../town.ts";
import { ops, sample } from "./ops.ts";

describe("of the document's samples", async () => {
  const place = await ops();
  const { agent, approve, newest, raise, stands } = place;

  test.each([
    "interrupt",
    "interrupt-of-the-quick-start",
    "interrupt-of-an-email",
    "interrupt-of-production",
    "interrupt-without-a-note",
  ])("%s is shown as it is", async (name) => {
    const { id, policy_note, ...rest } = sample(`sent/${name}`);
    expect((await raise(name, sample(`sent/${name}`))).status).toBe(201);
    const { kind, payload, door } = await newest(name);
    expect({ kind, payload }).toEqual({
      kind: "tool",
      payload: { ...rest, ...(policy_note === null ? {} : { policy_note }) },
    });
    expect(door?.id).toBe(id);
  });

  test.each([
    ["approval", "Accept", "APPROVED"],
    ["rejection", "Reject", "REJECTED"],
  ] as const)(
    "%s is taken as it is, sent on as it is, and recorded as the document's entry",
    async (name, action, word) => {
      const { thread_id, ...sent } = sample(`sent/${name}`);
      const thread = `user-${name}`;
      agent.interrupt(thread, sample("sent/interrupt") as never);
      await raise(thread, sample("sent/interrupt"));
      const answered = await approve({ ...sent, thread_id: thread });
      expect(answered).toMatchObject({ status: 200, body: { thread_id: thread, interrupt_id: "int_1", action } });
      expect(agent.got.at(-1)?.body).toEqual({ ...sample(`expected/${name}`), thread_id: thread });
      expect((await stands(thread, "int_1")).body).toMatchObject({ status: "resolved", action, timed_out: false });
      const entry = sample(`expected/audit-entry-${name === "approval" ? "approved" : "rejected"}`);
      const logged = (await place.office.log((await newest(thread)).id)).find(
        ({ entry }) => entry.type === "checkpoint.resolved",
      );
      if (logged === undefined) throw new Error("nothing is on record");
      expect(auditEntry(await newest(thread), logged)).toEqual({ ...entry, thread_id: thread });
      expect(entry.decision).toBe(word);
    },
  );
});

describe("what stands on the card", () => {
  const connection: ToolInterruptsConnection = {
    ...{ name: "ops", protocol: "tool-interrupts", edits: false },
    tools: { delete_file: { allowAuto: false, note: "This will permanently delete data." } },
  };
  const interrupt = { id: "int_1", tool_name: "delete_file", tool_args: { path: "/tmp/x" } };
  const raised = (more: object, over: Partial<ToolInterruptsConnection> = {}) =>
    raiseOf({ thread_id: "user-123", interrupt: { ...interrupt, ...more } }, { ...connection, ...over });

  test.each([
    ["the operator's note alone", {}, "This will permanently delete data."],
    ["the operator's before the agent's", { policy_note: "harmless" }, "This will permanently delete data.\nharmless"],
    [
      "one of two that are the same",
      { policy_note: "This will permanently delete data." },
      "This will permanently delete data.",
    ],
  ])("is %s", (_, more, note) => {
    expect(raised(more).payload.policy_note).toBe(note);
  });

  test("is no note of another tool, also not of one that is called like a member of every object", () => {
    for (const tool_name of ["constructor", "toString", "send_email"])
      expect(raised({ tool_name }).payload).toEqual({ tool_name, tool_args: { path: "/tmp/x" } });
  });

  test("is what a later agent says besides, but no other tool and arguments", () => {
    expect(raised({ risk: "high", created_at: "2026-11-20T10:00:00Z" }).payload).toMatchObject({
      risk: "high",
      created_at: "2026-11-20T10:00:00Z",
      tool_name: "delete_file",
    });
  });

  test("is Reject as what it does: the tool is skipped, and the agent goes on", () => {
    expect(raised({}).actions).toEqual(["proceed", { action: "reject", label: "skip the tool, go on" }]);
    expect(raised({}, { edits: true }).actions).toEqual([
      "proceed",
      "edit",
      { action: "reject", label: "skip the tool, go on" },
    ]);
  });
});

describe("how it stands, for the agent", () => {
  const by = person("bob");
  const door = { protocol: "tool-interrupts", connection: "ops", thread: "user-123", id: "int_1" } as const;
  const told = { thread_id: "user-123", interrupt_id: "int_1" };
  const as = (over: Partial<Checkpoint>) => checkpoint({ kind: "tool", door, ...over });
  const decided = (decision: object, status: Checkpoint["status"] = "resolved") =>
    as({ status, decision: { by, at: NOON, digest: "", ...decision } as never });

  test.each<[string, Checkpoint, object, object | null]>([
    ["waits", as({}), { status: "pending", action: null, approved: false, timed_out: false }, null],
    [
      "approved",
      decided({ action: "proceed", outcome: "approved" }),
      { status: "resolved", action: "Accept", approved: true, timed_out: false },
      { ...told, approved: true },
    ],
    [
      "approved with edits",
      decided({ action: "edit", outcome: "approved", edited: { path: "/tmp/y" } }),
      { status: "resolved", action: "Accept", approved: true, timed_out: false, tool_args: { path: "/tmp/y" } },
      { ...told, approved: true, tool_args: { path: "/tmp/y" } },
    ],
    [
      "rejected",
      decided({ action: "reject", outcome: "rejected", reason: "not that one" }),
      { status: "resolved", action: "Reject", approved: false, timed_out: false, reason: "not that one" },
      { ...told, approved: false, reason: "not that one" },
    ],
    [
      "timed out, whatever the policy's word for it",
      decided({ action: "proceed", outcome: "timed_out" }, "expired"),
      { status: "expired", action: "Reject", approved: false, timed_out: true },
      { ...told, approved: false, timed_out: true },
    ],
    [
      "withdrawn",
      as({ status: "withdrawn", withdrawn: { reason: "obsolete", by, at: NOON } }),
      { status: "withdrawn", action: "Reject", approved: false, timed_out: false, reason: "obsolete" },
      { ...told, approved: false, reason: "obsolete" },
    ],
  ])("%s", (_, record, stands, sent) => {
    expect(answerOf(record)).toEqual({ ...told, checkpoint_id: record.id, ...stands });
    if (sent !== null) expect(approvalOf(record)).toEqual(sent);
  });

  test("is recorded as rejected by nobody but the policy when it timed out, and not at all when it was withdrawn", () => {
    const logged = { seq: 1, entry: { at: NOON } } as never;
    const policy = { kind: "policy", name: "default" } as const;
    const expired = decided({ action: "reject", outcome: "timed_out", by: policy }, "expired");
    expect(auditEntry(expired, logged)).toMatchObject({ decision: "REJECTED", approver: "policy:default" });
    const withdrawn = as({ status: "withdrawn", withdrawn: { reason: "obsolete", by, at: NOON } });
    expect(auditEntry(withdrawn, logged)).toBeNull();
  });
});
