import { describe, expect, it } from "vitest";
import { render } from "../../../../adapters/channels/discord/render.ts";
import { fullView, noteView, notice } from "../../../../adapters/channels/discord/views.ts";
import { outdated } from "../../../../src/chat/sentences.ts";
import { type By, type Checkpoint, type Decision, KINDS } from "../../../../src/checkpoint.ts";
import { cardOf } from "../../../../src/picture.ts";
import { DEFAULT_RULES } from "../../../../src/policy/redact/rules.ts";
import { checkpoint, DIGEST, DUE, person, RAISED } from "../../../make.ts";
import { SEEDS } from "../../../seeds.ts";
import { buttonsIn, expectGolden, faultsOf, labelsIn, sign, wordsIn } from "./discord.ts";

const NOW = RAISED + 60_000;
const URL = "https://hitl.example.com/checkpoints/x";
const drawn = (over: Partial<Checkpoint> = {}, url: string | null = null) =>
  render(cardOf(checkpoint(over), NOW, { url }), sign);
const tool = (tool_args: Record<string, string>) =>
  drawn({ kind: "tool", payload: { tool_name: "write_file", tool_args } });
const bob = person("bob", "discord");
const decided = (over: Partial<Decision>): Partial<Checkpoint> => ({
  status: "resolved",
  decision: { action: "proceed", outcome: "approved", by: bob, at: NOW, digest: DIGEST, ...over },
});
const policy: By = { kind: "policy", name: "default" };
const timedOut: Partial<Checkpoint> = {
  status: "expired",
  decision: { action: "cancel", outcome: "timed_out", by: policy, at: DUE, digest: DIGEST },
};
const votes: Checkpoint["votes"] = [{ action: "proceed", by: bob, digest: DIGEST, at: NOW }];

describe("a card in Discord", () => {
  it.each(KINDS)("of the kind %s is as it was agreed", (kind) => {
    const { message } = drawn({ kind, payload: SEEDS[kind][0].payload }, URL);
    expectGolden(kind, message);
    expect(faultsOf(message)).toEqual([]);
  });

  const ENDS: [string, Partial<Checkpoint>, string][] = [
    ["approved", decided({}), "Approved by Bob in discord, 2026-11-20 10:01 UTC"],
    [
      "revised",
      decided({ action: "revise", outcome: "changes", feedback: "shorter, *please*" }),
      "Sent back to revise by Bob in discord, 2026-11-20 10:01 UTC: shorter, *please*",
    ],
    [
      "rejected",
      decided({ action: "cancel", outcome: "rejected", reason: "not now" }),
      "Cancelled by Bob in discord, 2026-11-20 10:01 UTC: not now",
    ],
    ["timed out", timedOut, "Timed out after 1h: nobody decided; handed back as cancel by policy default"],
    [
      "withdrawn",
      { status: "withdrawn", withdrawn: { by: { kind: "agent", name: "ci" }, at: NOW, reason: "no longer needed" } },
      "Withdrawn by ci, 2026-11-20 10:01 UTC: no longer needed",
    ],
  ];
  it.each(ENDS)("that was %s loses its buttons and says what came of it", (name, over, words) => {
    const { message } = drawn(over);
    expectGolden(name.replace(" ", "-"), message);
    expect(labelsIn(message)).toEqual([]);
    expect(wordsIn(message)).toContain(words);
  });

  it("shows how many have approved", () => {
    const { message } = drawn({ quorum: 2, votes });
    expectGolden("quorum", message);
    expect(wordsIn(message)).toContain("Waiting for group:sre · 1 of 2 approvals (Bob) · due in 59m (11:00 UTC)");
    expect(labelsIn(message)).toEqual(["Proceed", "Revise", "Cancel"]);
  });

  it("says who was added when it was escalated, and nothing that was not", () => {
    const { message } = drawn({ approvers: ["group:sre", "person:cfo"], progress: { reminded: 1, rungs: 1 } });
    expect(wordsIn(message)).toContain("Waiting for group:sre, cfo");
  });

  it("of a second round shows what was asked for and what has changed", () => {
    const payload = SEEDS.confirm[1]?.payload ?? {};
    const first = checkpoint({
      ...decided({ action: "revise", outcome: "changes", feedback: "For experts" }),
      payload,
    });
    const second = checkpoint({
      ...{ round: 2, previous: first.id },
      payload: { ...payload, summary: "• Target: Experts" },
    });
    const { message } = render(cardOf(second, NOW, { previous: first }), sign);
    expectGolden("round-2", message);
    expect(wordsIn(message)).toContain("Asked for in round 1\nFor experts");
    expect(wordsIn(message)).toMatch(/```diff\n@ summary\n[\s\S]*\+ ?• Target: Experts/);
  });

  it("of an open edit shows what was edited, and asks for the votes anew", () => {
    const edited = { value: { path: "/tmp/other.txt" }, by: bob, at: NOW };
    const { message } = drawn({ kind: "tool", edited, quorum: 2 });
    expectGolden("edited", message);
    expect(wordsIn(message)).toContain("Edited by Bob");
    expect(wordsIn(message)).toContain("/tmp/other.txt");
  });

  it("that nobody may decide says what to set", () => {
    expect(wordsIn(drawn({ approvers: [] }).message)).toContain(
      "Nobody but the admin may decide this yet. Set HITL_APPROVERS or `approvers:`",
    );
  });

  it("leads to the web only where a link leads somewhere, and to everybody by a link of their own", () => {
    expect(labelsIn(drawn().message)).toEqual(["Proceed", "Revise", "Cancel"]);
    expect(buttonsIn(drawn({}, URL).message).get("Open in browser")).toEqual({
      ...{ type: 2, style: 2, label: "Open in browser", custom_id: "browse:chk_0123456789" },
    });
  });

  it("shows a title that is too long for its line in full below it", () => {
    const title = `${"a_b ".repeat(70)}end`;
    const { message } = drawn({ title });
    expect(wordsIn(message)).toMatch(/^📋 a_b .*…\n/);
    expect(wordsIn(message)).toContain(`Title: ${title}`);
    expect(wordsIn(drawn({ title: "short" }).message)).not.toContain("Title:");
    expect(faultsOf(message)).toEqual([]);
  });

  it("says how much of a long text it shows, and offers the rest", () => {
    const { message, shown, of } = drawn({
      kind: "preview",
      title: "Draft",
      payload: { content: "word ".repeat(8_000) },
    });
    expect(of).toBe(40_015);
    expect(shown).toBeGreaterThan(2_000);
    expect(wordsIn(message)).toContain(`Showing ${shown.toLocaleString("en-US")} of 40,015 characters`);
    expect(labelsIn(message)).toEqual(["Proceed", "Refine", "Cancel", "See all"]);
    expect(faultsOf(message)).toEqual([]);
  });

  it("offers approving a tool call only where all of it is visible", () => {
    expect(labelsIn(tool({ text: "x".repeat(2_300) }).message)).toEqual(["Approve", "Edit", "Reject"]);
    expect(labelsIn(tool({ text: "x".repeat(2_700) }).message)).toEqual(["Reject", "Review in full"]);
  });

  it("puts the mark at the end of any argument where it is approved", () => {
    for (let length = 1; length < 30_000; length = Math.ceil(length * 1.7)) {
      const payload = { tool_name: "run", tool_args: { command: `${"a.b ".repeat(length / 4)}END-OF-IT` } };
      const card = cardOf(checkpoint({ kind: "tool", payload }), NOW);
      const { message } = render(card, sign);
      const pages = Array.from({ length: 40 }, (_, page) => fullView(card, page, sign));
      const approving = [message, ...pages].filter((part) => labelsIn(part).includes("Approve"));
      expect(approving.length).toBeGreaterThan(0);
      for (const part of approving) expect(wordsIn(part)).toContain("END-OF-IT");
    }
  });

  it("leaves code in its own type, and text that would end it early out of it", () => {
    const output = { text: "{}", more: ["a"] };
    expect(wordsIn(drawn({ kind: "task", payload: { agent: "a", output, context: {} } }).message)).toContain(
      "```json\n",
    );
    const fenced = { ...output, text: "```\n@everyone" };
    const { message } = drawn({ kind: "tool", payload: { tool_name: "t", tool_args: { deep: [fenced] } } });
    expect(wordsIn(message)).not.toContain("```json");
    expect(wordsIn(message)).toContain("```\\n@everyone");
  });
});

describe("what one person alone is told", () => {
  it("of a press on a card that had changed says that nothing was recorded", () => {
    const message = notice(outdated(checkpoint(), DEFAULT_RULES));
    expectGolden("stale", message);
    expect(wordsIn(message)).toContain("nothing was recorded");
    expect(faultsOf(message)).toEqual([]);
  });

  it("of what could not be delivered, in the fallback conversation, opens what it is about", () => {
    const message = noteView("“Delete <#12> **now**” could not be delivered to discord:#deploys", "chk_0123456789");
    expectGolden("undeliverable", message);
    expect(buttonsIn(message).get("Open")?.custom_id).toBe("open:chk_0123456789");
  });
});
