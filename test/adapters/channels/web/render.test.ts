import { describe, expect, it, test } from "vitest";
import { html } from "../../../../adapters/channels/web/markup.ts";
import { actionBar } from "../../../../adapters/channels/web/pages/actions.ts";
import { alarm, deliveriesPage } from "../../../../adapters/channels/web/pages/deliveries.ts";
import { listPage } from "../../../../adapters/channels/web/pages/list.ts";
import { plot } from "../../../../adapters/channels/web/pages/plots.ts";
import { render, renderBlock } from "../../../../adapters/channels/web/render.ts";
import { standingOf } from "../../../../adapters/channels/web/standing.ts";
import { KINDS } from "../../../../src/checkpoint.ts";
import { cardOf } from "../../../../src/picture.ts";
import { DEFAULT_RULES } from "../../../../src/policy/redact/rules.ts";
import { checkpoint, DIGEST, person, RAISED } from "../../../make.ts";
import { SEED } from "../../../seeds.ts";
import { town } from "../../../town.ts";
import { expectGolden } from "./golden.ts";

const sealed = { id: "chk_0123456789", digest: DIGEST, token: "TOKEN", key: "KEY" } as const;
const bob = { role: "approver", name: "bob", actor: town().actor("bob") } as const;
const alice = { role: "approver", name: "alice", actor: town().actor("alice") } as const;

test.each(KINDS)("draws a card of %s", (kind) => {
  const card = cardOf(checkpoint({ kind, payload: SEED[kind] }), RAISED);
  expectGolden(kind, String(render(card, "skill-fleet")));
});

test("draws the second round with what was asked for and what changed", () => {
  const previous = checkpoint({
    status: "resolved",
    decision: {
      action: "revise",
      outcome: "changes",
      by: person("bob"),
      at: RAISED,
      digest: DIGEST,
      feedback: "Shorter",
    },
  });
  const next = checkpoint({
    round: 2,
    previous: previous.id,
    payload: { ...SEED.confirm, path: "technical_skills/async" },
  });
  expectGolden("round-two", String(render(cardOf(next, RAISED, { previous }), "skill-fleet")));
});

test("draws every action with its form", () => {
  for (const kind of KINDS) {
    const of = checkpoint({ kind, payload: SEED[kind] });
    const card = cardOf(of, RAISED);
    expectGolden(`actions-${kind}`, String(actionBar(standingOf(card, of, bob), sealed, undefined)));
  }
});

test("draws a form that came back with what was typed and what is wrong", () => {
  const of = checkpoint({ kind: "tool", payload: { tool_name: "pay", tool_args: { amount: 10, to: "CZ65" } } });
  const attempt = {
    action: "edit",
    fields: new Map([
      ["f.amount", 'lots "of" it'],
      ["f.to", "CZ99"],
    ]),
    problems: [{ pointer: "/amount", message: "It must be a number like 12 or 0.5." }],
    detail: "One field needs another look.",
  } as const;
  const bar = actionBar(standingOf(cardOf(of, RAISED), of, bob), sealed, attempt);
  expectGolden("actions-problem", String(bar));
});

describe("markup", () => {
  it("escapes and shows what is put in, and leaves markup that it made itself", () => {
    expect(String(html`<p title="${'"x"'}">${"<b>&\u202E"}${html`<i>${"'"}</i>`}${[1, "<", null, false]}</p>`)).toBe(
      '<p title="&quot;x&quot;">&lt;b&gt;&amp;\\u{202E}<i>&#39;</i>1&lt;</p>',
    );
  });
});

describe("a block", () => {
  it("of a tool call is literal, however much it looks like Markdown", () => {
    const block = { type: "text", label: "Arguments · body", text: "# Not a **heading**" } as const;
    expect(String(renderBlock(block, "tool"))).toContain('<pre class="text">\n# Not a **heading**</pre>');
    expect(String(renderBlock(block, "preview"))).toContain(
      '<p class="md-heading md-1">Not a <strong>heading</strong></p>',
    );
    expect(String(renderBlock(block, "preview"))).toContain('<pre class="text">\n# Not a **heading**</pre>');
  });

  it("keeps line breaks at its beginning, which browsers would drop", () => {
    expect(String(renderBlock({ type: "code", text: "\n\nx" }, "tool"))).toContain('<pre class="code">\n\n\nx</pre>');
  });

  it("that is long is all there, in a region that the keyboard reaches", () => {
    const text = `${"word ".repeat(2_000)}END`;
    const drawn = String(renderBlock({ type: "code", label: "Arguments", text }, "tool"));
    expect(drawn).toContain(
      '<div class="scroll" role="region" tabindex="0" aria-label="Arguments, 10,003 characters">',
    );
    expect(drawn).toContain(text);
    expect(String(renderBlock({ type: "code", label: "Arguments", text: "short" }, "tool"))).not.toContain("scroll");
  });
});

describe("what a person is offered", () => {
  const names = (of: ReturnType<typeof checkpoint>, who: typeof bob | typeof alice = bob) => {
    const { actions, why } = standingOf(cardOf(of, RAISED), of, who);
    return [actions.map(({ action }) => action), why];
  };

  it("is what they may do, with the reason for what they may not", () => {
    const pending = checkpoint({ kind: "tool", payload: SEED.tool, quorum: 2 });
    expect(names(pending)).toEqual([["proceed", "edit", "reject"], null]);
    expect(names(pending, alice)).toEqual([[], "You may read and comment; deciding is up to others."]);
    expect(names({ ...pending, requesters: ["person:bob"] })).toEqual([
      ["reject"],
      "This is your own request: somebody else has to approve it.",
    ]);
    const vote = { action: "proceed", by: person("bob", "web"), digest: DIGEST, at: RAISED } as const;
    expect(names({ ...pending, votes: [vote] })).toEqual([
      ["edit", "reject"],
      "Your approval is recorded; one more person has to approve. Until then you can still stop it.",
    ]);
    // Of what stood there before an edit.
    expect(names({ ...pending, votes: [{ ...vote, digest: "sha256:old" }] })[0]).toContain("proceed");
    expect(names({ ...pending, status: "resolved" })).toEqual([[], null]);
  });
});

test("a row of the list says what, from whom, how urgent, how far, and how long, and decides nothing", () => {
  const item = checkpoint({
    kind: "tool",
    payload: SEED.tool,
    title: "Refund",
    quorum: 2,
    priority: "high",
    votes: [{ action: "proceed", by: person("carol", "web"), digest: DIGEST, at: RAISED }],
  });
  const filters = {
    text: "",
    kind: undefined,
    agent: "",
    session: "",
    priority: undefined,
    mine: false,
    overdue: false,
    outcome: undefined,
  };
  const page = String(
    listPage({
      which: "waiting",
      found: { items: [item], next: null, looked: null },
      rulesOf: () => DEFAULT_RULES,
      filters,
      paged: false,
      person: "bob",
      now: RAISED + 300_000,
      alarm: null,
    }),
  );
  const row = page.slice(page.indexOf('<li class="row"'), page.indexOf("</li>", page.indexOf('<li class="row"')));
  expect(
    row
      .replaceAll(/<svg.*?<\/svg>/g, "")
      .replaceAll(/<[^>]*>/g, " ")
      .replaceAll(/\s+/g, " ")
      .trim(),
  ).toBe("Refund tool · skill-fleet · create · job_1 high ●○ 1 of 2 approvals 55m left 5m ago");
  expect(row).not.toMatch(/<form|<button/);
});

test("the admin is told what lies undelivered, with the way there, and nothing while all is well", () => {
  const words = (drawn: unknown) =>
    String(drawn)
      .replaceAll(/<[^>]*>/g, "")
      .trim();
  const lost = checkpoint({
    placements: [{ channel: "slack", conversation: "#gone", state: "undeliverable", error: "channel_not_found" }],
  });
  expect(words(alarm([], false, [checkpoint()]))).toBe("");
  expect(words(alarm([checkpoint()], false, []))).toBe("One agent could not be told how it ended. See deliveries");
  expect(words(alarm([checkpoint(), checkpoint()], true, [lost, checkpoint()]))).toBe(
    "More than 2 agents could not be told how it ended. One card could not be shown where people were to see it. See deliveries",
  );
  const page = deliveriesPage({
    dead: [],
    waiting: [],
    unplaced: [lost],
    looked: 2,
    token: "T",
    now: RAISED,
    retried: false,
  });
  expect(words(page)).toContain("slack #gone: channel_not_found");
});

test("a plot has its table behind it, with all that it shows", () => {
  const drawn = String(
    plot({
      title: "Time to decide",
      says: "Two decisions.",
      bars: [
        {
          label: "<tool>",
          parts: [
            { fill: "soft", value: 20 },
            { fill: "accent", value: 10 },
          ],
          value: "10s",
        },
      ],
      columns: ["Kind", "Half within"],
      rows: [["<tool>", "10s"]],
      over: true,
    }),
  );
  expect(drawn).toContain(
    '<rect class="fill-soft" x="0" y="0" width="1000" height="20" rx="2"/><rect class="fill-accent" x="0" y="0" width="500" height="20" rx="2"/>',
  );
  expect(drawn).toContain('<tr><th scope="row"><bdi>&lt;tool&gt;</bdi></th><td><bdi>10s</bdi></td></tr>');
});
