import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { act, raised, town } from "../town.ts";

const tool = { kind: "tool", payload: { tool_name: "delete_file", tool_args: { path: "/tmp/x" } } } as const;

describe("rule 12, shown in full", () => {
  const part = { shown: { shown: 2_900, of: 41_338 } };

  test("a tool call is approved only where every argument was visible", () => {
    for (const attempt of [{ action: "proceed" }, { action: "edit", edited: { path: "/tmp/y" } }] as const)
      expect(town().rule(raised(tool), "bob", attempt, undefined, part)).toMatchObject({
        code: "not_shown_in_full",
        detail: "Only 2900 of 41338 characters were shown here; open all of it before you approve.",
      });
    expect(town().rule(raised(tool), "bob", { action: "reject" }, undefined, part)).toMatchObject({ type: "change" });
    expect(
      town().rule(raised(tool), "bob", { action: "proceed" }, undefined, { shown: { shown: 9, of: 9 } }),
    ).toMatchObject({ type: "change" });
  });

  test("elsewhere the record keeps how much was shown", () => {
    const ruling = town().rule(
      raised({ kind: "preview", payload: { content: "long" } }),
      "bob",
      { action: "proceed" },
      undefined,
      part,
    );
    expect(ruling).toMatchObject({ type: "change", next: { decision: { shown: "2900/41338" } } });
  });

  test("a policy can make it the rule for every kind", () => {
    const place = town({ policies: [{ name: "p", see_all: "required" }] });
    const ruling = place.rule(
      place.raise({ kind: "preview", payload: { content: "long" } }),
      "bob",
      { action: "proceed" },
      undefined,
      part,
    );
    expect(ruling).toMatchObject({ code: "not_shown_in_full" });
  });
});

describe("rule 13, the digest", () => {
  test("is the SHA-256 of the canonical JSON of what was asked, so that an agent can compute it", () => {
    const checkpoint = raised({ ...tool, source: { workflow: "cleanup", session: "s1" } });
    const text =
      '{"actions":["edit","proceed","reject"],"kind":"tool","payload":{"tool_args":{"path":"/tmp/x"},"tool_name":"delete_file"},' +
      `"policy":"${checkpoint.policy.version}","source":{"agent":"ci","workflow":"cleanup"},"v":1}`;
    expect(checkpoint.digest).toBe(`sha256:${createHash("sha256").update(text).digest("hex")}`);
  });

  test("does not depend on the order of keys, and on nothing cosmetic", () => {
    const { digest } = raised(tool);
    expect(raised({ ...tool, payload: { tool_args: { path: "/tmp/x" }, tool_name: "delete_file" } }).digest).toBe(
      digest,
    );
    expect(raised({ ...tool, title: "Another title", priority: "high", metadata: { a: 1 } }).digest).toBe(digest);
  });

  test.each([
    ["another argument", { payload: { tool_name: "delete_file", tool_args: { path: "/tmp/y" } } }],
    ["another type", { payload: { tool_name: "delete_file", tool_args: { path: ["/tmp/x"] } } }],
    ["one more argument", { payload: { tool_name: "delete_file", tool_args: { path: "/tmp/x", force: true } } }],
    ["another unicode form", { payload: { tool_name: "delete_file", tool_args: { path: "/tmp/x\u0301" } } }],
    ["other actions", { actions: ["proceed", "reject"] }],
    ["another workflow", { source: { workflow: "cleanup" } }],
  ] as const)("changes with %s", (_name, other) => {
    expect(raised({ ...tool, ...other } as never).digest).not.toBe(raised(tool).digest);
  });

  test("an act that names another digest is refused", () => {
    const checkpoint = raised(tool);
    expect(town().rule(checkpoint, "bob", { action: "proceed", digest: `sha256:${"0".repeat(64)}` })).toMatchObject({
      code: "digest_mismatch",
    });
    expect(act(checkpoint, "bob", { action: "proceed", digest: checkpoint.digest }).decision?.digest).toBe(
      checkpoint.digest,
    );
  });

  test("after an edit it is the edited payload's", () => {
    const edited = act(raised(tool), "bob", { action: "edit", edited: { path: "/tmp/y" } });
    const direct = raised({ ...tool, payload: { tool_name: "delete_file", tool_args: { path: "/tmp/y" } } });
    expect(edited.decision?.digest).toBe(direct.digest);
  });
});

describe("rule 14, answers", () => {
  const keyed = {
    kind: "clarify",
    payload: {
      questions: [
        { question: "Level?", key: "level", options: ["beginner", "expert"] },
        { question: "Focus?", key: "focus" },
      ],
    },
  } as const;
  const open = { kind: "clarify", payload: { questions: [{ question: "Level?" }, { question: "Focus?" }] } } as const;

  test("where all questions have keys, the answers have them too", () => {
    const answers = { level: "expert", focus: "practical" };
    expect(act(raised(keyed), "bob", { action: "answer", answers }).decision).toMatchObject({
      outcome: "answered",
      answers,
    });
  });

  test("one response is always accepted", () => {
    for (const request of [keyed, open])
      expect(
        act(raised(request), "bob", { action: "answer", answers: { response: "Expert, practical" } }).decision?.answers,
      ).toEqual({
        response: "Expert, practical",
      });
  });

  test.each([
    ["unknown keys", keyed, { level: "expert", focus: "practical", colour: "red" }],
    ["a missing key", keyed, { level: "expert" }],
    ["a blank answer", keyed, { level: "expert", focus: "  " }],
    ["a blank response", open, { response: " \n" }],
    ["no answers at all", open, undefined],
    ["an empty object", open, {}],
    ["keys that were not asked for", open, { level: "expert" }],
  ])("%s: asked again, never taken as a proceed", (_name, request, answers) => {
    const ruling = town().rule(raised(request), "bob", {
      action: "answer",
      ...(answers === undefined ? {} : { answers }),
    });
    expect(ruling).toMatchObject({ type: "refused", code: "invalid_answers" });
  });
});
