import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { button, label, lines, linkButton, literal, short } from "../../../../adapters/channels/discord/literal.ts";
import { live } from "../../../peers/discord/live.ts";

const MARKED = [
  "<@1>",
  "@everyone",
  "<t:1:R>",
  "<:ok:12>",
  "https://evil.example",
  "discord.gg/x",
  "[a](https://b.c)",
  "```",
  "`",
  "**",
  "__",
  "*",
  "_",
  "~~",
  "||",
  "# ",
  "-# ",
  "> ",
  ">>> ",
  "- ",
  "+ ",
  "1. ",
  "\\",
  "\n",
  " ",
  "a",
  "½",
  "👩‍🚀",
  ":smile:",
];
const hostile = fc.oneof(
  fc.array(fc.constantFrom(...MARKED), { maxLength: 30 }).map((pieces) => pieces.join("")),
  fc.string({ unit: "binary", maxLength: 60 }),
);
const unescaped = (text: string) => text.replace(/\\([^0-9A-Za-z\s])/g, "$1");

describe("agents' words in Discord", () => {
  it("have nothing live in them, wherever they stand", () => {
    fc.assert(
      fc.property(hostile, hostile, (one, other) => {
        const [a, b] = [literal(one), literal(other)];
        expect(live(a)).toEqual([]);
        // Cut anywhere and joined again, they are as dead as before.
        expect(live(a + b)).toEqual([]);
        const quoted = live(`> ${a.replaceAll("\n", "\n> ")}`);
        expect(quoted.filter(({ kind }) => kind !== "quote")).toEqual([]);
        const within = live(`- **label** ${a}`);
        expect(within.filter(({ kind }) => kind !== "list" && kind !== "bold")).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  it("read as they were written", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(unescaped(literal(text))).toBe(text);
      }),
    );
    expect(literal("a_b costs 1.50, see https://x.y @here")).toBe("a\\_b costs 1\\.50, see https\\://x\\.y \\@here");
  });

  it("fit the room that they are given, with what is left out marked", () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 2, max: 60 }), (text, room) => {
        expect(short(text, room).length).toBeLessThanOrEqual(room);
        expect(lines(text, room, "-# ").length).toBeLessThanOrEqual(room);
        expect(live(short(text, room))).toEqual([]);
        expect(short(text, room).trim()).not.toBe("");
      }),
      { numRuns: 1_000 },
    );
    expect(short("*****", 7)).toBe("\\*\\*\\*…");
    expect(lines("one\n\ntwo **three**", 100, "-# ")).toBe("-# one\n\n-# two \\*\\*three\\*\\*");
  });

  it("stand as they are on buttons and labels, where no markup is read", () => {
    expect(button("see:x", "a *b*\n@here")).toEqual({
      ...{ type: 2, custom_id: "see:x", label: "a *b* @here", style: 2 },
    });
    expect(label("", 45)).toBe("–");
    expect(label("x".repeat(100), 45)).toBe(`${"x".repeat(44)}…`);
  });

  it("become no address", () => {
    expect(linkButton("javascript:alert(1)")).toBe(null);
    expect(linkButton("https://hitl.example.com/x")?.url).toBe("https://hitl.example.com/x");
  });
});
