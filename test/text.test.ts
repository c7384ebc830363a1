import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clamp, isBlank, oneLine, visible } from "../src/text.ts";
import { costOf } from "./cost.ts";

/** By their ranges in Unicode, not by the expression under test. */
const SAMPLES: [string, string, string][] = [
  ["a null", "\u0000", "\\u{0}"],
  ["an escape", "\u001b", "\\u{1B}"],
  ["a lone carriage return", "\r", "\\u{D}"],
  ["a C1 control", "\u0085", "\\u{85}"],
  ["a no-break space", "\u00a0", "\\u{A0}"],
  ["a soft hyphen", "\u00ad", "\\u{AD}"],
  ["a grapheme joiner", "\u034f", "\\u{34F}"],
  ["a Hangul filler", "\u3164", "\\u{3164}"],
  ["an ideographic space", "\u3000", "\\u{3000}"],
  ["a zero-width space", "\u200b", "\\u{200B}"],
  ["a zero-width joiner", "\u200d", "\\u{200D}"],
  ["a right-to-left override", "\u202e", "\\u{202E}"],
  ["a right-to-left isolate", "\u2067", "\\u{2067}"],
  ["a line separator", "\u2028", "\\u{2028}"],
  ["a paragraph separator", "\u2029", "\\u{2029}"],
  ["a Braille blank", "\u2800", "\\u{2800}"],
  ["a variation selector", "\ufe0f", "\\u{FE0F}"],
  ["a byte order mark", "\ufeff", "\\u{FEFF}"],
  ["a tag character", "\u{e0041}", "\\u{E0041}"],
  ["a supplementary variation selector", "\u{e0100}", "\\u{E0100}"],
  ["a private use character", "\ue000", "\\u{E000}"],
  ["an unassigned character", "\u0378", "\\u{378}"],
  ["a noncharacter", "\uffff", "\\u{FFFF}"],
  ["half a surrogate pair", "\ud800", "\\u{D800}"],
];

describe("visible text", () => {
  it.each(SAMPLES)("shows %s at the start, in the middle and at the end", (_name, hidden, shown) => {
    expect(visible(`${hidden}rm`)).toBe(`${shown}rm`);
    expect(visible(`r${hidden}m`)).toBe(`r${shown}m`);
    expect(visible(`rm${hidden}`)).toBe(`rm${shown}`);
  });

  it("leaves no hidden code point of all of Unicode", () => {
    const hidden = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\p{Zs}\p{Default_Ignorable_Code_Point}]/u;
    const left: string[] = [];
    let met = 0;
    for (let point = 0; point <= 0x10ffff; point += 1) {
      const character = String.fromCodePoint(point);
      if (!hidden.test(character) || character === "\n" || character === " ") continue;
      met += 1;
      if (hidden.test(visible(`a${character}b`).replaceAll(" ", ""))) left.push(point.toString(16));
    }
    expect(left).toEqual([]);
    expect(met).toBeGreaterThan(4_288);
  });

  it("leaves honest text as it is, in any script", () => {
    const honest = 'Grüße, Ελλάδα, Привет, 日本語, العربية, हिन्दी, é, ✅ ❌ 🔒 😀\n  - indented\n\n{\n  "a": 1\n}';
    expect(visible(honest)).toBe(honest);
  });

  it("shows a tab as two spaces and a Windows line end as a line end", () => {
    expect(visible("a:\r\n\tb")).toBe("a:\n  b");
  });

  it("shows how long a run of more than 8 spaces is", () => {
    expect(visible(`ls${" ".repeat(8)}x`)).toBe(`ls${" ".repeat(8)}x`);
    expect(visible(`ls${" ".repeat(9)}x`)).toBe("ls\\u{20}×9x");
    expect(visible(`ls${" ".repeat(4_000)}; rm -rf /`)).toBe("ls\\u{20}×4000; rm -rf /");
    expect(visible(`ls${"\t".repeat(5)}x`)).toBe("ls\\u{20}×10x");
  });

  it("changes nothing that is visible already", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(visible(visible(text))).toBe(visible(text));
      }),
    );
  });

  it.each([
    ["hidden", "\u202e".repeat(200_000)],
    ["plain", "x".repeat(200_000)],
    ["spaces", " ".repeat(200_000)],
    ["spaces and letters", " x".repeat(100_000)],
  ])("takes 200 KB of %s in its stride", (_name, text) => {
    const cost = costOf(() => {
      visible(text);
      isBlank(text);
      oneLine(text, 100);
      clamp(text, 2_900);
    });
    // Measured 140 ms at most; what goes back over its text takes minutes.
    expect(cost).toBeLessThan(1_500);
  });
});

describe("blank text", () => {
  it.each([undefined, "", " ", "\n\t", "\u200b", "\u3164\u00a0 ", "\ufeff", "\u2800"])("sees nothing in %j", (text) => {
    expect(isBlank(text)).toBe(true);
  });

  it.each(["x", " . ", "\u200bx", "。", "😀"])("sees something in %j", (text) => {
    expect(isBlank(text)).toBe(false);
  });

  it("does not lose itself in what is both space and hidden", () => {
    const text = `${"\u00a0".repeat(100_000)}x`;
    expect(isBlank(text)).toBe(false);
    expect(costOf(() => isBlank(text))).toBeLessThan(200);
  });
});

describe("clamped text", () => {
  it("says how much of it is shown", () => {
    const clamped = clamp("x".repeat(41_338), 2_938);
    expect(clamped.text.endsWith("x\n… showing 2,900 of 41,338 characters")).toBe(true);
    expect(clamped).toMatchObject({ shown: 2_900, of: 41_338 });
    expect(clamped.text.length).toBe(2_937);
  });

  it("leaves what fits as it is", () => {
    expect(clamp("twelve chars", 12)).toEqual({ text: "twelve chars", shown: 12, of: 12 });
  });

  it("does not cut through an emoji or an accented letter", () => {
    const family = "👨‍👩‍👧";
    const clamped = clamp(`${"x".repeat(95)}${family}${"y".repeat(100)}`, 130);
    expect(clamped.text).toBe(`${"x".repeat(95)}\n… showing 95 of 203 characters`);
    expect(clamp(`abce\u0301${"x".repeat(60)}`, 34).text).toBe("abc\n… showing 3 of 65 characters");
  });

  it("cuts through a letter under thousands of accents rather than show nothing", () => {
    expect(clamp(`Z${"\u0301".repeat(5_000)}`, 1_000).shown).toBeGreaterThan(900);
  });

  it("shows the mark alone where the notice has no room", () => {
    expect(clamp("x".repeat(50), 10)).toEqual({ text: "xxxxxxxxx…", shown: 9, of: 50 });
    expect(clamp("x".repeat(50), 0)).toEqual({ text: "", shown: 0, of: 50 });
  });

  it("keeps within the limit, whole characters, and honest figures, whatever comes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), fc.nat(200), (text, limit) => {
        const clamped = clamp(text, limit);
        expect(clamped.text.length).toBeLessThanOrEqual(limit);
        expect(clamped.text.isWellFormed()).toBe(true);
        expect(clamped.of).toBe(text.length);
        expect(clamped.text.startsWith(text.slice(0, clamped.shown))).toBe(true);
        if (clamped.shown < clamped.of && limit > 0) expect(clamped.text).toContain("…");
      }),
    );
  });
});

describe("text on one line", () => {
  it("folds breaks and spaces and cuts at the end", () => {
    expect(oneLine("  Publish\r\nthe   async\tskill ", 100)).toBe("Publish the async skill");
    expect(oneLine("Publish the async skill", 12)).toBe("Publish the…");
  });

  it("shows what is hidden", () => {
    expect(oneLine("pay\u202e load", 100)).toBe("pay\\u{202E} load");
  });
});
