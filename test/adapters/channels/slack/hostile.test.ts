import { describe, expect, it } from "vitest";
import { homeBlocks } from "../../../../adapters/channels/slack/home.ts";
import { helpBlocks, rowsOf, turning } from "../../../../adapters/channels/slack/lists.ts";
import { notification, section } from "../../../../adapters/channels/slack/literal.ts";
import { render } from "../../../../adapters/channels/slack/render.ts";
import { formView, fullView, notice } from "../../../../adapters/channels/slack/views.ts";
import { makeAccess } from "../../../../src/access.ts";
import { KINDS } from "../../../../src/checkpoint.ts";
import { listing } from "../../../../src/commands.ts";
import type { JsonObject } from "../../../../src/json.ts";
import { cardOf } from "../../../../src/picture.ts";
import { makeDirectory } from "../../../../src/policy/directory.ts";
import { checkpoint, RAISED } from "../../../make.ts";
import { liveTokens } from "../../../peers/slack/grammar.ts";
import { live, type Shown } from "../../../peers/slack/live.ts";
import { PEOPLE } from "../../../town.ts";
import { buttonsIn, sign, wordsIn } from "./slack.ts";

const TOKENS = [
  "<!channel>",
  "<!here>",
  "<!everyone>",
  "<!subteam^S0SRE>",
  "<@U0BOB>",
  "<#C1|deploys>",
  "<!date^1^{date}|x>",
  "<https://evil.example/|Approve here>",
  "https://evil.example",
  "www.evil.example",
  "mail@evil.example",
  "@here",
  "@channel",
  "#deploys",
  ":white_check_mark:",
  ":100:",
  "*APPROVED*",
  "_by CISO_",
  "~no~",
  "`code`",
  "```rm -rf /```",
  "> quoted",
  "&lt;!channel&gt;",
  "&amp;lt;@U1&amp;gt;",
  "\u202Edeorffa\u202C",
  "\u200Bzero\u200Dwidth",
  "\u{E0041}tag",
  "a\u00A0b",
  "line\u2028break",
  "[x](https://evil.example)",
];
/** Alone, in the middle of words, repeated, joined with the next one, broken over lines. */
const WAYS: ((token: string, next: string) => string)[] = [
  (token) => token,
  (token) => `please ${token} now`,
  (token) => token.repeat(5),
  (token, next) => token + next,
  (token) => `x\n${token}\ny`,
  (token, next) => `(${token})[${next}]{${token}}`,
  (token) => `"${token}'`,
  (token) => `${token}\u0301`,
  (token) => `\\${token}\\`,
  (token) => `&${token};`,
  (token) => `|${token}|`,
  (token) => `${token} ${token.toUpperCase()}`,
  (token) => [...token].join("\u200B"),
  (token) => `${" ".repeat(60)}${token}`,
  (token) => `{"a": "${token}"}`,
  (token) => `<${token}>`,
  (token) => `\`\`\`${token}`,
  (token) => `${token}\r\n---\r\n${token}`,
  (token) => `# ${token}`,
  (token) => `- ${token}`,
];
const TEXTS = TOKENS.flatMap((token, at) => WAYS.map((way) => way(token, TOKENS[(at + 7) % TOKENS.length] ?? "")));
const LONG = TOKENS.slice(0, 10).map((token) =>
  `${token} `.repeat(Math.ceil(200_000 / (token.length + 1))).slice(0, 200_000),
);

/** Wherever an agent's words can stand. */
function payloads(text: string): Record<(typeof KINDS)[number], JsonObject> {
  return {
    clarify: { questions: [{ question: text, options: [text, "b"], rationale: text }], rationale: text },
    confirm: { summary: text, path: text, key_assumptions: [text], [text || "k"]: text },
    preview: { content: text, highlights: [text], potential_issues: [text] },
    validate: { report: text, passed: true, skill_content: text },
    tool: { tool_name: text || "t", tool_args: { [text || "k"]: text, nested: { deep: [text] } }, policy_note: text },
    task: { agent: text, output: text, context: { why: text } },
    phase: { phase: text || "p", summary: text, outputs: { writer: text } },
  };
}

function tokensIn(shown: unknown): unknown[] {
  return live(shown as Shown);
}

describe("600 hostile texts", () => {
  it("are 600", () => {
    expect(TEXTS.length).toBe(600);
  });

  it("have nothing live in a card, a page or a form of any kind", () => {
    for (const [index, text] of TEXTS.entries()) {
      const kind = KINDS[index % KINDS.length] ?? "tool";
      const over = { kind, title: text, payload: payloads(text)[kind], source: { agent: text, workflow: text } };
      const card = cardOf(checkpoint(over), RAISED, { url: "https://hitl.example.com/x" });
      const { message } = render(card, sign);
      const views = [
        fullView(card, 0, sign),
        ...card.actions.flatMap(({ form }) => (form ? [formView(card, form, "h")] : [])),
      ];
      for (const shown of [message, ...views]) expect(tokensIn(shown), JSON.stringify(text)).toEqual([]);
      expect(liveTokens(notification(text), "fallback"), JSON.stringify(text)).toEqual([]);
    }
  });

  it("have nothing live in a list, the home tab, a note or an answer", () => {
    const settings = { people: PEOPLE, groups: [], admin: "admin", tokens: [] };
    const directory = makeDirectory(settings);
    const bob = { platform: "slack", id: "U0BOB", tenant: "T1", member: true, home: true } as const;
    const actor = makeAccess(settings, directory).account(bob);
    for (const [index, text] of TEXTS.entries()) {
      const kind = KINDS[index % KINDS.length] ?? "tool";
      const record = checkpoint({ kind, title: text, payload: payloads(text)[kind], approvers: ["person:bob"] });
      const ended = checkpoint({
        ...{ kind, title: text, payload: payloads(text)[kind], status: "withdrawn", ended_at: RAISED },
        withdrawn: {
          reason: text,
          by: { kind: "person", person: "bob", surface: "slack", id: "U0BOB", name: text },
          at: RAISED,
        },
      });
      for (const blocks of [
        rowsOf(listing([record, ended], RAISED)),
        turning(text, 0, 40),
        helpBlocks(text),
        homeBlocks([record, ended], actor, RAISED),
        [section(`Still waiting: ${text}`)],
        (notice(text, text) as { blocks: object[] }).blocks,
      ])
        expect(tokensIn({ text: notification(text), blocks }), JSON.stringify(text)).toEqual([]);
    }
  });

  it("of 200 KB hide nothing where something is approved", () => {
    for (const text of LONG) {
      const end = "THE-END-OF-IT";
      const payload = { tool_name: "run", tool_args: { command: text + end } };
      const card = cardOf(checkpoint({ kind: "tool", payload }), RAISED);
      const { message, shown, of } = render(card, sign);
      expect(tokensIn(message)).toEqual([]);
      expect([buttonsIn(message).has("Approve"), shown < of]).toEqual([false, true]);
      let read = "";
      for (let page = 0; ; page += 1) {
        const view = fullView(card, page, sign);
        expect(tokensIn(view)).toEqual([]);
        read += wordsIn((view as { blocks: unknown[] }).blocks);
        if (!buttonsIn(view).has("Next")) {
          expect(buttonsIn(view).has("Approve")).toBe(true);
          break;
        }
        expect(buttonsIn(view).has("Approve")).toBe(false);
      }
      expect(read).toContain(end);
      expect(read.length).toBeGreaterThan(200_000);
    }
  });
});
