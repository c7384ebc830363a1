import { describe, expect, it } from "vitest";
import { render } from "../../../../adapters/channels/discord/render.ts";
import { formView, fullView, pagesFor, pageView } from "../../../../adapters/channels/discord/views.ts";
import type { MessageBody, Modal } from "../../../../adapters/channels/discord/wire.ts";
import { KINDS } from "../../../../src/checkpoint.ts";
import type { JsonObject } from "../../../../src/json.ts";
import { cardOf } from "../../../../src/picture.ts";
import { oneLine, visible } from "../../../../src/text.ts";
import { checkpoint, RAISED } from "../../../make.ts";
import type { LiveKind } from "../../../peers/discord/live.ts";
import { faultsOf, HANDLE, labelsIn, liveTokens, sign, wordsIn } from "./discord.ts";

const TOKENS = [
  "@everyone",
  "@here",
  "<@112233445566>",
  "<@!112233445566>",
  "<@&998877>",
  "<#1122>",
  "</hitl pending:12>",
  "<id:customize>",
  "<:ok:12>",
  "<a:party:12>",
  ":white_check_mark:",
  "<t:1700000000:R>",
  "https://evil.example/x?y=1",
  "<https://evil.example>",
  "[Approve here](https://evil.example)",
  "discord.gg/abc",
  "**APPROVED**",
  "__by CISO__",
  "~~no~~",
  "||hidden||",
  "`code`",
  "```rm -rf /```",
  "# Heading",
  "-# small",
  ">>> quoted",
  "\u202Edeorffa\u202C",
  "\u200Bzero\u200Dwidth",
  "\u{E0041}tag",
  "a\u00A0b",
  "\\<@1\\>",
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
  (token) => `*${token}*`,
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

/** The card, all of it, and its forms. */
function shownOf(text: string, kind: (typeof KINDS)[number]): (MessageBody | Modal)[] {
  const over = {
    kind,
    title: oneLine(text, 80),
    payload: payloads(text)[kind],
    source: { agent: text, workflow: text },
  };
  const card = cardOf(checkpoint(over), RAISED, { url: "https://hitl.example.com/x" });
  const forms = card.actions.flatMap(({ form }) => (form === null ? [] : (formView(form, 0, HANDLE) ?? [])));
  return [render(card, sign).message, fullView(card, 0, sign), ...forms];
}

/** The program's own: a heading, small lines, bold labels, lists, quotes and code blocks for what an agent wrote. */
const CHROME: readonly LiveKind[] = ["heading", "subtext", "bold", "list", "quote", "code block"];

function counts(shown: readonly (MessageBody | Modal)[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { kind } of shown.flatMap(liveTokens)) found[kind] = (found[kind] ?? 0) + 1;
  return found;
}

describe("600 hostile texts", () => {
  it("are 600", () => {
    expect(TEXTS.length).toBe(600);
  });

  it("have nothing live in a card, a page or a form of any kind", () => {
    for (const [index, text] of TEXTS.entries()) {
      const kind = KINDS[index % KINDS.length] ?? "tool";
      // Hidden characters are seen written out, which makes the text another one.
      const seen = visible(text);
      const hostile = counts(shownOf(seen, kind));
      const live = { ...hostile, ...(seen === text ? {} : counts(shownOf(text, kind))) };
      expect(
        Object.keys(live).filter((each) => !CHROME.includes(each as LiveKind)),
        JSON.stringify(text),
      ).toEqual([]);
      // And of the program's own just what a tame text of the same shape has.
      const tame = counts(
        shownOf(
          seen.replace(/[^\p{L}\p{N}\s]/gu, (mark) => "x".repeat(mark.length)),
          kind,
        ),
      );
      // Where a code block could be ended from within there is a quote instead.
      if (seen.includes("```")) for (const each of ["code block", "quote"]) delete hostile[each];
      expect(tame, JSON.stringify(text)).toMatchObject(hostile);
    }
  });

  it("fit into Discord's limits wherever they stand", () => {
    for (const [index, text] of TEXTS.entries()) {
      const kind = KINDS[(index + 3) % KINDS.length] ?? "tool";
      for (const shown of shownOf(text, kind)) expect(faultsOf(shown), JSON.stringify(text)).toEqual([]);
    }
  });

  it("of 200 KB hide nothing where something is approved", () => {
    for (const text of LONG) {
      const command = `${text}THE-END-OF-IT`;
      const payload = { tool_name: "run", tool_args: { command } };
      const card = cardOf(checkpoint({ kind: "tool", payload }), RAISED);
      const { message, shown, of } = render(card, sign);
      expect([labelsIn(message).includes("Approve"), shown < of]).toEqual([false, true]);
      const pages = pagesFor(card);
      let read = "";
      for (let page = 0; ; page += 1) {
        const view = pageView(card, pages, page, sign);
        expect(faultsOf(view)).toEqual([]);
        if (page % 20 === 0) expect(liveTokens(view).filter(({ kind }) => !CHROME.includes(kind))).toEqual([]);
        // What stands between title and line, which are on each page.
        read += wordsIn({ components: view.components?.[0]?.components?.slice(2, -3) ?? [] });
        if (!labelsIn(view).includes("Next")) {
          expect(labelsIn(view)).toContain("Approve");
          break;
        }
        expect(labelsIn(view)).not.toContain("Approve");
      }
      expect(squashed(read)).toContain(squashed(visible(command)));
    }
  });
});

/** Pages and lines apart, it is the same text. */
function squashed(text: string): string {
  return text.replace(/\s+/g, "");
}
