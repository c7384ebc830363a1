import { describe, expect, it } from "vitest";
import { render } from "../adapters/channels/discord/render.ts";
import { type By, type Checkpoint, type Decision, KINDS } from "../src/checkpoint.ts";
import type { JsonObject } from "../src/json.ts";
import { cardOf } from "../src/picture.ts";
import { rulesOf } from "../src/policy/redact/rules.ts";
import { costOf } from "./cost.ts";
import { expectGolden } from "./golden.ts";
import { checkpoint, DIGEST, person, RAISED } from "./make.ts";
import { SEEDS } from "./seeds.ts";

const NOW = RAISED + 60_000;
const toolCall = (tool_args: JsonObject, over: Partial<Checkpoint> = {}) =>
  checkpoint({ kind: "tool", payload: { tool_name: "delete_file", tool_args }, ...over });
const decision = (over: Partial<Decision>): Decision => ({
  action: "proceed",
  outcome: "approved",
  by: person("bob"),
  at: NOW,
  digest: DIGEST,
  ...over,
});

describe("the card of a sample payload", () => {
  it.each(KINDS)("of %s is as it was agreed", (kind) => {
    const cards = SEEDS[kind].map(({ payload }) => cardOf(checkpoint({ kind, payload }), NOW));
    expectGolden(kind, cards);
  });
});

describe("a card", () => {
  it("says who asks, from where and in which round", () => {
    expect(cardOf(checkpoint(), NOW).source).toBe("skill-fleet · create · job_1");
    expect(cardOf(checkpoint({ round: 2, previous: "chk_round_one" }), NOW).source).toBe(
      "skill-fleet · create · job_1 · round 2",
    );
    expect(cardOf(checkpoint({ source: { agent: "ci" } }), NOW).source).toBe("ci");
  });

  it("adds to the kind's facts what is out of the ordinary", () => {
    const source = { agent: "ci", step: "phase-1", url: "https://ci.example.com/1" };
    expect(cardOf(checkpoint({ priority: "high", requested_by: "person:ann", source }), NOW).facts).toEqual([
      { label: "Proposed path", value: "technical_skills/python/async" },
      { label: "Priority", value: "high" },
      { label: "Step", value: "phase-1" },
      { label: "Requested by", value: "person:ann" },
      { label: "Link", value: "https://ci.example.com/1" },
    ]);
  });

  it("links to the page of the checkpoint where there is one", () => {
    expect(cardOf(checkpoint(), NOW).url).toBeNull();
    expect(cardOf(checkpoint(), NOW, { url: "https://hitl.example.com/c/1" }).url).toBe("https://hitl.example.com/c/1");
  });

  it("must be seen in full where the kind or the policy says so", () => {
    const policy = { ...checkpoint().policy, see_all: true };
    expect(cardOf(checkpoint(), NOW).seeAll).toBe(false);
    expect(cardOf(checkpoint({ policy }), NOW).seeAll).toBe(true);
    expect(cardOf(toolCall({}), NOW).seeAll).toBe(true);
  });

  it("says what to set when nobody may decide", () => {
    const card = cardOf(checkpoint({ approvers: [] }), NOW);
    expect(card.state).toBe("Waiting for the admin · due in 59m (11:00 UTC)");
    expect(card.notes).toEqual(["Nobody but the admin may decide this yet. Set HITL_APPROVERS or `approvers:`"]);
    expect(card.actions).toHaveLength(3);
  });

  it("offers the actions under the raiser's labels, which never replace what the actions are", () => {
    const card = cardOf(
      checkpoint({
        actions: [
          { action: "proceed", label: "Ship\u202e it", comment: "optional", reasons: [] },
          { action: "revise", label: "Change it", comment: "required", reasons: ["Too long"] },
        ],
      }),
      NOW,
    );
    expect(card.actions.map(({ label, tone, form }) => [label, tone, form?.title ?? null])).toEqual([
      ["Proceed: Ship\\u{202E} it", "approve", null],
      ["Revise: Change it", "change", "Revise: Change it"],
    ]);
  });

  it.each<Partial<Checkpoint>>([
    { status: "resolved", decision: decision({}) },
    { status: "expired", decision: decision({ outcome: "timed_out", action: "cancel" }) },
    { status: "withdrawn", withdrawn: { reason: "x", by: { kind: "agent", name: "ci" }, at: NOW } },
  ])("offers nothing once it has ended: $status", (ended) => {
    expect(cardOf(checkpoint(ended), NOW).actions).toEqual([]);
    expect(cardOf(checkpoint({ ...ended, approvers: [] }), NOW).notes).toEqual([]);
  });

  it("says when less than all was shown to whom decided", () => {
    const ended = checkpoint({ status: "resolved", decision: decision({ shown: "2900/41338" }) });
    expect(cardOf(ended, NOW).notes).toEqual(["Decided with 2,900 of 41,338 characters shown"]);
  });

  it("shows what people wrote without what the settings call a secret: below the title, in a block, in the next round", () => {
    const rules = rulesOf({ keys: ["pin"], shapes: { email: true } });
    const drawn = (record: Checkpoint, previous?: Checkpoint) =>
      JSON.stringify(cardOf(record, NOW, { rules, ...(previous === undefined ? {} : { previous }) }));
    const said = "use pin=4821Zx and mail carol@example.com";
    const sentBack = (feedback: string) =>
      checkpoint({ status: "resolved", decision: decision({ action: "revise", outcome: "changes", feedback }) });
    const withdrawn = { reason: said, by: person("bob"), at: NOW };
    const cards = [
      drawn(sentBack(said)),
      drawn(sentBack(`${said}\nsoon`)),
      drawn(checkpoint({ round: 2 }), sentBack(said)),
      drawn(checkpoint({ status: "withdrawn", withdrawn })),
      drawn(checkpoint({ status: "resolved", decision: decision({ action: "answer", answers: { pin: "4821Zx" } }) })),
    ];
    for (const card of cards) {
      expect(card).not.toMatch(/4821Zx|carol@/);
      expect(card).toContain("[redacted 6 chars]");
    }
  });

  it("begins each of its notes where a message of Discord shows them, however long the agent makes them", () => {
    const words = Array.from({ length: 9 }, (_, index) => `${"\u0430_".repeat(40)}b${index}`).join(" ");
    const pointers = Array.from({ length: 9 }, (_, index) => `/payload/${`_.${index}`.repeat(60)}`);
    const values = pointers.map((pointer) => ({ pointer, chars: 8 }));
    const hidden = { count: 1_234, values, blocking: pointers, digest: DIGEST };
    const content = { summary: `${words}\n${"long ".repeat(4_000)}` };
    for (const payload of [content, { summary: "plain" }]) {
      const card = cardOf(checkpoint({ kind: "confirm", payload, hidden }), NOW);
      const message = JSON.stringify(render(card, () => "sign").message).replaceAll(/\\+/g, "");
      expect(message).toContain("1234 values hidden: payload.");
      expect(message).toContain("Approving is not offered");
      if (payload === content) expect(message).toContain("Not the letters that they look like: u{430}");
    }
  });

  it("gives long feedback room of its own after the end", () => {
    const words = (over: Partial<Decision>) =>
      cardOf(checkpoint({ status: "resolved", decision: decision(over) }), NOW).body[0];
    expect(words({ feedback: "a\nb" })).toEqual({ type: "text", label: "Feedback from Bob", text: "a\nb" });
    expect(words({ reason: "x".repeat(201) })).toMatchObject({ label: "Reason from Bob" });
    expect(words({ answers: { level: "expert", focus: "tests" } })).toEqual({
      type: "text",
      label: "Answers from Bob",
      text: "level: expert\nfocus: tests",
    });
    expect(words({ feedback: "short" })).toMatchObject({ label: "Understanding Summary" });
  });
});

describe("an edit on a card", () => {
  const edited = { value: { path: "/tmp/y", force: true }, by: person("bob"), at: NOW };

  it("is on the table in place of what the agent sent, and shown beside it", () => {
    const card = cardOf(toolCall({ path: "/tmp/x", force: true }, { edited }), NOW);
    expect(card.body).toEqual([
      {
        type: "diff",
        label: "Edited by Bob",
        text: '  {\n-   "path": "/tmp/x",\n+   "path": "/tmp/y",\n    "force": true\n  }',
      },
      {
        type: "table",
        label: "Arguments",
        columns: ["Argument", "Value"],
        rows: [
          ["path", "/tmp/y"],
          ["force", "true"],
        ],
      },
    ]);
    expect(card.actions.find(({ action }) => action === "edit")?.form?.fields[0]?.value).toBe("/tmp/y");
  });

  it("stays on the card after the end", () => {
    const ended = toolCall(
      { path: "/tmp/x", force: true },
      { status: "resolved", decision: decision({ action: "edit", edited: edited.value }) },
    );
    expect(cardOf(ended, NOW).body[0]).toMatchObject({ type: "diff", label: "Edited by Bob" });
  });

  it("of a text shows its lines", () => {
    const payload = { agent: "Writer", output: "# Post\nHello", context: {} };
    const text = { value: "# Post\nHello!", by: person("ann"), at: NOW };
    expect(cardOf(checkpoint({ kind: "task", payload, edited: text }), NOW).body).toEqual([
      { type: "diff", label: "Edited by Ann", text: "  # Post\n- Hello\n+ Hello!" },
      { type: "text", label: "Output", text: "# Post\nHello!" },
    ]);
  });
});

describe("a second round on a card", () => {
  const previous = checkpoint({
    id: "chk_round_one",
    payload: { summary: "• Target: beginners\n• Path: a/b", path: "a/b" },
    status: "resolved",
    decision: decision({ action: "revise", outcome: "changes", feedback: "Make it more advanced" }),
  });
  const second = (payload: JsonObject) => checkpoint({ round: 2, previous: previous.id, payload });

  it("shows what was asked for and what has changed since", () => {
    const card = cardOf(second({ summary: "• Target: experts\n• Path: a/b", path: "a/b", confidence: 0.9 }), NOW, {
      previous,
    });
    expect(card.body.slice(0, 2)).toEqual([
      { type: "text", label: "Asked for in round 1", text: "Make it more advanced" },
      {
        type: "diff",
        label: "Changes since round 1",
        text: "@ summary\n- • Target: beginners\n+ • Target: experts\n  • Path: a/b\n@ confidence\n+ 0.9",
      },
    ]);
  });

  it("says so when nothing has changed", () => {
    expect(cardOf(second(previous.payload), NOW, { previous }).body[1]).toEqual({
      type: "text",
      label: "Changes since round 1",
      text: "(none)",
    });
  });

  it("has nothing of it when the round before is not at hand", () => {
    expect(cardOf(second(previous.payload), NOW).body[0]).toMatchObject({ label: "Understanding Summary" });
  });
});

describe("whatever an agent or a person wrote", () => {
  const EVIL = "\u202e\u200b\u00a0";
  const hidden = /[\u202e\u200b\u00a0]/;

  it("is visible everywhere on the card", () => {
    const by: By = { ...person("bob"), name: `Bob${EVIL}` };
    const cards = [
      ...KINDS.map((kind) => checkpoint({ kind, payload: tainted(SEEDS[kind][0].payload, EVIL) as JsonObject })),
      checkpoint({
        title: `Title${EVIL}`,
        source: { agent: EVIL, workflow: EVIL, session: EVIL, step: EVIL, url: `https://x/${EVIL}` },
        requested_by: `person:${EVIL}`,
        approvers: [`group:${EVIL}`],
      }),
      toolCall({ [`key${EVIL}`]: EVIL }, { edited: { value: { [`key${EVIL}`]: "x" }, by, at: NOW } }),
      checkpoint({ status: "resolved", decision: decision({ by, feedback: `${EVIL}\nlines` }) }),
      checkpoint({ status: "withdrawn", withdrawn: { reason: EVIL, by, at: NOW } }),
    ].map((each) => cardOf(each, NOW, { previous: checkpoint({ payload: { summary: EVIL } }) }));
    for (const { actions, ...shown } of cards) {
      expect(JSON.stringify(shown)).not.toMatch(hidden);
      for (const { label, form } of actions) expect(`${label} ${form?.title} ${form?.submit}`).not.toMatch(hidden);
    }
  });

  it("stays as it was in what a form hands back", () => {
    const form = cardOf(toolCall({ path: `x${EVIL}` }), NOW).actions.find(({ action }) => action === "edit")?.form;
    expect(form?.fields[0]).toMatchObject({ name: "path", value: `x${EVIL}` });
  });

  it("never breaks out of its label", () => {
    const card = cardOf(
      checkpoint({ kind: "phase", payload: { phase: "a", summary: "b", outputs: { "A\nB": "c" } } }),
      NOW,
    );
    expect(card.body[1]).toEqual({ type: "text", label: "A\\u{A}B", text: "c" });
  });

  it("is pictured in time, at the size that a request may have", () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => `line ${index} of the text`).join("\n");
    const round = checkpoint({ round: 2, payload: { summary: lines } });
    const previous = checkpoint({ payload: { summary: lines.replaceAll("line", "row") } });
    // Measured 70 ms, with the processors busy.
    expect(costOf(() => cardOf(round, NOW, { previous }))).toBeLessThan(600);
  });
});

/** Every text and every key of a payload that the kind does not know, with `taint` at its end. */
function tainted(value: unknown, taint: string): unknown {
  if (typeof value === "string") return `${value}${taint}`;
  if (Array.isArray(value))
    return [...value.map((each) => tainted(each, taint)), ...(typeof value[0] === "string" ? [taint] : [])];
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([key, member]) => [key, tainted(member, taint)]);
  return Object.fromEntries([...members, [`extra${taint}`, { deep: taint }], [`line${taint}`, `a\n${taint}`]]);
}
