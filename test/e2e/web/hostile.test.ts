import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { oneLine, visible } from "../../../src/text.ts";
import { HOSTILE } from "./hostile.ts";
import { openWorld } from "./world.ts";

const ALL = HOSTILE.join("\n");
const BY_NAME = Object.fromEntries(HOSTILE.map((text) => [text, text]));
const SEEN = HOSTILE.map(visible);

describe("three hundred hostile texts", () => {
  const world = openWorld();
  let dialogs = 0;

  async function visitor(): Promise<Page> {
    const page = await world().page("bob");
    page.on("dialog", async (dialog) => {
      dialogs += 1;
      await dialog.dismiss();
    });
    return page;
  }

  /** Goes there and holds that nothing ran, nothing left, and nothing of the page was taken over. */
  async function visit(page: Page, path: string): Promise<void> {
    await page.goto(world().program.url + path);
    const found = await page.evaluate<unknown>(`({
      ran: window.__pwned ?? null,
      headings: document.querySelectorAll("main h1").length,
      elements: document.querySelectorAll("main :is(script, iframe, img, style, object, embed, video, base, meta)").length,
      links: [...document.querySelectorAll("main a")].filter(({ origin }) => origin !== location.origin).length,
    })`);
    expect(found).toEqual({ ran: null, headings: 1, elements: 0, links: 0 });
  }

  const texts = (page: Page, where: string) => page.locator(where).allTextContents();

  test("in every field of every kind stay text, and all of it is there to be read", async () => {
    const page = await visitor();
    const shown = async (kind: string, payload: object) => {
      const { id } = await world().raise({ kind, payload });
      await visit(page, `/checkpoints/${id}`);
      return id;
    };

    await shown("confirm", { summary: ALL, key_assumptions: HOSTILE, ...BY_NAME });
    expect(await texts(page, ".items li")).toEqual(SEEN);
    expect((await texts(page, ".sheet .raw pre"))[0]).toBe(SEEN.join("\n"));
    const confirmed = (await texts(page, ".sheet")).join();
    for (const text of SEEN) expect(confirmed).toContain(text);

    await shown("preview", { content: ALL, highlights: HOSTILE, potential_issues: HOSTILE });
    expect(await texts(page, ".items li")).toEqual([...SEEN, ...SEEN]);
    expect(await texts(page, ".sheet .raw pre")).toEqual([SEEN.join("\n")]);

    await shown("validate", { report: ALL, passed: true, skill_content: ALL, saved_path: HOSTILE[0] });
    expect(await texts(page, ".sheet .raw pre")).toEqual([SEEN.join("\n"), SEEN.join("\n")]);

    await shown("task", { agent: HOSTILE[2], output: BY_NAME, context: BY_NAME });
    const task = (await texts(page, ".sheet")).join();
    for (const text of SEEN) expect(task.split(text).length).toBeGreaterThan(4);

    await shown("phase", { phase: HOSTILE[3], summary: ALL, outputs: BY_NAME });
    expect((await texts(page, ".sheet h2")).slice(-300)).toEqual(SEEN);

    const questions = HOSTILE.map((text) => ({ question: text, options: [text, "other"], rationale: text }));
    await shown("clarify", { questions });
    expect(await texts(page, "#act-answer .field")).toHaveLength(300);
    expect(await texts(page, "#act-answer legend bdi")).toEqual(SEEN);
    expect(await texts(page, "#act-answer .hint")).toEqual(SEEN);
    expect([dialogs, world().strays]).toEqual([0, []]);
  }, 60_000);

  test("as names and values of arguments go through the form of an edit unchanged", async () => {
    const page = await visitor();
    const { id } = await world().raise({ kind: "tool", payload: { tool_name: "run", tool_args: BY_NAME } });
    await visit(page, `/checkpoints/${id}`);
    const cells = await texts(page, ".sheet td bdi");
    const names = await texts(page, ".sheet th bdi");
    const blocks = await texts(page, ".sheet pre");
    for (const text of SEEN)
      expect([...cells, ...blocks].some((each) => each.replace(/^"|"$/g, "") === text.trim() || each === text)).toBe(
        true,
      );
    expect(names.length + blocks.length).toBeGreaterThanOrEqual(300);
    await page.locator("#act-edit summary").click();
    await page.getByRole("button", { name: "Review the change" }).click();
    await page.getByText("Nothing is changed: sending it approves what is there.").waitFor();
    await page.getByRole("button", { name: "Approve edited" }).click();
    await page.getByRole("status").filter({ hasText: "Approved by Bob" }).waitFor();
    const { decision, payload } = (await world().program.call("admin", "GET", `/v1/checkpoints/${id}`)).body;
    expect(decision?.action).toBe("proceed");
    expect(payload.tool_args).toEqual(BY_NAME);
    expect([dialogs, world().strays]).toEqual([0, []]);
  }, 60_000);

  test("as titles, sources, labels, reasons, comments and feedback stay text on every page", async () => {
    const page = await visitor();
    const raised = await Promise.all(
      HOSTILE.map((text) => {
        const line = text.slice(0, 200).trim();
        return world().raise({
          kind: "confirm",
          payload: { summary: "x" },
          title: text.slice(0, 300),
          source: { agent: line, workflow: line, session: line, step: line },
          actions: ["proceed", { action: "revise", label: text.slice(0, 60), reasons: [text.slice(0, 75)] }],
        });
      }),
    );
    const ids = raised.map(({ id }) => id);
    const first = String(ids[0]);
    await Promise.all(
      HOSTILE.map((text) => world().program.call("admin", "POST", `/v1/checkpoints/${first}/comments`, { text })),
    );
    await visit(page, `/checkpoints/${first}`);
    const comments = HOSTILE.map((text) => visible(text.trim()));
    expect((await texts(page, ".talk .words")).sort()).toEqual(comments.sort());

    const titles: string[] = [];
    await visit(page, "/");
    for (;;) {
      titles.push(...(await texts(page, ".row .open")));
      const next = page.getByRole("link", { name: "Older ones" });
      if ((await next.count()) === 0) break;
      await visit(page, String(await next.getAttribute("href")));
    }
    for (const text of HOSTILE) expect(titles).toContain(oneLine(text.slice(0, 300), 200));

    // Every second of the fifty, each in one of its disguises.
    for (let number = 0; number < 50; number += 2) {
      const which = (number % 6) * 50 + number;
      const [text = "", id = ""] = [HOSTILE[which], ids[which]];
      await visit(page, `/checkpoints/${id}`);
      expect(await page.locator("h1").textContent()).toBe(oneLine(text.slice(0, 300), 300));
      const label = await page.locator("#act-revise summary bdi").textContent();
      expect(label).toContain(oneLine([...text].slice(0, 12).join(""), 300));
      expect(await texts(page, "#act-revise .option bdi")).toEqual([visible(text.slice(0, 75).trim())]);
      await world().act("carol", id, { action: "revise", feedback: text });
    }
    await visit(page, "/history");
    const outcomes = (await texts(page, ".outcome")).join("\n");
    expect(outcomes).toContain("Sent back to revise by Carol");
    await visit(page, "/figures");
    await visit(page, `/?q=${encodeURIComponent(String(HOSTILE[29]))}`);
    await visit(page, `/?agent=${encodeURIComponent(String(HOSTILE[0]))}`);
    expect(await page.getByLabel("Agent").inputValue()).toBe(HOSTILE[0]);
    expect([dialogs, world().strays]).toEqual([0, []]);
  }, 90_000);

  test("and two hundred thousand characters are shown to the last one, in a region that the keyboard scrolls", async () => {
    const page = await visitor();
    const content = `${"a long line of words, ".repeat(9_090)}THE END`;
    expect(content.length).toBeGreaterThan(199_000);
    const { id } = await world().raise({ kind: "preview", payload: { content } });
    await visit(page, `/checkpoints/${id}`);
    expect(await texts(page, ".sheet pre")).toEqual([content]);
    await page.getByText("199,987 characters, all of them below").waitFor();
    const region = page.getByRole("region", { name: "Content Preview, 199,987 characters" });
    await region.focus();
    await page.keyboard.press("End");
    await expect
      .poll(() => region.evaluate((element) => (element as unknown as { scrollTop: number }).scrollTop))
      .toBeGreaterThan(1_000);
    const tool = await world().raise({ kind: "tool", payload: { tool_name: "run", tool_args: { script: content } } });
    await visit(page, `/checkpoints/${tool.id}`);
    expect((await page.locator(".sheet").textContent())?.includes(content)).toBe(true);
    await page.getByRole("button", { name: "Approve" }).click();
    await page.getByRole("status").filter({ hasText: "Approved by Bob" }).waitFor();
  });
});
