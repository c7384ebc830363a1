import { describe, expect, test } from "vitest";
import { ACTIONS, type ActionName, type KindName } from "../../src/checkpoint.ts";
import { SEED } from "../seeds.ts";
import { act, raised, town } from "../town.ts";

/** Rule 8, written out: what each kind offers, under which label, and whether its words are optional or required. */
const OFFERED: Record<KindName, [ActionName, string, "none" | "optional" | "required"][]> = {
  clarify: [
    ["answer", "Answer", "none"],
    ["cancel", "Cancel", "optional"],
  ],
  confirm: [
    ["proceed", "Proceed", "optional"],
    ["revise", "Revise", "required"],
    ["cancel", "Cancel", "optional"],
  ],
  preview: [
    ["proceed", "Proceed", "optional"],
    ["refine", "Refine", "required"],
    ["cancel", "Cancel", "optional"],
  ],
  validate: [
    ["proceed", "Proceed", "optional"],
    ["refine", "Refine", "required"],
    ["cancel", "Cancel", "optional"],
  ],
  tool: [
    ["proceed", "Approve", "optional"],
    ["edit", "Edit", "optional"],
    ["reject", "Reject", "optional"],
  ],
  task: [
    ["proceed", "Approve", "optional"],
    ["edit", "Edit", "optional"],
    ["revise", "Revise", "required"],
    ["reject", "Reject", "optional"],
  ],
  phase: [
    ["proceed", "Approve", "optional"],
    ["refine", "Modify", "required"],
    ["revise", "Redo", "required"],
  ],
};

/** Rule 7, written out. */
const OUTCOME: Record<ActionName, string> = {
  proceed: "approved",
  edit: "approved",
  answer: "answered",
  revise: "changes",
  refine: "changes",
  reject: "rejected",
  cancel: "rejected",
};

const kinds = Object.keys(OFFERED) as KindName[];
const EDITED: Partial<Record<KindName, unknown>> = { tool: { path: "/tmp/other" }, task: { subject: "Punchier" } };

function complete(kind: KindName, action: ActionName) {
  if (action === "answer") return { answers: { response: "Intermediate, with practical examples" } };
  if (action === "edit") return { edited: EDITED[kind] as never };
  return {};
}

describe.each(kinds)("a %s checkpoint", (kind) => {
  const payload = SEED[kind];

  test("offers its actions under their labels", () => {
    const offered = raised({ kind, payload }).actions.map((each) => [each.action, each.label, each.comment]);
    expect(offered).toEqual(OFFERED[kind]);
  });

  test.each(OFFERED[kind])("takes %s (%s) with its comment, and says what it means", (action) => {
    const words = action === "reject" || action === "cancel" ? { reason: "not today" } : { feedback: "well done" };
    const ended = act(raised({ kind, payload }), "bob", { action, ...complete(kind, action), ...words });
    expect(ended.status).toBe("resolved");
    expect(ended.decision).toMatchObject({ action, outcome: OUTCOME[action], ...words, by: { person: "bob" } });
  });

  test.each(OFFERED[kind])(
    "%s (%s) without a comment is taken only where the comment is not required",
    (action, label, comment) => {
      const checkpoint = raised({ kind, payload });
      for (const missing of [{}, { feedback: "", reason: "" }, { feedback: " \n\t", reason: " \n\t" }]) {
        const ruling = town().rule(checkpoint, "bob", { action, ...complete(kind, action), ...missing });
        if (comment === "required") {
          expect(ruling).toMatchObject({
            type: "form",
            refusal: { code: "feedback_required", detail: `${label} needs feedback: what should change?` },
          });
        } else expect(ruling).toMatchObject({ type: "change", next: { status: "resolved" } });
      }
    },
  );

  test("can be told to require a comment on every action", () => {
    for (const [action] of OFFERED[kind]) {
      const others = OFFERED[kind].map(([name]) => name).filter((name) => name !== action);
      const checkpoint = raised({ kind, payload, actions: [{ action, comment: "required" }, ...others] });
      const ruling = town().rule(checkpoint, "bob", { action, ...complete(kind, action) });
      const code = action === "reject" || action === "cancel" ? "reason_required" : "feedback_required";
      expect(ruling).toMatchObject({ type: "form", refusal: { code } });
    }
  });

  test("refuses every action that it does not offer", () => {
    const names = OFFERED[kind].map(([action]) => action);
    for (const action of ACTIONS.filter((name) => !names.includes(name)))
      expect(town().rule(raised({ kind, payload }), "bob", { action, feedback: "x", reason: "x" })).toMatchObject({
        type: "refused",
        code: "action_not_offered",
        detail: `"${action}" is not offered here; choose one of: ${names.join(", ")}.`,
      });
  });
});
