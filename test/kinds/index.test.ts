import { describe, expect, it } from "vitest";
import { z } from "zod";
import { KINDS } from "../../src/checkpoint.ts";
import { KIND_LIST, kindOf } from "../../src/kinds/index.ts";
import { SEEDS } from "../seeds.ts";

const SAMPLES = KINDS.flatMap((kind) => SEEDS[kind].map((seed) => ({ kind, ...seed })));

describe("every kind", () => {
  it("has its place in the list", () => {
    expect(KIND_LIST.map((kind) => kind.name)).toEqual([
      "clarify",
      "confirm",
      "preview",
      "validate",
      "tool",
      "task",
      "phase",
    ]);
  });

  it("offers its actions in their order, under their labels", () => {
    const labels = KIND_LIST.map(({ name, actions }) => [
      name,
      ...actions.map(({ action, label }) => `${action}=${label}`),
    ]);
    expect(labels).toEqual([
      ["clarify", "answer=Answer", "cancel=Cancel"],
      ["confirm", "proceed=Proceed", "revise=Revise", "cancel=Cancel"],
      ["preview", "proceed=Proceed", "refine=Refine", "cancel=Cancel"],
      ["validate", "proceed=Proceed", "refine=Refine", "cancel=Cancel"],
      ["tool", "proceed=Approve", "edit=Edit", "reject=Reject"],
      ["task", "proceed=Approve", "edit=Edit", "revise=Revise", "reject=Reject"],
      ["phase", "proceed=Approve", "refine=Modify", "revise=Redo"],
    ]);
  });

  it("requires feedback where something is to change, and nowhere else", () => {
    const required = KIND_LIST.flatMap(({ name, actions }) =>
      actions.filter(({ comment }) => comment === "required").map(({ action }) => `${name} ${action}`),
    );
    expect(required).toEqual([
      "confirm revise",
      "preview refine",
      "validate refine",
      "task revise",
      "phase refine",
      "phase revise",
    ]);
  });

  it("has an hour, or in a pipeline as long as people take; tools and tasks time out as rejected", () => {
    expect(KIND_LIST.map(({ name, timeout, on_timeout }) => [name, timeout, on_timeout])).toEqual([
      ["clarify", 3_600_000, "cancel"],
      ["confirm", 3_600_000, "cancel"],
      ["preview", 3_600_000, "cancel"],
      ["validate", 3_600_000, "cancel"],
      ["tool", 3_600_000, "reject"],
      ["task", 3_600_000, "reject"],
      ["phase", null, "cancel"],
    ]);
  });

  it("lets only tool calls demand that everything is seen", () => {
    expect(KIND_LIST.filter((kind) => kind.seeAll).map((kind) => kind.name)).toEqual(["tool"]);
  });

  it.each(SAMPLES)("takes the $kind of $source as it is", ({ kind, payload }) => {
    expect(kindOf(kind).payload.parse(payload)).toEqual(payload);
  });

  it.each(SAMPLES)("leaves nothing unseen of the $kind of $source", ({ kind, payload }) => {
    const shown = JSON.stringify([kindOf(kind).facts(payload), kindOf(kind).body(payload)]);
    for (const part of leaves(payload)) expect(shown).toContain(JSON.stringify(part).slice(1, -1));
  });

  it("shows a field that it does not know", () => {
    for (const kind of KIND_LIST) {
      const payload = { ...SEEDS[kind.name][0].payload, surprise: { deep: ["hidden treasure"] }, note_2: "a\nb" };
      expect(kind.payload.safeParse(payload).success).toBe(true);
      const shown = JSON.stringify(kind.body(payload));
      expect(shown).toContain("hidden treasure");
      expect(shown).toContain('{"type":"text","label":"note_2","text":"a\\nb"}');
    }
  });

  it("can be published as a schema under its name", () => {
    const names = KIND_LIST.map((kind) => z.globalRegistry.get(kind.payload)?.id);
    expect(names).toEqual([
      "ClarifyPayload",
      "ConfirmPayload",
      "PreviewPayload",
      "ValidatePayload",
      "ToolPayload",
      "TaskPayload",
      "PhasePayload",
    ]);
    for (const kind of KIND_LIST) expect(() => z.toJSONSchema(kind.payload, { unrepresentable: "any" })).not.toThrow();
  });
});

/** Every text and number of a payload, but not what only says that there is nothing or that something passed. */
function leaves(value: unknown): (string | number)[] {
  if (typeof value === "string" || typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leaves) : [];
}
