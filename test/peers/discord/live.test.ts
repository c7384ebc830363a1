import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { costOf } from "../../cost.ts";
import { live, liveIn } from "./live.ts";

/** Written by hand from Discord's client: what it would make of each text. */
const READ: [text: string, kinds: string[]][] = [
  ["plain words, 2 * 3 = 6, a_b_c and 50 % > 49", []],
  ["@everyone and @here", ["everyone", "everyone"]],
  ["@\u200beveryone, mail@example.com", []],
  ["<@12> <@!12> <@&12> <#12>", ["user", "user", "role", "channel"]],
  ["\\<@12> and `<@12>`", ["code"]],
  ["</hitl pending:12> <id:customize>", ["command", "navigation"]],
  ["<:ok:12> <a:party:12> :smile:", ["emoji", "emoji"]],
  ["<t:1> <t:1700000000:R>", ["timestamp", "timestamp"]],
  ["see https://evil.example/x?y=1 now", ["link"]],
  ["<https://evil.example> <mail@evil.example> <+15550001111>", ["link", "link", "link"]],
  ["join discord.gg/abc or https://discord.gg/abc", ["invite", "link"]],
  ["[pay](https://evil.example) [x](javascript:1)", ["masked link"]],
  ["[**bold** @here](https://evil.example)", ["masked link", "bold", "everyone"]],
  [
    "**a** and __b__ and *c* and _d_ and ~~e~~ and ||f||",
    ["bold", "underline", "italic", "italic", "strike", "spoiler"],
  ],
  ["**<@12> `x`**", ["bold", "user", "code"]],
  ["\\*\\*a\\*\\* \\_b\\_ \\|\\|c\\|\\|", []],
  ["``` @everyone ``` ```js\nx\n```", ["code block", "code block"]],
  ["``@here`` then `open", ["code"]],
  ["# a\n## b\n### c\n#### d\n-# e", ["heading", "heading", "heading", "subtext"]],
  ["> a\n>>> b\n>c", ["quote", "quote"]],
  ["> # a", ["quote", "heading"]],
  ["- a\n* b\n1. c\n  - d", ["list", "list", "list", "list"]],
  ["\\# a\n\\- b\n1\\. c\n\\> d", []],
  ["not # a heading, not - a list", []],
];

describe("the grammar of what is live", () => {
  test.each(READ)("reads %j", (text, kinds) => {
    expect(live(text).map(({ kind }) => kind)).toEqual(kinds);
  });

  test("says where it found what", () => {
    expect(live("hi **<@12>**")).toEqual([
      { kind: "bold", text: "**<@12>**", at: 3 },
      { kind: "user", text: "<@12>", at: 5 },
    ]);
  });

  test("finds nothing in words alone, nor where every mark is escaped", () => {
    const marks = [
      "<",
      "@",
      "everyone",
      "12",
      ">",
      "`",
      "*",
      "_",
      "#",
      "-",
      " ",
      "\n",
      "[",
      "](https://a.b)",
      "|",
      "~",
      "a",
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...marks)), (pieces) => {
        expect(live(pieces.join("").replace(/[^0-9A-Za-z\s]/g, "\\$&"))).toEqual([]);
        expect(live(pieces.join("").replace(/[^0-9A-Za-z\s]/g, ""))).toEqual([]);
      }),
    );
  });

  test("reads each text display of a message by itself", () => {
    const components = [
      {
        type: 17,
        components: [
          { type: 10, content: "**half" },
          { type: 10, content: "other** <@1>" },
        ],
      },
    ];
    expect(liveIn({ content: "", components }).map(({ kind }) => kind)).toEqual(["user"]);
  });

  test("comes to an end soon on any mark that is never closed", () => {
    const cost = costOf(() => {
      for (const mark of ["`", "```a", "*", "**a ", "_", "__a", "~~a", "||a", "[", "[a](", "<", "\\", "> ", "* a"])
        live(mark.repeat(4000 / mark.length));
    });
    // About 0.1 s; it was 20 s with a careless expression.
    expect(cost).toBeLessThan(2_000);
  });
});
