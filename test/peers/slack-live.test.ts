/** The grammar that judges what would be live on a Slack screen, told example by example. */
import { describe, expect, test } from "vitest";
import { plain, section } from "./slack/bolt.ts";
import type { Grammar } from "./slack/grammar.ts";
import { folded, live, liveTokens, visible, words } from "./slack/live.ts";

function tokens(grammar: Grammar, text: string): string[] {
  return liveTokens(text, grammar).map((token) => `${token.kind} ${token.text}`);
}

describe("mrkdwn", () => {
  const table: [string, string[]][] = [
    ["<!channel>", ["broadcast <!channel>"]],
    ["<!here|here>", ["broadcast <!here|here>"]],
    ["<@U123> <#C1|x> <!subteam^S1>", ["mention <@U123>", "channel <#C1|x>", "group <!subteam^S1>"]],
    ["<https://evil.test|Approve here>", ["link <https://evil.test|Approve here>"]],
    ["<!date^1^{date}|x>", ["date <!date^1^{date}|x>"]],
    ["`<!channel>`", ["broadcast <!channel>", "format `\u0000`"]],
    ["see https://evil.test/a?b=c now", ["link https://evil.test/a?b=c"]],
    ["evil.com and a@b.de and www.x", ["link a@b.de", "link www.x", "link evil.com"]],
    ["src/main.ts 1.2.3 10:30:00", []],
    ["@channel #deploys", ["broadcast @channel", "channel #deploys"]],
    [":x: :+1::skin-tone-2: :100:", ["emoji :x:", "emoji :+1::skin-tone-2:", "emoji :100:"]],
    ["*bold* _it_ ~no~ `code`", ["format `code`", "format *bold*", "format _it_", "format ~no~"]],
    ["2 * 3 * 4 snake_case_name a*b*c", []],
    ["```\nrm -rf\n```", ["format ```\nrm -rf\n```"]],
    ["> quoted\n&gt; too", ["format > quoted", "format &gt; too"]],
    ["&lt;!channel&gt; &amp;lt;", []],
    ["a < b > c", []],
  ];
  test.each(table)("%j", (text, expected) => {
    expect(tokens("mrkdwn", text)).toEqual(expected);
  });

  test("verbatim leaves names and domains alone, but no more", () => {
    expect(tokens("verbatim", "@here #deploys evil.com <!here> :x: *b* https://e.test")).toEqual([
      "broadcast <!here>",
      "link https://e.test",
      "emoji :x:",
      "format *b*",
    ]);
  });
});

describe("markdown", () => {
  const table: [string, string[]][] = [
    ["[Approve](https://evil.test)", ["link https://evil.test)", "link [Approve](https://evil.test)"]],
    [
      "![i](https://e.test/i.png)",
      ["link https://e.test/i.png)", "image ![i](https://e.test/i.png)", "link [i](https://e.test/i.png)"],
    ],
    ["**b** *i* ~~s~~ `c`", ["format `c`", "format **b**", "format *i*", "format ~~s~~"]],
    [
      "# Heading\n- item\n1. one\n> quote\n---",
      ["format # Heading", "format > quote", "format - item", "format 1. one", "format ---"],
    ],
    ["\\*not\\* \\# \\[x\\]", []],
    ["\\<!channel\\>", ["broadcast <!channel\\>"]],
    ["```\nx\n```", ["format ```\nx\n```"]],
    ["a | b\n--|--\n1 | 2", ["format a | b\n--|--"]],
    ["    code", ["format     code"]],
    ["plain words, snake_case_name", []],
  ];
  test.each(table)("%j", (text, expected) => {
    const found = tokens("markdown", text);
    for (const each of expected) expect(found).toContain(each);
    if (expected.length === 0) expect(found).toEqual([]);
  });
});

const HOSTILE = "<!channel> <https://evil.test|x> *b* :x: https://evil.test `c`";

test("plain text is literal once emoji are off, and rich text always", () => {
  expect(tokens("plain", HOSTILE)).toEqual([]);
  expect(tokens("emoji", HOSTILE)).toEqual(["emoji :x:"]);
  const rich = {
    type: "rich_text",
    elements: [{ type: "rich_text_preformatted", elements: [{ type: "text", text: HOSTILE }] }],
  };
  expect(live({ text: "a card", blocks: [section(HOSTILE), rich] })).toEqual([]);
});

test("elements of rich text, addresses and pictures are live by what they are", () => {
  const blocks = [
    { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "broadcast", range: "here" }] }] },
    { type: "actions", elements: [{ type: "button", text: plain("Open"), url: "https://ours.test" }] },
    { type: "image", image_url: "https://i.test/a.png", alt_text: "a" },
  ];
  expect(live({ text: "", blocks }).map(({ kind, at }) => `${kind} ${at}`)).toEqual([
    "broadcast /blocks/0/elements/0/elements/0",
    "link /blocks/1/elements/0/url",
    "image /blocks/2/image_url",
  ]);
});

test("the text of a message with blocks pings and no more", () => {
  expect(live({ text: HOSTILE, blocks: [section("x")] }).map(({ text }) => text)).toEqual([
    "<!channel>",
    "<https://evil.test|x>",
  ]);
  expect(live({ text: "*b* :x:" }).map(({ kind }) => kind)).toEqual(["emoji", "format"]);
});

test("tells the words that a person reads, and where", () => {
  const shown = {
    text: "for notifications",
    blocks: [
      section("a &lt; b"),
      { type: "section", text: { type: "mrkdwn", text: "*a* &lt; <https://e.test|here>" } },
    ],
  };
  expect(visible(shown)).toBe("a &lt; b\n*a* < here");
  expect(words(shown).map(({ at }) => at)).toEqual(["/blocks/0/text/text", "/blocks/1/text/text"]);
});

test("knows which sections Slack folds", () => {
  const long = { ...section("x".repeat(701)) };
  expect(folded({ blocks: [section("short"), long, { ...long, expand: true }] })).toEqual(["/blocks/1/text"]);
});
