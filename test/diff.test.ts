import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffText } from "../src/diff.ts";
import { costOf } from "./cost.ts";

describe("what changed between two texts", () => {
  it("is nothing for the same text", () => {
    expect(diffText("a\nb", "a\nb")).toBe("");
  });

  it("is marked line by line", () => {
    expect(diffText("title\nold line\nend", "title\nnew line\nend")).toBe("  title\n- old line\n+ new line\n  end");
  });

  it("is all of a text that was not there before, or is there no more", () => {
    expect(diffText("", "a\nb")).toBe("+ a\n+ b");
    expect(diffText("a", "")).toBe("- a");
  });

  it("keeps three lines around a change and says where lines are left out", () => {
    const before = Array.from({ length: 30 }, (_, index) => `line ${index}`);
    const after = before.with(15, "changed");
    expect(diffText(before.join("\n"), after.join("\n"))).toBe(
      [
        "…",
        "  line 12",
        "  line 13",
        "  line 14",
        "- line 15",
        "+ changed",
        "  line 16",
        "  line 17",
        "  line 18",
        "…",
      ].join("\n"),
    );
  });

  it("spells out differences that nobody would see", () => {
    expect(diffText("a b", "a b  ")).toBe("- a b\n+ a b\\u{20}\\u{20}");
    expect(diffText("all:\n  make", "all:\n\tmake")).toBe("  all:\n-   make\n+ \\u{9}make");
    expect(diffText("a", "a\r")).toBe("- a\n+ a\\u{D}");
    expect(diffText("a", "a\n")).toBe("  a\n+ ");
  });

  it("holds all of both texts wherever they differ", () => {
    const lines = fc.array(fc.constantFrom("a", "b", "c", "dd", ""), { maxLength: 30 }).map((each) => each.join("\n"));
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const marked = diffText(before, after).split("\n");
        const changed = (mark: string) => marked.filter((line) => line.startsWith(mark)).map((line) => line.slice(2));
        const without = (text: string, gone: string[]) => {
          const left = text === "" ? [] : text.split("\n");
          for (const line of gone) left.splice(left.indexOf(line), 1);
          return left.sort();
        };
        if (before !== after) expect(without(before, changed("-"))).toEqual(without(after, changed("+")));
      }),
    );
  });

  it("takes two texts of 200 KB that have nothing in common in its stride", () => {
    const text = (word: string) => Array.from({ length: 20_000 }, (_, index) => `${word} ${index}`).join("\n");
    const [before, after] = [text("before"), text("after")];
    let changes = "";
    // Measured 50 to 170 ms, with the processors busy.
    expect(
      costOf(() => {
        changes = diffText(before, after);
      }),
    ).toBeLessThan(1_000);
    expect(changes).toContain("- before 19999");
    expect(changes).toContain("+ after 19999");
  });
});
