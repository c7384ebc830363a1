/** What a crew cannot send, each with the code and the place of the fault; and the crew's own record of decisions. */
import { describe, expect, test } from "vitest";
import { auditEntry } from "../../../../adapters/agents/crewai/mapping.ts";
import type { JsonObject } from "../../../../src/json.ts";
import type { Logged } from "../../../../src/ports.ts";
import { checkpoint, person } from "../../../make.ts";
import { NOON } from "../../../town.ts";
import { asAgent, asBob } from "../doorstep.ts";
import { place, SAMPLE, TASK } from "./crew.ts";

describe("a request for review", () => {
  test.each([
    ["without a task", { task_id: undefined }, 422, "invalid_request", "/task_id"],
    ["with a task that is no text", { task_id: 7 }, 422, "invalid_request", "/task_id"],
    ["with a task that leads elsewhere", { task_id: ".." }, 422, "invalid_request", "/task_id"],
    ["without an agent", { agent: undefined }, 422, "invalid_request", "/agent"],
    ["without an output", { output: undefined }, 422, "invalid_request", "/output"],
    ["with a context that is no object", { context: "none" }, 422, "invalid_request", "/context"],
    ["with a webhook that is no text", { stepWebhookUrl: {} }, 422, "invalid_request", "/stepWebhookUrl"],
    ["that says who approves it", { approver: "bob" }, 400, "identity_in_body", "/approver"],
    ["that says who decided it", { decided_by: "bob" }, 400, "identity_in_body", "/decided_by"],
  ])("%s is refused", async (_, over, status, code, pointer) => {
    const { ask, all } = await place();
    expect(await ask({ ...SAMPLE, ...over })).toMatchObject({ status, body: { code, errors: [{ pointer }] } });
    expect(await all(TASK)).toEqual([]);
  });

  test.each([
    ["no JSON", "{", {}, 400, "not_json"],
    ["a task named twice", `{"task_id":"a","task_id":"b"}`, {}, 400, "not_json"],
    ["a list", "[]", {}, 422, "invalid_request"],
    ["another type", "{}", { "content-type": "text/plain" }, 415, "unsupported_media_type"],
    ["too much", `"${"x".repeat(256 * 1_024)}"`, {}, 413, "too_large"],
  ])("that is %s is refused", async (_, body, headers, status, code) => {
    const { call } = await place("resume", { signed: false });
    expect(await call("POST", "/approve", body, { ...asAgent, ...headers })).toMatchObject({ status, body: { code } });
  });

  test("takes no approver's token, no unknown query and no other method", async () => {
    const { call, url } = await place("resume", { signed: false });
    expect(await call("POST", "/approve", SAMPLE, asBob)).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect((await call("POST", "/approve?wait=3", SAMPLE, asAgent)).body.code).toBe("unknown_field");
    expect((await call("POST", "/approve?connection=other", SAMPLE, asAgent)).status).toBe(403);
    expect((await fetch(`${url}/approve`, { headers: asAgent })).status).toBe(404);
  });
});

describe("the crew's record of decisions", () => {
  const door = { protocol: "crewai", connection: "crew", thread: TASK, id: TASK } as const;
  const by = person("bob");
  const entry = (data: JsonObject, address?: string): Logged => ({
    seq: 7,
    entry: {
      ...{ id: "chk_0123456789", type: "checkpoint.resolved", revision: 2, at: NOON, host: NOON, by },
      ...{ digest: "", content: "", mac: "", data, ...(address === undefined ? {} : { address }) },
    },
  });
  const decided = { kind: "task", status: "resolved", door } as const;
  const line = { task_id: TASK, approver: "bob", timestamp: "2026-11-20T10:00:00.000Z" };

  test.each([
    ["proceed", "approved", {}, { decision: "approved", reason: null }],
    ["edit", "approved", { feedback: "Shorter" }, { decision: "approved", reason: "Shorter" }],
    ["revise", "changes", { feedback: "Too long" }, { decision: "revised", reason: "Too long" }],
    ["reject", "rejected", { reason: "Off brand" }, { decision: "rejected", reason: "Off brand" }],
  ] as const)("has a line for %s, with the address that it came from", (action, outcome, data, said) => {
    const decision = { action, outcome, by, at: NOON, digest: "", feedback: "as it was typed" };
    expect(auditEntry(checkpoint({ ...decided, decision }), entry(data, "192.0.2.7"))).toEqual({
      ...{ ...line, ...said, ip_address: "192.0.2.7" },
    });
  });

  test("has Timeout for what nobody decided, and nobody's address", () => {
    const policy = { kind: "policy", name: "default" } as const;
    const decision = { action: "reject", outcome: "timed_out", by: policy, at: NOON, digest: "" } as const;
    expect(auditEntry(checkpoint({ ...decided, status: "expired", decision }), entry({}))).toEqual({
      ...{ ...line, approver: "policy:default", decision: "rejected", reason: "Timeout", ip_address: null },
    });
  });

  test("has no line for what was withdrawn, or is no crew's", () => {
    expect(auditEntry(checkpoint({ ...decided, status: "withdrawn" }), entry({}))).toBeNull();
    const decision = { action: "proceed", outcome: "approved", by, at: NOON, digest: "" } as const;
    expect(auditEntry(checkpoint({ kind: "task", decision }), entry({}))).toBeNull();
  });
});
