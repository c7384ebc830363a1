import { describe, expect, test } from "vitest";
import { act, raised, town } from "../town.ts";

const tool = (tool_args: unknown = { path: "/tmp/x", force: false }) =>
  raised({ kind: "tool", payload: { tool_name: "delete_file", tool_args } });

describe("rule 10, edits", () => {
  test("what is edited is approved, and both versions are kept", () => {
    const ended = act(tool(), "bob", { action: "edit", edited: { path: "/tmp/y", force: false } });
    expect(ended.payload).toEqual({ tool_name: "delete_file", tool_args: { path: "/tmp/x", force: false } });
    expect(ended.decision).toMatchObject({
      action: "edit",
      outcome: "approved",
      edited: { path: "/tmp/y", force: false },
    });
  });

  test("the edit replaces the whole of the arguments", () => {
    expect(act(tool(), "bob", { action: "edit", edited: { path: "/tmp/y" } }).decision?.edited).toEqual({
      path: "/tmp/y",
    });
  });

  test("a task's output is edited in place, a text stays a text", () => {
    const task = raised({ kind: "task", payload: { agent: "Writer", output: "Dear all", context: {} } });
    expect(act(task, "bob", { action: "edit", edited: "Dear friends" }).decision?.edited).toBe("Dear friends");
    expect(town().rule(task, "bob", { action: "edit", edited: { text: "Dear friends" } })).toMatchObject({
      code: "invalid_edit",
      detail: "The edit must stay a string, not become an object.",
      errors: [{ pointer: "/edited", message: "must stay a string, not become an object" }],
    });
  });

  test("an edit that changes nothing is a plain approval, whatever the order of its keys", () => {
    const ended = act(tool(), "bob", { action: "edit", edited: { force: false, path: "/tmp/x" } });
    expect(ended.decision).toMatchObject({ action: "proceed", outcome: "approved" });
    expect(ended.decision).not.toHaveProperty("edited");
  });

  test.each([
    ["nothing", undefined, "The edit is missing: send what should stand there instead."],
    ["a list", ["/tmp/x"], "The edit must stay an object, not become a list."],
    ["a text", "/tmp/x", "The edit must stay an object, not become a string."],
    ["a number", 7, "The edit must stay an object, not become a number."],
    ["null", null, "The edit must stay an object, not become null."],
  ])("%s is no edit of an object", (_name, edited, detail) => {
    const edit = edited === undefined ? {} : { edited };
    expect(town().rule(tool(), "bob", { action: "edit", ...edit })).toMatchObject({ code: "invalid_edit", detail });
  });

  test("an edit that another policy would have taken is refused", () => {
    const place = town({
      policies: [
        { name: "big", when: { "payload.tool_args.amount": 1_000_000 }, approvers: ["person:carol"] },
        { name: "default", approvers: ["person:bob"] },
      ],
    });
    const small = place.raise({ kind: "tool", payload: { tool_name: "make_payment", tool_args: { amount: 10 } } });
    expect(place.rule(small, "bob", { action: "edit", edited: { amount: 1_000_000 } })).toMatchObject({
      type: "refused",
      code: "edit_out_of_policy",
      errors: [{ pointer: "/edited", message: 'falls under the policy "big"' }],
    });
    expect(place.act(small, "bob", { action: "edit", edited: { amount: 11 } }).decision).toMatchObject({
      action: "edit",
    });
  });

  test("a redaction mark that was left in place is handed back as it is", () => {
    const secret = tool({ path: "/tmp/x", key: "[redacted 24 chars]" });
    const ended = act(secret, "bob", { action: "edit", edited: { path: "/tmp/y", key: "[redacted 24 chars]" } });
    expect(ended.decision?.edited).toEqual({ path: "/tmp/y", key: "[redacted 24 chars]" });
  });
});
