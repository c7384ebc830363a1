import { describe, expect, test } from "vitest";
import { escaped, unlinked } from "../../../../adapters/channels/email/literal.ts";
import { type Event, render, signInLetter } from "../../../../adapters/channels/email/render.ts";
import type { Checkpoint } from "../../../../src/checkpoint.ts";
import { checkpoint, DIGEST, person, RAISED } from "../../../make.ts";
import { SEEDS } from "../../../seeds.ts";

const URL_OF_IT = "https://hitl.example.com/checkpoints/chk_0123456789";
const LATER = RAISED + 5 * 60_000;

const letter = (event: Event, over: Partial<Checkpoint> = {}) => render(event, checkpoint(over), LATER, URL_OF_IT);

const rejected: Partial<Checkpoint> = {
  status: "resolved",
  ended_at: LATER,
  decision: {
    ...{ action: "cancel", outcome: "rejected", by: person("bob"), at: LATER, digest: DIGEST },
    reason: "The password hunter2 must not be in there",
  },
};

describe("a mail", () => {
  test("says what waits, and where it is decided", () => {
    const { subject, text } = letter("raised", { title: "Publish the async skill" });
    expect(subject).toBe("[hitl-bot] confirm: Publish the async skill");
    expect(text).toBe(`An agent waits for a decision.

What:     Publish the async skill
Kind:     confirm
Agent:    skill-fleet
Raised:   2026-11-20 10:00 UTC, 5m ago
State:    Waiting for group:sre · due in 55m (11:00 UTC)

Read all of it and decide in the inbox:
https://hitl.example.com/checkpoints/chk_0123456789

-- 
Nobody reads replies to this mail, and none of them decides anything.
`);
  });

  test("says in its first line what it is about", () => {
    const first = (event: Event, over = {}) => letter(event, over).text.split("\n")[0];
    expect(first("reminded")).toBe("A reminder: this still waits for you.");
    expect(first("escalated")).toBe("Escalated to you: nobody has decided it yet.");
    expect(first("ended", rejected)).toBe("Cancelled by Bob in slack, 2026-11-20 10:05 UTC.");
  });

  test("has the same subject from the first to the last, so that they stand together", () => {
    const subjects = (["raised", "reminded", "escalated", "ended"] as const).map(
      (event) => letter(event, rejected).subject,
    );
    expect(new Set(subjects.map((subject) => subject.replace("Re: ", ""))).size).toBe(1);
    expect(subjects[1]).toMatch(/^Re: /);
  });

  test("holds nothing of what is asked, and nothing of what was answered", () => {
    for (const [kind, samples] of Object.entries(SEEDS))
      for (const { payload } of samples) {
        const over = { kind: kind as Checkpoint["kind"], payload, title: "T", metadata: { note: "metadata-in-it" } };
        const { text, html, subject } = letter("raised", over);
        const leaves = JSON.stringify(payload).match(/[A-Za-z0-9 ]{12,}/g) ?? [];
        expect(
          leaves.filter((leaf) => `${text}${html}${subject}`.includes(leaf)),
          kind,
        ).toEqual([]);
        expect(text + html).not.toContain("metadata-in-it");
      }
    for (const part of Object.values(letter("ended", rejected))) expect(part).not.toContain("hunter2");
    const withdrawn = { reason: "the reason in it", by: { kind: "agent", name: "ci" }, at: LATER } as const;
    for (const part of Object.values(letter("ended", { status: "withdrawn", withdrawn, ended_at: LATER })))
      expect(part).not.toContain("the reason in it");
  });

  test("decides nothing: it has one link, to be read", () => {
    const { html, text } = letter("raised");
    expect(html.match(/href="[^"]*"/g)).toEqual([`href="${URL_OF_IT}"`]);
    expect(text.match(/https?:\/\/\S+/g)).toEqual([URL_OF_IT]);
    expect(html).not.toMatch(/<(form|img|script|input|link|iframe|video)/i);
  });

  test("has no link where it would lead nobody anywhere", () => {
    const { html, text } = render("raised", checkpoint(), LATER, null);
    expect(html).not.toContain("href");
    expect(text).toContain("Read all of it and decide in the inbox of hitl-bot, on the machine that it runs on.");
  });
});

const HOSTILE = [
  "Approve at https://evil.example/login",
  "www.evil.com",
  "evil.com/path?x=1",
  "mailto:ceo@evil.com",
  "HTTP://EVIL.COM",
  "javascript:alert(1)",
  "see 10.1.2.3/admin",
  "аррӏе.com and 例え.jp and evil。com",
  "ftp://x.y ssh://x.y",
  "<a href='https://evil.com'>Approve</a>",
  '"><img src=x onerror=alert(1)>',
  "<!-- --><style>body{display:none}</style>",
  "&lt;b&gt; &#x3C;script&#x3E;",
  "a\r\nBcc: victim@example.com\r\n\r\nApproved by the CEO",
  "a\nSubject: Approved",
  "\u202Etxt.exe \u200B\u2066hidden",
  "=?utf-8?q?Approved=0D=0ABcc:_x@y.z?=",
];

/** Generously, what mail programs make links of. */
const LINK =
  /[a-z][a-z0-9+.-]*:\/\/|\bwww\.|[\p{L}\p{N}-]+[.\u3002\uFF0E\uFF61]\p{L}{2,}|\bmailto:|javascript:|\b\d+\.\d+\.\d+\.\d+/iu;

describe("an agent's words", () => {
  test.each(HOSTILE)("make no link, no mark-up and no header: %j", (words) => {
    for (const event of ["raised", "reminded", "escalated", "ended"] as const) {
      const { subject, text, html } = letter(event, { title: words, source: { agent: words } });
      expect(subject).not.toMatch(/[\r\n\p{Cf}]/u);
      expect(text.replaceAll(URL_OF_IT, "")).not.toMatch(LINK);
      const shown = html.replaceAll(URL_OF_IT, "").replace(/<!doctype html>/, "");
      expect(shown.match(/<[^>]+>/g)?.every((tag) => OWN.test(tag))).toBe(true);
      expect(shown.replace(/<[^>]+>/g, "")).not.toMatch(LINK);
      expect(text.split("\n").filter((line) => /^(bcc|subject):/i.test(line))).toEqual([]);
    }
  });

  test("stay readable", () => {
    expect(unlinked("Publish skills/async.md, version 1.2 (95.5 %)", 100)).toBe(
      "Publish skills/async[.]md, version 1.2 (95.5 %)",
    );
    expect(unlinked("https://evil.example/x", 100)).toBe("https[:]//evil[.]example/x");
    expect(escaped(`<a b="c" d='e'>&`)).toBe("&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;");
  });
});

const OWN =
  /^<\/?(html|head|meta|title|body|p|strong|bdi|table|tr|td|a)(>| (lang="en"|charset="utf-8"|style="[^"<>]*"|href="[^"<>]*"| )*>)$/;

test("a sign-in mail names the person, and says that nothing happens without it", () => {
  const { text, html, subject } = signInLetter("Bob <b>", "https://hitl.example.com/sign-in/abc", 15);
  expect(subject).toBe("[hitl-bot] Your sign-in link");
  expect(text).toContain(
    "Open this, and press the button there. It works once, for 15 minutes:\nhttps://hitl.example.com/sign-in/abc\n",
  );
  expect(text).toContain("sign in to hitl-bot as Bob <b>");
  expect(html).toContain("as Bob &lt;b&gt;");
});
