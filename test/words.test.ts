import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Act } from "../src/card.ts";
import type { KindName, OfferedAction } from "../src/checkpoint.ts";
import { kindOf } from "../src/kinds/index.ts";
import { type Context, type Reading, readReply } from "../src/words.ts";
import { costOf } from "./cost.ts";

const USUAL: Context = { mentioned: false, mayReplyFeedback: null, complete: true, direct: false };

/** The truth table: what is said, on which kind of card, in what context; and what it comes to. */
type Row = [said: string, on: KindName, context: Partial<Context>, means: Expected];
type Expected = Act | "ask" | "comment" | "none";

const PROCEED: Act = { action: "proceed" };

const TABLE: Row[] = [
  // Approving words are the whole message, on a card that shows everything.
  ["proceed", "confirm", {}, PROCEED],
  ["approve", "tool", {}, PROCEED],
  ["accept", "validate", {}, PROCEED],
  ["yes", "preview", {}, PROCEED],
  ["ok", "phase", {}, PROCEED],
  ["lgtm", "task", {}, PROCEED],
  ["  LGTM!  ", "task", {}, PROCEED],
  ["Yes.", "confirm", {}, PROCEED],
  ["approve", "confirm", { mentioned: true }, PROCEED],
  ["ok", "confirm", { direct: true }, PROCEED],
  ["approve", "tool", { complete: false }, "ask"],
  ["approve", "tool", { complete: false, mentioned: true }, "ask"],
  ["ok", "confirm", { mayReplyFeedback: "revise" }, "ask"],
  ["yes?", "confirm", {}, "comment"],
  ["yes but make it shorter", "confirm", {}, "comment"],
  ["ok, and then?", "confirm", {}, "comment"],
  ["ok\nshorter", "confirm", {}, "comment"],
  ["approve: looks fine", "confirm", {}, "comment"],
  ["approve it", "confirm", { mentioned: true }, "comment"],
  ["approved", "confirm", {}, "comment"],
  ["I approve", "confirm", {}, "comment"],
  ["not ok", "confirm", {}, "comment"],
  ["okay", "confirm", {}, "comment"],
  ["y", "confirm", {}, "comment"],
  ["👍", "confirm", {}, "comment"],
  ["ok\u200b", "confirm", {}, "comment"],
  ["оk", "confirm", {}, "comment"], // with a Cyrillic o
  // An approving word where nothing can be approved.
  ["yes", "clarify", {}, "comment"],
  ["ok", "clarify", { direct: true }, "comment"],
  // A bare no does not say what it refuses.
  ["no", "confirm", {}, "ask"],
  ["N", "tool", {}, "ask"],
  ["stop!", "task", {}, "ask"],
  ["no", "clarify", {}, "ask"],
  ["no", "confirm", { direct: true }, "ask"],
  ["stop", "confirm", { mayReplyFeedback: "revise" }, "ask"],
  ["no, because it is too long", "confirm", {}, "comment"],
  // Words for a change, for whichever the kind offers.
  ["revise: shorter", "confirm", {}, { action: "revise", feedback: "shorter" }],
  ["Revise : shorter", "confirm", {}, { action: "revise", feedback: "shorter" }],
  ["revise：shorter", "confirm", {}, { action: "revise", feedback: "shorter" }],
  ["revise:\n- shorter\n- calmer", "confirm", {}, { action: "revise", feedback: "- shorter\n- calmer" }],
  ["refine: shorter", "confirm", {}, { action: "revise", feedback: "shorter" }],
  ["change: shorter", "confirm", {}, { action: "revise", feedback: "shorter" }],
  ["revise: shorter", "preview", {}, { action: "refine", feedback: "shorter" }],
  ["change: shorter", "validate", {}, { action: "refine", feedback: "shorter" }],
  ["modify: add a queue", "phase", {}, { action: "refine", feedback: "add a queue" }],
  ["refine: add a queue", "phase", {}, { action: "refine", feedback: "add a queue" }],
  ["redo: use Django", "phase", {}, { action: "revise", feedback: "use Django" }],
  ["revise: use Django", "phase", {}, { action: "revise", feedback: "use Django" }],
  ["change: use Django", "phase", {}, "ask"],
  ["change: use Django", "phase", { mayReplyFeedback: "revise" }, { action: "revise", feedback: "use Django" }],
  ["revise shorter", "confirm", { mentioned: true }, { action: "revise", feedback: "shorter" }],
  ["revise shorter", "confirm", {}, "comment"],
  ["revise\nshorter", "confirm", {}, "comment"],
  ["revise", "confirm", {}, "ask"],
  ["revise:", "confirm", {}, "ask"],
  ["revise: \u200b", "confirm", {}, "ask"],
  ["revise.", "confirm", { mentioned: true }, "ask"],
  ["revise: shorter", "tool", {}, "ask"],
  // Words for a refusal.
  ["reject", "tool", {}, { action: "reject" }],
  ["Reject!", "tool", {}, { action: "reject" }],
  ["reject: wrong file", "tool", {}, { action: "reject", reason: "wrong file" }],
  ["deny: wrong file", "task", {}, { action: "reject", reason: "wrong file" }],
  ["cancel: wrong file", "tool", {}, { action: "reject", reason: "wrong file" }],
  ["cancel", "confirm", {}, { action: "cancel" }],
  ["deny", "preview", {}, { action: "cancel" }],
  ["reject: not now", "clarify", {}, { action: "cancel", reason: "not now" }],
  ["cancel not now", "clarify", { mentioned: true }, { action: "cancel", reason: "not now" }],
  ["cancel that", "clarify", {}, "comment"],
  ["cancel:", "confirm", {}, "ask"],
  ["cancel", "confirm", { mayReplyFeedback: "revise" }, "ask"],
  ["cancel: never mind", "confirm", { mayReplyFeedback: "revise" }, { action: "cancel", reason: "never mind" }],
  ["reject: use Django", "phase", {}, "ask"],
  ["rejected", "tool", {}, "comment"],
  // Answers.
  ["answer: expert", "clarify", {}, { action: "answer", answers: { response: "expert" } }],
  ["answer expert", "clarify", { mentioned: true }, { action: "answer", answers: { response: "expert" } }],
  ["answer: yes", "clarify", {}, { action: "answer", answers: { response: "yes" } }],
  ["answer: ", "clarify", {}, "ask"],
  ["expert", "clarify", {}, "comment"],
  ["expert", "clarify", { direct: true }, "comment"],
  ["answer: expert", "confirm", {}, "ask"],
  // An edit needs its form.
  ["edit: path=/tmp/y", "tool", {}, "ask"],
  ["edit", "confirm", {}, "ask"],
  // Who pressed Revise or Refine may just reply.
  ["shorter please", "confirm", { mayReplyFeedback: "revise" }, { action: "revise", feedback: "shorter please" }],
  ["shorter please", "preview", { mayReplyFeedback: "refine" }, { action: "refine", feedback: "shorter please" }],
  ["no, shorter", "phase", { mayReplyFeedback: "refine" }, { action: "refine", feedback: "no, shorter" }],
  ["revise: shorter", "confirm", { mayReplyFeedback: "revise" }, { action: "revise", feedback: "shorter" }],
  ["shorter please", "tool", { mayReplyFeedback: "revise" }, "comment"],
  // The setting that takes every free reply as feedback, and never as an approval.
  ["shorter please", "confirm", { direct: true }, { action: "revise", feedback: "shorter please" }],
  ["shorter please", "preview", { direct: true }, { action: "refine", feedback: "shorter please" }],
  ["approve, but shorter", "phase", { direct: true }, { action: "revise", feedback: "approve, but shorter" }],
  ["shorter please", "tool", { direct: true }, "comment"],
  // Everything else is a comment; nothing is nothing.
  ["What does it cost?", "confirm", {}, "comment"],
  ["https://example.com: look", "confirm", {}, "comment"],
  ["note: revise later", "confirm", {}, "comment"],
  ["", "confirm", {}, "none"],
  [" \n\t", "confirm", { direct: true }, "none"],
  ["\u200b", "confirm", { mayReplyFeedback: "revise" }, "none"],
];

describe("a reply in a thread", () => {
  it.each(TABLE)("%j on a %s with %j means %j", (said, on, context, means) => {
    const reading = readReply(said, kindOf(on).actions, { ...USUAL, ...context });
    expect(reading.type === "act" ? reading.act : reading.type).toEqual(means);
  });

  it("never approves what is not one of six words", () => {
    const words = ["proceed", "approve", "accept", "yes", "ok", "lgtm"];
    const pieces = fc.constantFrom(...words, "Revise", "no", " ", ":", ": ", "\n", ".", "!", "@", "x", "\u200b", "not");
    const messages = fc.oneof(
      fc.array(pieces, { maxLength: 5 }).map((each) => each.join("")),
      fc.string(),
    );
    const contexts = fc.record({
      mentioned: fc.boolean(),
      mayReplyFeedback: fc.constantFrom("revise" as const, "refine" as const, null),
      complete: fc.boolean(),
      direct: fc.boolean(),
    });
    fc.assert(
      fc.property(
        messages,
        fc.constantFrom<KindName>("confirm", "tool", "task", "phase"),
        contexts,
        (said, on, context) => {
          const reading = readReply(said, kindOf(on).actions, context);
          if (reading.type !== "act" || reading.act.action !== "proceed") return;
          expect(context.complete).toBe(true);
          expect(words).toContain(
            said
              .trim()
              .toLowerCase()
              .replace(/[.!]*$/, ""),
          );
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("is asked back about in words that help", () => {
    const asked = (said: string, on: KindName, context: Partial<Context> = {}) => {
      const reading = readReply(said, kindOf(on).actions, { ...USUAL, ...context });
      return reading.type === "ask" ? reading.text : reading;
    };
    expect(asked("no", "confirm")).toBe(
      'Not sure what you mean by "no". You can reply `approve`, `revise: …`, `cancel: why`.',
    );
    expect(asked("revise: x", "tool")).toBe('"revise" is not offered here. You can reply `approve`, `reject: why`.');
    expect(asked("ok", "tool", { complete: false })).toBe(
      "This card does not show everything: open all of it, then press Approve.",
    );
    expect(asked("change: x", "phase")).toBe(
      '"change" may mean two things here. You can reply `approve`, `refine: …`, `revise: …`.',
    );
    expect(asked("revise", "confirm")).toBe("What should change? Reply `revise: …`.");
    expect(asked("cancel:", "confirm")).toBe("Reply `cancel: why`, or `cancel` without the colon.");
    expect(asked("ok", "confirm", { mayReplyFeedback: "revise" })).toBe(
      "You were about to ask for a change. Press Proceed on the card to approve instead.",
    );
  });

  it("that is a comment can be sent as what its author may have meant", () => {
    const offer = (said: string, on: KindName): Reading => readReply(said, kindOf(on).actions, USUAL);
    expect(offer("shorter", "confirm")).toEqual({
      type: "comment",
      offer: { label: "Send this as revise feedback", act: { action: "revise", feedback: "shorter" } },
    });
    expect(offer("shorter", "preview")).toEqual({
      type: "comment",
      offer: { label: "Send this as refine feedback", act: { action: "refine", feedback: "shorter" } },
    });
    expect(offer("yes", "clarify")).toEqual({
      type: "comment",
      offer: { label: "Send this as the answer", act: { action: "answer", answers: { response: "yes" } } },
    });
    expect(offer("wrong file", "tool")).toEqual({
      type: "comment",
      offer: { label: "Send this as the reason to reject", act: { action: "reject", reason: "wrong file" } },
    });
    expect(readReply("hm", [], USUAL)).toEqual({ type: "comment", offer: null });
  });

  it("gives the words that the raiser requires, or is asked for them", () => {
    const required = (action: OfferedAction["action"]): OfferedAction[] => [
      { action, label: action, comment: "required", reasons: [] },
    ];
    expect(readReply("ok", required("proceed"), USUAL).type).toBe("ask");
    expect(readReply("reject", required("reject"), USUAL).type).toBe("ask");
    expect(readReply("reject: too risky", required("reject"), USUAL)).toEqual({
      type: "act",
      act: { action: "reject", reason: "too risky" },
    });
  });

  it("is read in time, however long and odd", () => {
    const odd = [".".repeat(40_000), `revise${" ".repeat(40_000)}`, "a".repeat(40_000), `a${".".repeat(39_000)}x`];
    // Measured 3 ms.
    expect(
      costOf(() => {
        for (const said of odd) readReply(said, kindOf("confirm").actions, USUAL);
      }),
    ).toBeLessThan(200);
  });
});
