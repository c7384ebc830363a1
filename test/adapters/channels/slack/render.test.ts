import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { render } from "../../../../adapters/channels/slack/render.ts";
import { fullView } from "../../../../adapters/channels/slack/views.ts";
import { type Checkpoint, KINDS } from "../../../../src/checkpoint.ts";
import { cardOf } from "../../../../src/picture.ts";
import { checkpoint, DIGEST, person, RAISED } from "../../../make.ts";
import { live } from "../../../peers/slack/live.ts";
import { SEEDS } from "../../../seeds.ts";
import { buttonsIn, expectGolden, sign, textsIn, wordsIn } from "./slack.ts";

const NOW = RAISED + 60_000;
const drawn = (over: Partial<Checkpoint> = {}, url: string | null = null) =>
  render(cardOf(checkpoint(over), NOW, { url }), sign);
const tool = (tool_args: Record<string, string>) =>
  drawn({ kind: "tool", payload: { tool_name: "write_file", tool_args } });

describe("a card in Slack", () => {
  it.each(KINDS)("of the kind %s is as it was agreed", (kind) => {
    const [{ payload }] = SEEDS[kind];
    expectGolden(kind, drawn({ kind, payload }).message);
  });

  it("loses its buttons when it has ended, and says who, what, when and why", () => {
    const decision = { action: "revise", outcome: "changes", by: person("bob"), at: NOW, digest: DIGEST } as const;
    const resolved = drawn({ status: "resolved", decision: { ...decision, feedback: "shorter, please" } });
    expectGolden("resolved", resolved.message);
    expect([...buttonsIn(resolved.message).keys()]).toEqual([]);
    expect(wordsIn(resolved.message)).toContain(
      "Sent back to revise by Bob in slack, 2026-11-20 10:01 UTC: shorter, please",
    );
  });

  it("tells a timeout as a timeout", () => {
    const by = { kind: "policy", name: "default" } as const;
    const decision = { action: "cancel", outcome: "timed_out", by, at: NOW, digest: DIGEST } as const;
    const { message } = drawn({ status: "expired", decision });
    expect(message.text).toBe("📋 Timed out · technical_skills/python/async");
    expect(wordsIn(message)).toContain("nobody decided");
  });

  it("shows how many have approved", () => {
    const votes = [{ action: "proceed", by: person("bob"), digest: DIGEST, at: NOW }] as const;
    expect(wordsIn(drawn({ quorum: 2, votes: [...votes] }).message)).toContain("1 of 2 approvals (Bob)");
  });

  it("links to the web only where a link leads somewhere", () => {
    expect([...buttonsIn(drawn().message).keys()]).toEqual(["Proceed", "Revise", "Cancel"]);
    const linked = buttonsIn(drawn({}, "https://hitl.example.com/checkpoints/x").message);
    // Everybody in the channel sees the card: what it holds leads nowhere by itself.
    expect(linked.get("Open in browser")).toMatchObject({ action_id: "browse", value: "chk_0123456789" });
    expect(linked.get("Open in browser")?.url).toBeUndefined();
  });

  it("says how much of a long text it shows, and offers the rest", () => {
    const { message, shown, of } = drawn({
      kind: "preview",
      title: "Draft",
      payload: { content: "word ".repeat(8_000) },
    });
    expect(shown).toBeLessThan(9_000);
    expect(of).toBe(40_015);
    expect(wordsIn(message)).toContain(`Showing ${shown.toLocaleString("en-US")} of 40,015 characters`);
    expect([...buttonsIn(message).keys()]).toEqual(["Proceed", "Refine", "Cancel", "See all"]);
  });

  it("offers approving a tool call only where all of it is visible", () => {
    expect([...buttonsIn(tool({ text: "x".repeat(8_000) }).message).keys()]).toEqual(["Approve", "Edit", "Reject"]);
    expect([...buttonsIn(tool({ text: "x".repeat(9_500) }).message).keys()]).toEqual(["Reject", "Review in full"]);
  });

  it("puts the mark at the end of any argument where it is approved", () => {
    for (let length = 1; length < 60_000; length = Math.ceil(length * 1.7)) {
      const payload = { tool_name: "run", tool_args: { command: `${"a b ".repeat(length / 4)}END-OF-IT` } };
      const card = cardOf(checkpoint({ kind: "tool", payload }), NOW);
      const { message } = render(card, sign);
      const approves = (part: unknown) => buttonsIn(part).has("Approve");
      if (approves(message)) expect(wordsIn(message)).toContain("END-OF-IT");
      else {
        const pages = Array.from({ length: 20 }, (_, page) => fullView(card, page, sign));
        const approving = pages.filter(approves);
        expect(approving.length).toBeGreaterThan(0);
        for (const page of approving) expect(wordsIn(page)).toContain("END-OF-IT");
      }
    }
  });
});

describe("whatever an agent sends", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary", maxLength: 400 }),
    fc.constantFrom(
      "<!channel>",
      "<@U1>",
      "<https://evil.example|Approve>",
      "*bold*",
      "```",
      ":tada:",
      "@here",
      "\u202e",
    ),
    fc.string({ unit: "grapheme", maxLength: 80 }).map((text) => text.repeat(200)),
  );

  it("stands in literal elements only, within every limit", () => {
    fc.assert(
      fc.property(
        hostile,
        hostile,
        fc.dictionary(fc.string({ minLength: 1, maxLength: 60 }), hostile, { maxKeys: 60 }),
        (title, note, tool_args) => {
          const payload = { tool_name: title, policy_note: note, tool_args };
          const card = cardOf(checkpoint({ kind: "tool", title: `${title}x`, payload }), NOW, {
            url: "https://h.example",
          });
          const { message, shown, of } = render(card, sign);
          within(message.blocks, 50);
          expect(textsIn(message.blocks).reduce((sum, { text }) => sum + String(text).length, 0)).toBeLessThan(13_200);
          expect(shown).toBeLessThanOrEqual(of);
          expect(buttonsIn(message).has("Approve")).toBe(shown === of);
          expect(live(message as never)).toEqual([]);
          within((fullView(card, 0, sign).blocks ?? []) as object[], 100);
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** Slack's own limits, looked up in its documentation; no mrkdwn anywhere. */
function within(blocks: readonly object[], most: number): void {
  expect(blocks.length).toBeLessThanOrEqual(most);
  for (const text of textsIn(blocks)) {
    expect(["plain_text", "text"]).toContain(text.type);
    if (text.type === "plain_text") expect(text.emoji).toBe(false);
    expect(String(text.text).length).toBeGreaterThan(0);
    expect(String(text.text).length).toBeLessThanOrEqual(3_000);
  }
  for (const button of buttonsIn(blocks).values()) {
    expect(String((button.text as { text: string }).text).length).toBeLessThanOrEqual(75);
    expect(String(button.value ?? "").length).toBeLessThanOrEqual(2_000);
  }
}
