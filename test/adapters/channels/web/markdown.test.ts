import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { markdown } from "../../../../adapters/channels/web/markdown.ts";
import { visible } from "../../../../src/text.ts";
import { costOf } from "../../../cost.ts";

const rendered = (text: string) => String(markdown(text) ?? "(plain)");
/** What a reader reads: without tags, entities read back. */
const read = (html: string) =>
  html
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");

describe("markdown", () => {
  it("helps reading: headings, lists, bold, code", () => {
    expect(rendered("## Overview\nPython **async** and `await`\n\n- Coroutines\n  - nested\n1. First")).toBe(
      '<p class="md-heading md-2">Overview</p>' +
        "<p>Python <strong>async</strong> and <code>await</code></p>" +
        '<ul class="md-list"><li class="in-0"><span class="mark" aria-hidden="true">•</span> <span>Coroutines</span></li>' +
        '<li class="in-1"><span class="mark" aria-hidden="true">•</span> <span>nested</span></li>' +
        '<li class="in-0"><span class="mark">1.</span> <span>First</span></li></ul>',
    );
    expect(rendered("```python\na = 1 # **not bold**\n```\nafter")).toBe(
      '<pre class="code">\na = 1 # **not bold**</pre><p>after</p>',
    );
  });

  it("leaves a text that is none as it is", () => {
    for (const text of [
      "",
      "Plain.\n\nStill plain.",
      "2 * 3 * 4",
      "a_b_c",
      "#hashtag",
      "** not bold",
      "-dash",
      "100. ",
    ])
      expect(markdown(text)).toBeUndefined();
  });

  it("makes no links, images or HTML of anything", () => {
    const text =
      "- [click](https://evil.example) ![x](http://e/x.png) <b>bold</b> https://e.example <https://e.example>";
    expect(rendered(text)).not.toMatch(/<(?:a|img|b)\b/);
    expect(read(rendered(text))).toContain("[click](https://evil.example) ![x](http://e/x.png) <b>bold</b>");
  });

  it("leaves a fence that is never closed, and marks without a partner, as text", () => {
    expect(rendered("# a\n```\nrest **x")).toBe('<p class="md-heading md-1">a</p><p>```\nrest **x</p>');
  });

  it("keeps every character but the marks", () => {
    const piece = fc.constantFrom(
      "# ",
      "- ",
      "1. ",
      "**",
      "`",
      "```\n",
      "\n",
      "\n\n",
      "  ",
      "a",
      "<b>",
      "&amp;",
      "word ",
      "~~~\n",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join("");
        const html = markdown(text);
        if (html === undefined) return;
        const letters = (each: string) => each.replaceAll(/[^a-z<>;&]/g, "");
        expect(letters(read(String(html)))).toBe(letters(visible(text)));
      }),
    );
  });

  it("takes time in proportion to the text, whatever it is", () => {
    const cost = costOf(() => {
      for (const unit of [
        "`",
        "**",
        "*a",
        "~~~ x\n",
        "```\n",
        "- ",
        "# \n",
        "1. a\n",
        "`a",
        "  - x\n",
        "````\n```\n",
      ]) {
        markdown(unit.repeat(200_000 / unit.length));
      }
    });
    // About 0.6 s on a busy machine; a quadratic one would take minutes.
    expect(cost).toBeLessThan(10_000);
  });
});
