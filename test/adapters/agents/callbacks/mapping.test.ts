/** Prompts and checkpoints in each other's words: every sample of the documents, and what no document has. */
import { describe, expect, test } from "vitest";
import { carryOf, isSame, type Looked, lookedAt } from "../../../../adapters/agents/callbacks/looked.ts";
import { raiseOf, responseOf } from "../../../../adapters/agents/callbacks/mapping.ts";
import type { Act } from "../../../../src/card.ts";
import type { Checkpoint } from "../../../../src/checkpoint.ts";
import type { JsonObject } from "../../../../src/json.ts";
import { kindOf } from "../../../../src/kinds/index.ts";
import { checkpoint, person } from "../../../make.ts";
import { fleet, samples } from "./fleet.ts";

const asked: Record<string, JsonObject> = {
  clarify: { questions: [{ question: "What level?" }] },
  structured: {
    questions: [
      { question: "What level?", key: "level" },
      { question: "What focus?", key: "focus" },
    ],
  },
  confirm: { summary: "Python async programming" },
  preview: { content: "## Overview" },
  validate: { report: "Status: PASSED", passed: true },
};

/** The act that each response of the documents follows from; null: none of a person, but a policy's. */
const ACTS: Record<string, Act | null> = {
  "clarify-auto": null,
  "clarify-free-1": { action: "answer", answers: { response: "Intermediate level with practical examples" } },
  "clarify-free-2": { action: "answer", answers: { response: "Intermediate level with practical examples" } },
  "clarify-free-3": { action: "answer", answers: { response: "intermediate level" } },
  "clarify-structured-1": { action: "answer", answers: { level: "intermediate", focus: "practical" } },
  "clarify-structured-2": { action: "answer", answers: { level: "intermediate", focus: "practical" } },
  "confirm-auto": null,
  "confirm-cancel": { action: "cancel" },
  "confirm-proceed-1": { action: "proceed", feedback: "Make it more advanced" },
  "confirm-proceed-2": { action: "proceed" },
  "confirm-revise-1": { action: "revise", feedback: "Make it more advanced, targeting expert developers" },
  "confirm-revise-2": { action: "revise", feedback: "Make it more advanced" },
  "preview-cancel": { action: "cancel" },
  "preview-proceed-1": { action: "proceed", feedback: "Add more error handling examples" },
  "preview-proceed-2": { action: "proceed" },
  "preview-refine": {
    action: "refine",
    feedback: "Add more error handling examples and a troubleshooting section",
  },
  "validate-cancel": { action: "cancel" },
  "validate-proceed-1": { action: "proceed", feedback: "Add one more example to meet the minimum" },
  "validate-proceed-2": { action: "proceed" },
  "validate-refine": { action: "refine", feedback: "Add 2 more examples to meet the minimum requirement" },
};

describe("of the documents' samples", async () => {
  const people = await fleet();
  const auto = await fleet({ policies: [{ name: "auto-approve", when: { agent: "fleet" }, auto: "proceed" }] });

  test.each(samples("sent"))("the payload %s is taken as it is", async (name, payload) => {
    const kind = name.split("-")[0] ?? "";
    expect(await people.hook(kind, payload, name)).toMatchObject({ status: 200, body: { status: "queued" } });
    expect(await people.newest(name)).toMatchObject({ kind, payload, source: { agent: "fleet", session: name } });
  });

  test.each(samples("expected"))("the response %s is what the workflow hears", async (name, response) => {
    const act = ACTS[name];
    const [kind = "", form = ""] = name.split("-");
    const payload = asked[form] ?? asked[kind] ?? {};
    if (act === null) {
      expect(await auto.waits(kind, payload, name)).toEqual({ status: 200, body: response });
      const by = { kind: "policy", name: "auto-approve" };
      expect((await auto.newest(name)).decision).toMatchObject({ by });
      return;
    }
    const heard = people.waits(kind, payload, name, 20);
    expect(await people.act(await people.open(name), act ?? { action: "answer" })).toBe("resolved");
    expect(await heard).toEqual({ status: 200, body: response });
  });

  test("none is left out", () => {
    expect(samples("expected").map(([name]) => name)).toEqual(Object.keys(ACTS));
    expect(samples("sent")).toHaveLength(10);
  });
});

describe("a prompt", () => {
  test("of a type that nobody knows is shown with all that it holds, to be confirmed", () => {
    const payload = { checks: ["unit", "types"], summary: { tests: 3 }, confidence: "high", path: 7 };
    const raised = raiseOf({ checkpoint: "tdd_green", payload, job_id: "job_1" }, "fleet");
    expect(raised).toEqual({
      kind: "confirm",
      title: "tdd_green",
      source: { session: "job_1", agent: "fleet", step: "tdd_green" },
      payload: {
        checks: ["unit", "types"],
        "summary (as sent)": { tests: 3 },
        "confidence (as sent)": "high",
        "path (as sent)": 7,
        summary: "tdd_green",
      },
    });
    expect(kindOf("confirm").payload.safeParse(raised.payload).success).toBe(true);
  });

  test("that was found by looking is shown also where it is not what its type should be", () => {
    const strange = raiseOf(
      { checkpoint: "clarify", payload: { questions: { a: 1 } }, job_id: "job_1" },
      "fleet",
      true,
    );
    expect(strange).toMatchObject({
      kind: "clarify",
      payload: { "questions (as sent)": { a: 1 }, questions: "What should the agent know?" },
    });
    const empty = raiseOf({ checkpoint: "preview", payload: {}, job_id: "job_1" }, "fleet", true);
    expect(empty).toMatchObject({ kind: "confirm", title: "preview", payload: { summary: "preview" } });
  });

  test("that a workflow calls with is refused where it is not what its type should be", () => {
    expect(raiseOf({ checkpoint: "clarify", payload: {}, job_id: "job_1" })).toEqual({
      kind: "clarify",
      payload: {},
      source: { session: "job_1" },
    });
  });

  const WAITING = { status: "pending_hitl", type: "confirm", summary: "Publish?", path: null };
  test.each<[string, JsonObject, Looked["type"]]>([
    ["a prompt", WAITING, "prompt"],
    ["a prompt for user input", { ...WAITING, status: "pending_user_input" }, "prompt"],
    ["a prompt whose type is missing", { ...WAITING, type: null }, "prompt"],
    ["pending", { status: "pending" }, "away"],
    ["running", { status: "running", type: "confirm", summary: "Publish?" }, "away"],
    ["completed", { status: "completed" }, "over"],
    ["failed", { status: "failed", error: "HITL interaction timed out" }, "over"],
    ["cancelled", { status: "cancelled" }, "over"],
    ["an error that came with 200", { error: "database is down" }, "unclear"],
    ["a status that is no word", { status: 42, type: "confirm" }, "unclear"],
    ["nothing", {}, "unclear"],
  ])("of its server: %s", (_, value, type) => {
    expect(lookedAt(value, "job_1").type).toBe(type);
  });

  test("is what is left without the fields of the job and those of other types", () => {
    const more = { current_phase: "1", progress_message: "…", updated_at: "now", questions: null, extra: 1 };
    expect(lookedAt({ ...WAITING, ...more }, "job_1")).toEqual({
      type: "prompt",
      prompt: { checkpoint: "confirm", payload: { summary: "Publish?", extra: 1 }, job_id: "job_1" },
    });
  });

  test.each<[string, string, JsonObject, boolean, boolean | undefined]>([
    ["the same called again", "confirm", { summary: "a", path: "p" }, false, true],
    ["another one called", "confirm", { summary: "a" }, false, false],
    ["the same, as its server shows it", "confirm", { summary: "a", highlights: [] }, true, true],
    ["another one that its server shows", "confirm", { summary: "b", path: "p" }, true, false],
    ["one that has nothing to compare", "confirm", { extra: 1 }, true, undefined],
    ["one of another type", "preview", { summary: "a", path: "p" }, true, false],
  ])("is known for the question that was called with, or not: %s", (_, type, payload, watched, same) => {
    const called = { checkpoint: "confirm", payload: { summary: "a", path: "p" }, job_id: "job_1" };
    const door = { protocol: "callbacks", connection: "fleet", thread: "job_1", id: "confirm" } as const;
    const carry = carryOf(called, false);
    expect(isSame({ ...door, carry }, { checkpoint: type, payload, job_id: "job_1" }, watched)).toBe(same);
  });
});

describe("an end", () => {
  const at = Date.parse("2026-11-20T11:00:00.000Z");
  const door = { protocol: "callbacks", connection: "fleet", thread: "job_1", id: "confirm" } as const;
  const ended = (over: Partial<Checkpoint>) => checkpoint({ door, ended_at: at, ...over });
  const by = person("bob");

  test("by silence reads as cancel, and says so", () => {
    const policy = { kind: "policy", name: "default" } as const;
    const decision = { action: "cancel", outcome: "timed_out", by: policy, at, digest: "" } as const;
    expect(responseOf(ended({ status: "expired", decision }))).toEqual({
      action: "cancel",
      feedback: "Timed out after 1h: nobody decided",
      timed_out: true,
    });
    // Whatever the policy hands back to others.
    expect(responseOf(ended({ status: "expired", decision: { ...decision, action: "proceed" } }))).toMatchObject({
      action: "cancel",
    });
  });

  test("by withdrawal reads as cancel, with its reason", () => {
    expect(responseOf(ended({ status: "withdrawn", withdrawn: { reason: "obsolete", by, at } }))).toEqual({
      action: "cancel",
      feedback: "Withdrawn: obsolete",
      withdrawn: true,
    });
  });

  test("of a preview that was shown as something else is still in a preview's words", () => {
    const decision = { action: "revise", outcome: "changes", feedback: "More", by, at, digest: "" } as const;
    expect(responseOf(ended({ status: "resolved", door: { ...door, id: "preview" }, decision }))).toEqual({
      action: "refine",
      feedback: "More",
    });
  });

  test("there is none while it is pending", () => {
    expect(responseOf(checkpoint({ door }))).toBeUndefined();
  });
});
